"""What stands beside a policy, its examples and its unit tests, and what stands where nobody looks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.examples import Example, examples
from erpguard.authoring.folder import Folder, examples_of, tests_of
from erpguard.authoring.metadata import Metadata
from erpguard.authoring.syntax import Module
from erpguard.packs.own import PLACE

_NEEDED = ("fail", "pass")


def check(folder: Folder, told: Mapping[str, Metadata]) -> Iterator[Complaint]:
    """Missing, wrong and stray examples and tests."""
    for file, metadata in told.items():
        beside = examples_of(file)
        if folder.has(beside):
            found, wrong = examples(str(metadata.custom.get("id", "")), folder.read(beside), beside)
            yield from wrong or _needed(beside, found)
        else:
            yield Complaint(file, 1, "examples", f"no examples: write {os.path.basename(beside)}")
        if not folder.has(tests_of(file)):
            yield Complaint(file, 1, "tests", f"no unit tests: write {os.path.basename(tests_of(file))}")
    yield from _stray(folder)
    yield from unread(folder)


def _needed(file: str, found: list[Example]) -> Iterator[Complaint]:
    there = {one.outcome for one in found}
    for outcome in _NEEDED:
        if outcome not in there:
            yield Complaint(file, 1, "examples", f"no example of {outcome}: add one")


def unread(folder: Folder) -> Iterator[Complaint]:
    """Files that nobody reads, though they look as if somebody should."""
    for file in folder.unread:
        yield Complaint(file, 1, "unread", f"nobody reads this file: {_place_for(file)}")


def _place_for(file: str) -> str:
    stem, suffix = os.path.splitext(file)
    if suffix.lower() == ".rego":
        return PLACE
    if suffix == ".json":
        return "policies have no data files: write parameters, or a module in lib"
    return f"call it {os.path.basename(stem)}.yaml" if suffix != ".yaml" else "examples stand beside their policy"


def untested(modules: Mapping[str, Module], files: Iterable[str]) -> Iterator[Complaint]:
    """Modules that ought to have tests, and have none."""
    for file in files:
        if file in modules and not modules[file].units.rules:
            yield Complaint(file, 1, "tests", "no test in it: names of tests begin with test_")


def _stray(folder: Folder) -> Iterator[Complaint]:
    """Files that belong to no policy: its name, or theirs, is misspelled."""
    known = {file for policy in folder.policies for file in (examples_of(policy), tests_of(policy))}
    for file in (*folder.others, *(one for one in folder.tests if one.partition("/")[0] in folder.packs)):
        if file not in known:
            yield Complaint(file, 1, "stray", "belongs to no policy of this pack: rename or remove it")
