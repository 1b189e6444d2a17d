"""The Rego of a folder in a child process, and an engine on top of it that keeps what it was asked and what it said."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.folder import Folder
from erpguard.authoring.syntax import Module, module
from erpguard.engines import Answers
from erpguard.engines.child import Limits, RegoProcess, Source, answers
from erpguard.engines.modules import check_package
from erpguard.engines.syntax import ModuleFacts, objections
from erpguard.engines.syntax.data_references import defined, undefined
from erpguard.errors import EngineError, PackError
from erpguard.model import Policy, Problem
from erpguard.packs import LIBRARY, is_module
from erpguard.packs.files import text as text_of
from erpguard.shipped import shipped

_SHIPPED = "erpguard/lib/"
"""What the names of our shared modules begin with, beside those of a folder."""

_POSITION = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?P<reason>.*)", re.DOTALL)


class Exchange(NamedTuple):
    """What the engine was given, what it answered by policy id, and what `print` said meanwhile."""

    document: Mapping[str, Any]
    answers: Answers
    prints: tuple[str, ...] = ()


class TracingEngine:
    """A `PolicyEngine` that keeps the exchanges since `forget`."""

    def __init__(self, process: RegoProcess) -> None:
        self._process = process
        self.exchanges: list[Exchange] = []

    def forget(self) -> None:
        """Begin anew."""
        self.exchanges = []

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate`."""
        found = answers(self._process, policies, document)
        self.exchanges.append(Exchange(document, found, tuple(self._process.prints())))
        return found

    def joins(self, policy: Policy, exchange: Exchange) -> bool:
        """Whether a policy answers otherwise for the resources of an exchange one by one."""
        together = exchange.answers.get(policy.id)
        keys = _resources(exchange.document)
        if together is None or isinstance(together, EngineError) or len(keys) < 2:
            return False
        alone = list[Any]()
        for key in keys:
            (found,) = answers(self._process, [policy], _only(exchange.document, key)).values()
            alone += found if isinstance(found, list) else [str(found)]
        self._process.prints()
        return set(map(_canonical, alone)) != set(map(_canonical, together))

    def close(self) -> Sequence[Problem]:
        """See `PolicyEngine.close`: the process belongs to who made it."""
        return ()


def _resources(document: Mapping[str, Any]) -> list[str]:
    """The keys of the resources that an input is about, sorted."""
    keys = {key for entries in document["resources"].values() for key in entries}
    return sorted(keys | {row["resource"] for rows in document["views"].values() for row in rows.values()})


