"""The files of one scan: which is what, which belong together, and the resources that they give."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from erpguard.model import Place, Problem
from erpguard.sources import Collected, Input
from erpguard.sources.handover import Prefixes, hand_over
from erpguard.sources.input_files import read
from erpguard.sources.json_members import JsonText
from erpguard.sources.terraform import binary_plan
from erpguard.sources.terraform.contents import read as read_contents
from erpguard.sources.terraform.declaring import Declaring
from erpguard.sources.terraform.hcl_places import HclPlaces
from erpguard.sources.terraform.instances import Contents
from erpguard.sources.terraform.kinds import refused_text
from erpguard.sources.terraform.module_files import Archived, Folder, ModuleFiles
from erpguard.sources.terraform.origins import PlanText
from erpguard.sources.terraform.provider_versions import locked
from erpguard.sources.text_decoding import decode

if TYPE_CHECKING:
    from erpguard.normalize.azure.families import Draft

ANY_TYPE = "*"


class _Binary(NamedTuple):
    given: Input
    files: ModuleFiles


class Collecting:
    """Collects the plans and states of one scan."""

    def __init__(self, settings: Mapping[str, Any], source: str) -> None:
        self._settings = settings
        self._source = source
        self._collected = Collected()
        self._binaries: list[_Binary] = []
        self._unused: list[_Binary] = []
        self._plans: list[list[Draft]] = []
        self._prefixes = Prefixes()

    def run(self, inputs: Iterable[Input]) -> Collected:
        """Read binary plans first, for they only say where the others' resources stand."""
        texts = [one for one in inputs if not self._takes_binary(one)]
        self._unused = list(self._binaries)
        for given in texts:
            self._text(given, len(texts))
        if any(self._plans):
            from erpguard.sources.azure_resources import add_plans

            add_plans(self._plans, self._settings, self._collected)
        for binary in self._unused:
            self._refuse_binary(binary.given)
        return self._collected

    def _takes_binary(self, given: Input) -> bool:
        data = _data(given, len(binary_plan.SIGNATURE))
        if not isinstance(data, bytes) or not data.startswith(binary_plan.SIGNATURE):
            return False
        data = _data(given)
        found = data if isinstance(data, Problem) else binary_plan.members(data, given)
        if isinstance(found, Problem):
            self._problem(found)
            self._open(found)
        else:
            self._binaries.append(_Binary(given, Archived(found, posixpath.dirname(given.name))))
        return True

    def _refuse_binary(self, given: Input) -> None:
        """A plan that has no JSON beside it: Terraform has to print it."""
        name = given.name or "plan.tfplan"
        text = (
            f"a binary plan holds no values that can be read: run `terraform show -json {name} > plan.json`, scan both"
        )
        problem = Problem("terraform-binary-plan", text if given.name else f"standard input: {text}", Place(given.name))
        self._problem(problem)
        self._open(problem)

    def _text(self, given: Input, count: int) -> None:
        data = _data(given)
        text = data if isinstance(data, Problem) else decode(data, given.name)
        del data  # as large as the text itself
        if isinstance(text, Problem):
            self._problem(text)
            self._open(text)
            return
        json_text = JsonText(text, given.name)
        refused = refused_text(text)
        if refused:
            problem = json_text.problem(*refused, json_text.skip(0))
            self._problem(problem)
            self._open(problem)
            return
        self._contents(read_contents(json_text), json_text, self._files_of(given, count))

    def _contents(self, contents: Contents, text: JsonText, files: ModuleFiles | None) -> None:
        collected = self._collected
        collected.problems += contents.problems
        if any(problem.level == "error" for problem in contents.problems):
            collected.open_types.add(ANY_TYPE)
        if not contents.broken:
            collected.documents += 1
            self._gaps(contents, text)
        for reason, times in contents.skipped.items():
            collected.skip(reason, times)
        plan = PlanText(text.text, text.file, text.positions)
        versions = locked(files.lock()) if files is not None else {}
        prefix = self._prefixes.take((one.address for one in contents.instances), text.file)
        declaring = Declaring(contents, plan, versions, prefix)
        if files is not None:
            plan.hcl = HclPlaces(files, declaring.configuration)
            collected.ignores += plan.hcl.ignores()
            # Plans of one configuration have its files in common.
            told = (*plan.hcl.problems(), *files.problems.values())
            collected.problems += [one for one in told if one not in collected.problems]
        self._plans.append(hand_over(declaring.run(), self._settings, self._source, collected))

    def _gaps(self, contents: Contents, text: JsonText) -> None:
        """What the plan itself says that it lacks."""
        at, open_types = text.skip(0), self._collected.open_types
        is_plan = "resource_changes" in contents.keys or "planned_values" in contents.keys
        if contents.errored:
            what = (
                "planning ended with an error, so that resources are missing: repair the configuration and plan again"
            )
            self._problem(text.problem("terraform-errored", what, at))
            open_types.add(ANY_TYPE)
        elif is_plan and contents.has_planned_resources and "resource_changes" not in contents.keys:
            what = "the plan holds no resource changes (`-refresh-only`?): make one without that option"
            self._problem(text.problem("terraform-no-changes", what, at))
            open_types.add(ANY_TYPE)
        elif contents.deferred:
            shown = ", ".join(sorted(contents.deferred)[:5])
            what = f"a part is deferred to a later plan ({shown}): what is missing there is undetermined"
            self._warn(text, "terraform-deferred", what, at)
            open_types |= _canonical(contents.deferred)
        elif not contents.complete:
            what = "the plan is not complete (`-target`?): what is missing in it is undetermined"
            self._warn(text, "terraform-incomplete", what, at)
            open_types.add(ANY_TYPE)

    def _files_of(self, given: Input, count: int) -> ModuleFiles | None:
        """Where the configuration of a plan is: in the folder that was named, or in the binary plan beside it."""
        folder = self._settings.get("source_dir")
        if isinstance(folder, str) and folder:
            self._unused.clear()
            return Folder(folder, str(self._settings.get("root") or os.getcwd()))
        if count == 1 and len(self._binaries) == 1:
            self._unused.clear()
            return self._binaries[0].files
        for binary in self._binaries:
            if _stem(binary.given.name) == _stem(given.name):
                self._unused = [one for one in self._unused if one is not binary]
                return binary.files
        return None

    def _problem(self, problem: Problem) -> None:
        self._collected.problems.append(problem)

    def _open(self, problem: Problem) -> None:
        if problem.level == "error":
            self._collected.open_types.add(ANY_TYPE)

    def _warn(self, text: JsonText, code: str, what: str, at: int) -> None:
        self._problem(text.problem(code, what, at)._replace(level="warning"))


def _data(given: Input, size: int = -1) -> bytes | Problem:
    """The bytes of an input, or its first ones."""
    if given.data is not None:
        return given.data if size < 0 else given.data[:size]
    return read(given, size)


def _stem(name: str) -> str:
    """The name of a file without what comes after its first dot: `erp` of `erp.plan.json` and `erp.tfplan`."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, file.partition(".")[0])


def _canonical(types: Iterable[str]) -> set[str]:
    """The types of the estate that resources of these types of azurerm become; any type where that is not known."""
    from erpguard.normalize.azure.mapping import mapping

    found: set[str] = set()
    for type_ in types:
        how = mapping("azurerm", type_) if type_.startswith("azurerm_") else None
        if how is None:
            return {ANY_TYPE}
        found |= {how.arm, *(split.arm for split in how.splits)}
    return found
