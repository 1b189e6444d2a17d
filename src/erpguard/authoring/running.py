"""`erpguard policies test`: the unit tests and the examples of a folder of packs, and which lines they reach."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from erpguard.authoring import unit_tests
from erpguard.authoring.checks import rego
from erpguard.authoring.checks.names import package_of
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.examples import Example, examples
from erpguard.authoring.folder import Folder, examples_of, tests_of
from erpguard.authoring.judging import Judged, judged
from erpguard.authoring.metadata import metadata
from erpguard.authoring.syntax import Module
from erpguard.authoring.tracing import TracingEngine, compiled, sources
from erpguard.authoring.unit_tests import UnitTest
from erpguard.engines.child import Limits, RegoProcess
from erpguard.errors import PackError, UsageError
from erpguard.model import Part, Policy
from erpguard.packs import LIBRARY, Library, make_policy, matches


class Coverage(NamedTuple):
    """The lines of a module that tests and examples reach, and those that they do not."""

    covered: tuple[int, ...]
    missed: tuple[int, ...]

    @property
    def percent(self) -> float:
        """Of the lines that say something; 100 where none does."""
        total = len(self.covered) + len(self.missed)
        return 100 * len(self.covered) / total if total else 100.0


class Report(NamedTuple):
    """How it went.

    policies    by file
    complaints  files that cannot be used
    coverage    of the policies, by file
    """

    folder: Folder
    policies: Mapping[str, Policy]
    complaints: Sequence[Complaint]
    tests: Sequence[UnitTest]
    examples: Sequence[Judged]
    coverage: Mapping[str, Coverage]

    def below(self, percent: float) -> list[str]:
        """The policies of which less is covered, by file."""
        return [file for file, one in self.coverage.items() if one.percent < percent]

    def is_good(self, percent: float = 0) -> bool:
        """Whether all is as it should be, and at least so much of each policy is covered."""
        failed = any(test.outcome == "fail" for test in self.tests) or any(one.differences for one in self.examples)
        return not self.complaints and not failed and not self.below(percent)


def run(folder: Folder, select: Sequence[str] = (), limits: Limits | None = None) -> Report:
    """Test the policies of a folder, or those that are selected by ids, prefixes of ids or names.

    UsageError where none is.
    """
    policies, complaints = _policies(folder)
    chosen = _chosen(folder, policies, select)
    process, modules, wrong = compiled(sources(folder).values(), limits or Limits(), to_run=True)
    with process:
        complaints += wrong
        complaints += [one for file in chosen if file in modules for one in rego.check_rule(file, modules[file])]
        broken = {complaint.file for complaint in complaints}
        wanted = {file: policy for file, policy in chosen.items() if file not in broken}
        cases, told = _examples(folder, wanted)
        complaints = [one for one in complaints + told if not select or _concerns(one, chosen)]
        tests = _tests(folder, wanted, process, modules, is_all=not select)
        done = list(_judged(folder, wanted, cases, process))
        coverage = _coverage(folder, process, wanted)
        tests = unit_tests.located(process, modules, tests)
    return Report(folder, chosen, sorted(set(complaints)), tests, done, coverage)


def _tests(
    folder: Folder,
    policies: Mapping[str, Policy],
    process: RegoProcess,
    modules: Mapping[str, Module],
    *,
    is_all: bool,
) -> list[UnitTest]:
    """The tests of policies; when all are meant, those beside no policy too, and those of libraries."""
    names = {name for file in policies for name in (file, tests_of(file))}
    if is_all:
        unusable = {*folder.policies} - {*policies}
        names |= {*folder.libraries, *folder.tests} - {tests_of(file) for file in unusable}
    return unit_tests.run(process, {file: modules[file] for file in sorted(names) if file in modules})


def _concerns(complaint: Complaint, policies: Mapping[str, Policy]) -> bool:
    """Whether a complaint is about policies, or about what all policies share."""
    beside = {name for file in policies for name in (file, examples_of(file), tests_of(file))}
    return complaint.file in beside or complaint.file.startswith(f"{LIBRARY}/")


def _policies(folder: Folder) -> tuple[dict[str, Policy], list[Complaint]]:
    """The policies by file, and why others are none."""
    found: dict[str, Policy] = {}
    complaints: list[Complaint] = []
    ids: dict[str, str] = {}
    for file in folder.policies:
        told = metadata(folder.read(file), file)
        complaints += told.complaints
        if not told.value:
            continue
        try:
            policy = make_policy(file, {**told.value, "package": package_of(file)})
        except PackError as error:
            complaints.append(Complaint(file, told.line("custom"), "policy-metadata", str(error)))
            continue
        if policy.id in ids:
            text = f"the id {policy.id} is used already by {ids[policy.id]}: choose another one"
            complaints.append(Complaint(file, told.line("custom", "id"), "id", text))
            continue
        ids[policy.id] = file
        found[file] = policy
    return found, complaints


def _chosen(folder: Folder, policies: Mapping[str, Policy], select: Sequence[str]) -> dict[str, Policy]:
    for pattern in select:
        if not any(matches(policy, pattern) for policy in policies.values()):
            ids = ", ".join(sorted(policy.id for policy in policies.values())[:20])
            raise UsageError(f"{folder.shown}: no policy matches {pattern!r}: there are {ids}")
    return {
        file: policy
        for file, policy in policies.items()
        if not select or any(matches(policy, pattern) for pattern in select)
    }


def _examples(folder: Folder, policies: Mapping[str, Policy]) -> tuple[list[Example], list[Complaint]]:
    cases: list[Example] = []
    complaints: list[Complaint] = []
    for file, policy in policies.items():
        beside = examples_of(file)
        if folder.has(beside):
            found, wrong = examples(policy.id, folder.read(beside), beside)
            cases += found
            complaints += wrong
    return cases, complaints


def _judged(
    folder: Folder, policies: Mapping[str, Policy], cases: Sequence[Example], process: RegoProcess
) -> Iterator[Judged]:
    part = Part(folder.path, f"{folder.shown}/", {policy.id: policy for policy in policies.values()}, folder.libraries)
    library = Library.of(part)
    engine = TracingEngine(process)
    with tempfile.TemporaryDirectory(prefix="erpguard-") as where:
        for number, example in enumerate(cases):
            own = os.path.join(where, str(number))
            os.mkdir(own)
            yield judged(example, own, library, engine)


def _coverage(folder: Folder, process: RegoProcess, policies: Mapping[str, Policy]) -> dict[str, Coverage]:
    found = {one["path"]: one for one in process.coverage()["files"]}
    return {file: _lines(folder.read(file).split("\n"), found[file]) for file in policies if file in found}


def _lines(source: Sequence[str], found: Mapping[str, Sequence[int]]) -> Coverage:
    """Without the lines of closing brackets: the engine adds to them what heads compute."""
    covered, missed = (
        tuple(line for line in found[which] if source[line - 1].strip(" \t})]")) for which in ("covered", "not_covered")
    )
    return Coverage(covered, missed)