def _only(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An input about one resource."""
    resources = {type_: {key: some[key]} for type_, some in document["resources"].items() if key in some}
    views = {
        name: {row: values for row, values in rows.items() if values["resource"] == key}
        for name, rows in document["views"].items()
    }
    return {**document, "resources": resources, "views": views}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def sources(folder: Folder) -> dict[str, Source]:
    """All modules of a folder by file, and before them the libraries that ship, if these are not the same."""
    own = {file: Source(file, folder.read(file)) for file in (*folder.libraries, *folder.policies, *folder.tests)}
    if folder.is_shipped:
        return own
    where = os.path.join(shipped("policies"), LIBRARY)
    shared = sorted(filter(is_module, os.listdir(where)))
    return {f"{_SHIPPED}{name}": Source(f"{_SHIPPED}{name}", text_of(where, name)) for name in shared} | own


class Compiled(NamedTuple):
    """A process, what its modules say by file, and what is wrong with these and with those that it does not have."""

    process: RegoProcess
    modules: dict[str, Module]
    complaints: list[Complaint]


def compiled(given: Iterable[Source], limits: Limits, *, to_run: bool = False) -> Compiled:
    """The modules that compile.

    When they are run, those that call what the engine does not have are left out too, lines are counted, and tests
    have the rules that tell their cases apart.
    """
    left, wrong = list(given), list[Complaint]()
    while True:
        try:
            process = RegoProcess(left, limits=limits, coverage=to_run)
        except PackError as error:
            told = _refused(error, left, limits)
        else:
            told = [*_objections(left, process.modules), *_misplaced(left, process.modules)]
            told += [] if to_run or wrong else _undefined(left, process)
            if not (told and to_run):
                return _read(process, left, limits, wrong + told, to_run)
            process.close()
        wrong += told
        out = {complaint.file for complaint in told}
        left = [source for source in left if source.name not in out]


def _read(
    process: RegoProcess, given: Sequence[Source], limits: Limits, wrong: list[Complaint], to_run: bool
) -> Compiled:
    """What the modules say; those that are nested too deeply to be read are complained of."""
    found: dict[str, Module] = {}
    try:
        for source, tree in zip(given, process.trees(), strict=True):
            try:
                found[source.name] = module(tree)
            except RecursionError:
                wrong.append(Complaint(source.name, 1, "rego", "nested too deeply: write it as several rules"))
        texts = {file: one.units.text for file, one in found.items() if one.units.text}
        if to_run and texts:
            process.close()
            edited = [source._replace(text=texts.get(source.name, source.text)) for source in given]
            process = RegoProcess(edited, limits=limits, coverage=True)
    except BaseException:
        process.close()
        raise
    return Compiled(process, found, wrong)


def _refused(error: PackError, given: Sequence[Source], limits: Limits) -> list[Complaint]:
    """Which modules are to blame, told by the error itself or found by compiling each alone; PackError if none is."""
    named = _named(error, given)
    if named:
        return [named]
    found = [told for source in given if (told := _alone(source, limits))]
    if not found or len(found) == len(given):  # all of them: the fault is elsewhere
        raise error
    return found


def _alone(source: Source, limits: Limits) -> Complaint | None:
    try:
        with RegoProcess([source], limits=limits):
            return None
    except PackError as error:
        return _named(error, [source]) or Complaint(source.name, 1, "rego", str(error).removeprefix("modules: "))


def _named(error: PackError, given: Sequence[Source]) -> Complaint | None:
    """The complaint of `file:line:column: reason` or `file: reason`; None where it names no file of these."""
    text, names = str(error), [source.name for source in given]
    match = _POSITION.fullmatch(text)
    if match and match["file"] in names:
        return Complaint(match["file"], int(match["line"]), "rego", match["reason"], column=int(match["column"]))
    file = next((name for name in names if text.startswith(f"{name}:")), None)
    return Complaint(file, 1, "rego", text.removeprefix(f"{file}:").strip()) if file else None


def _objections(given: Sequence[Source], modules: Sequence[ModuleFacts]) -> Iterator[Complaint]:
    """Calls of functions that the engine does not have, or that differ from OPA's, and what OPA does not compile."""
    for source, facts in zip(given, modules, strict=True):
        for one in objections(facts, modules):
            check = "builtin" if one.name else "rego"
            yield Complaint(source.name, one.line, check, one.text, column=one.column)


def _undefined(given: Sequence[Source], process: RegoProcess) -> Iterator[Complaint]:
    """References of modules that are judged by to what no module defines."""
    known = defined(process.modules)
    for source, tree in zip(given, process.trees(), strict=True):
        if is_module(os.path.basename(source.name)):
            yield from (Complaint(source.name, line, "data", reason) for line, reason in undefined(tree, known))


def _misplaced(given: Sequence[Source], modules: Sequence[ModuleFacts]) -> Iterator[Complaint]:
    """Shared modules whose package is not theirs, or that of another one."""
    seen = dict[str, str]()
    for source, facts in zip(given, modules, strict=True):
        file = source.name.removeprefix("erpguard/")
        if not file.startswith(f"{LIBRARY}/") or not is_module(file):
            continue
        try:
            check_package(file, facts.package)
        except PackError as error:
            yield Complaint(source.name, 1, "package", str(error).removeprefix(f"{file}: "))
        if facts.package in seen:
            reason = f"the package {facts.package} is that of {seen[facts.package]} too: give it another one"
            yield Complaint(source.name, 1, "package", reason)
        seen.setdefault(facts.package, source.name)
