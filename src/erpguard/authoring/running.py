"""`erpguard policies test`: the unit tests and the examples of a folder of packs, and which lines they reach."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from erpguard.authoring import operands, unit_tests
from erpguard.authoring.checks import beside, rego
from erpguard.authoring.checks.names import package_of
from erpguard.authoring.checks.subject import Subject
from erpguard.authoring.checks.subjects import types
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.coverage import Coverage, coverage
from erpguard.authoring.examples import Example, examples
from erpguard.authoring.folder import Folder, examples_of, tests_of
from erpguard.authoring.judging import Judged, judged, without_joins
from erpguard.authoring.metadata import metadata
from erpguard.authoring.syntax import Module
from erpguard.authoring.tracing import TracingEngine, compiled, sources
from erpguard.authoring.unit_tests import UnitTest
from erpguard.engines.child import Limits, RegoProcess, Source
from erpguard.errors import PackError, UsageError
from erpguard.model import Part, Policy
from erpguard.packs import LIBRARY, Library, is_module, make_policy, matches

_NAMED = re.compile(r"\bdata\.erpguard\.(\w+)\.(\w+)")


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
        return not (self.complaints or failed or self.is_empty or self.below(percent))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was run: nobody knows of a policy without tests and examples whether it is right."""
        return not self.tests and not self.examples


def run(folder: Folder, select: Sequence[str] = (), limits: Limits | None = None, only: str = "") -> Report:
    """Test the policies of a folder, or those that are selected by ids, prefixes of ids or names.

    `only` is a regular expression: tests and examples run whose name (`erpguard.acme.one_test.test_this`,
    `ACME001: fail: this`) it is found in, without coverage. UsageError where nothing is selected, or found.
    """
    is_meant = _searching(only)
    policies, complaints = _policies(folder)
    chosen = _chosen(folder, policies, select)
    limits, given = limits or Limits(), sources(folder)
    given = _needed(given, chosen) if select else given
    process, modules, wrong = compiled(given.values(), limits, to_run=True)
    with process:
        complaints += wrong + _unusable(folder, chosen, modules)
        broken = {complaint.file for complaint in complaints}
        wanted = {file: policy for file, policy in chosen.items() if file not in broken}
        cases, told = _examples(folder, wanted)
        cases = [case for case in cases if is_meant(case.title)]
        complaints = [one for one in complaints + told if not select or _concerns(one, chosen)]
        files = _files(folder, wanted, is_all=not select)
        tests = unit_tests.run(process, {file: modules[file] for file in files if file in modules}, is_meant)
        if only and not (tests or cases):
            raise UsageError(
                f"{folder.shown}: no test and no example has {only!r} in its name: --verbose tells the names"
            )
        engine = TracingEngine(process)
        done = list(_judged(folder, wanted, cases, engine))
        covered = {} if only else _coverage(folder, process, wanted, modules)
        if not folder.is_shipped:  # a test of ours holds that of them
            by_id = {policy.id: policy for policy in wanted.values()}
            done = [without_joins(one, by_id[one.example.policy], engine) for one in done]
        tests = unit_tests.located(process, modules, tests)
    tests = operands.explained(tests, modules, [given[name] for name in modules], limits)
    return Report(folder, chosen, sorted(set(complaints)), tests, done, covered)


def _unusable(folder: Folder, policies: Mapping[str, Policy], modules: Mapping[str, Module]) -> list[Complaint]:
    """What makes the answer worthless, however the tests go."""
    found = [*beside.unread(folder), *beside.untested(modules, folder.tests)]
    for file, policy in policies.items():
        subject = Subject(file, policy, metadata(folder.read(file), file), modules.get(file))
        found += [one for one in types(subject) if one.level == "error"]
        found += rego.check_rule(file, modules[file]) if file in modules else ()
    return found


def _needed(given: Mapping[str, Source], policies: Iterable[str]) -> dict[str, Source]:
    """The modules of policies, of their tests, and what these name, in the order of all."""
    waiting = [name for file in policies for name in (file, tests_of(file))]
    waiting += [file for file in given if f"{LIBRARY}/" in file and is_module(file)]
    found = set[str]()
    while waiting:
        file = waiting.pop()
        if file in given and file not in found:
            found.add(file)
            waiting += [f"{pack}/{name}.rego" for pack, name in _NAMED.findall(given[file].text)]
    return {file: source for file, source in given.items() if file in found}


def _searching(only: str) -> Callable[[str], bool]:
    try:
        pattern = re.compile(only)
    except re.error as error:
        raise UsageError(f"--run {only}: no regular expression: {error}") from error
    return lambda name: pattern.search(name) is not None


def _files(folder: Folder, policies: Mapping[str, Policy], *, is_all: bool) -> list[str]:
    """The modules with tests of policies; when all are meant, those beside no policy too, and those of libraries."""
    names = {name for file in policies for name in (file, tests_of(file))}
    if is_all:
        unusable = {*folder.policies} - {*policies}
        names |= {*folder.libraries, *folder.tests} - {tests_of(file) for file in unusable}
    return sorted(names)


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
            policy = policy._replace(folder=f"{folder.display('')}/")
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
    folder: Folder, policies: Mapping[str, Policy], cases: Sequence[Example], engine: TracingEngine
) -> Iterator[Judged]:
    part = Part(folder.path, f"{folder.shown}/", {policy.id: policy for policy in policies.values()}, folder.libraries)
    library = Library.of(part)
    with tempfile.TemporaryDirectory(prefix="erpguard-") as where:
        for number, example in enumerate(cases):
            own = os.path.join(where, str(number))
            os.mkdir(own)
            yield judged(example, own, library, engine)


def _coverage(
    folder: Folder, process: RegoProcess, policies: Mapping[str, Policy], modules: Mapping[str, Module]
) -> dict[str, Coverage]:
    found = {one["path"]: one for one in process.coverage()["files"]}
    return {
        file: coverage(folder.read(file).split("\n"), found[file], modules[file].regions)
        for file in policies
        if file in found
    }
