"""Every document by every rule: what fails, what is excepted, what passes, and what could not be judged."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from erpguard.conftest.answers import AnswerError, Message, excepted, messages
from erpguard.conftest.documents import Documents, Item
from erpguard.conftest.findings import COMBINED, Maker
from erpguard.conftest.packages import Packages
from erpguard.conftest.rules import EXCEPTION, Rule
from erpguard.errors import EngineError
from erpguard.model import Counts, Finding, Outcome, Place, Problem, Resource, Suppression
from erpguard.sources import Collected
from erpguard.sources.discovery import Discovered
from erpguard.sources.object_lists import has_kind

MOST_MESSAGES = 1_000
"""Of one rule about one document; beyond them they are counted."""

_TELLING = 100
"""Files from one report of the progress to the next."""

Progress = Callable[[str, int, int], None]
Values = Mapping[str, Any]


class Judged:
    """What the packages say.

    failed, excepted  findings, in the order of the documents
    counts            by policy id: how many documents passed and failed
    problems          what could not be read or judged
    subjects          what the documents are that the sources of the platform do not read
    collected         what else is to be told of the files
    """

    __slots__ = ("collected", "counts", "excepted", "failed", "problems", "subjects")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.failed: list[Finding] = []
        self.excepted: list[Finding] = []
        self.counts = {rule.policy.id: Counts() for rule in rules}
        self.problems: list[Problem] = []
        self.subjects: list[Resource] = []
        self.collected = Collected()


def judge(
    packages: Packages,
    selected: Container[str],
    found: Discovered,
    objects: Iterable[Mapping[str, Any]],
    settings: Mapping[str, Any],
    progress: Progress | None = None,
    *,
    is_alone: bool = True,
) -> Judged:
    """Judge the documents of files and of objects in memory by the rules whose ids are selected.

    `settings` is the `estate` section of the configuration; `is_alone` tells that the sources of the platform will
    read nothing.
    """
    documents = Documents(settings, packages.options.parser)
    rules = [rule for rule in packages.rules if rule.policy.id in selected]
    judging = _Judging(packages, rules, is_alone)
    items = _items(documents, found, objects, progress) if rules else ()
    if packages.options.combine:
        judging.together(sorted(items, key=lambda item: item.path))
    else:
        for item in items:
            judging.alone(item)
    judged = judging.judged
    judged.collected = documents.collected
    judged.problems = [*documents.collected.problems, *judged.problems, *judging.lost()]
    return judged


def _items(
    documents: Documents, found: Discovered, objects: Iterable[Mapping[str, Any]], progress: Progress | None
) -> Iterator[Item]:
    files = [*((one, True) for one in found.inputs), *((one, False) for one in found.others)]
    for done, (given, named) in enumerate(files):
        if progress and done % _TELLING == 0:
            progress("judging documents", done, len(files))
        yield from documents.of_file(given, named)
    yield from documents.of_objects(objects)


class _Judging:
    def __init__(self, packages: Packages, rules: Sequence[Rule], is_alone: bool) -> None:
        self._packages = packages
        self._is_alone = is_alone
        self._rules = rules
        self._maker = Maker()
        self._lost: dict[tuple[str, str], list[Place]] = {}
        self.judged = Judged(rules)

    def alone(self, item: Item) -> None:
        """Judge one document."""
        self._count(item)
        path = os.path.abspath(item.path)
        values = self._packages.evaluate(self._rules, item.value, os.path.basename(path), os.path.dirname(path))
        place = item.origin.place(()) if any(isinstance(one, EngineError) for one in values.values()) else Place()
        for rule in self._rules:
            for message, why in self._told(rule, values, place):
                self._add(self._maker.finding(rule, message, item, why))

    def together(self, items: list[Item]) -> None:
        """Judge all documents as one: a list of `{path, contents}`."""
        for item in items:
            self._count(item)
        combined = [{"path": item.path, "contents": item.value} for item in items]
        values = self._packages.evaluate(self._rules, combined, COMBINED, os.getcwd())
        for rule in self._rules:
            for message, why in self._told(rule, values, Place()):
                self._add(self._maker.about_all(rule, message, items, combined, why))

    def lost(self) -> Iterator[Problem]:
        """What could not be judged: one problem for each rule and reason, however many documents that cost."""
        for (policy, reason), places in sorted(self._lost.items()):
            count = f"{len(places)} documents were" if len(places) > 1 else "1 document was"
            yield Problem("policy-failed", f"{policy}: {reason}: {count} not judged by it", places[0], "policy")

    def _told(self, rule: Rule, values: Values, place: Place) -> Iterator[tuple[Message, Suppression | None]]:
        """The messages of a rule, each with why it does not count, if it does not; the verdict is counted."""
        try:
            found = messages(_value(values[rule.query]))
        except (AnswerError, EngineError) as error:
            self._lose(rule, str(error), place)
            return
        self.judged.counts[rule.policy.id].add(Outcome.FAIL if found else Outcome.PASS)
        if not found:
            return
        why = self._excuse(rule, values, place)
        if len(found) > MOST_MESSAGES:
            text = f"gives {len(found)} messages for one document: the first {MOST_MESSAGES} are told"
            self.judged.problems.append(
                Problem("many-messages", f"{rule.policy.id} {text}", place, "policy", "warning")
            )
        for message in found[:MOST_MESSAGES]:
            yield message, why

    def _excuse(self, rule: Rule, values: Values, place: Place) -> Suppression | None:
        """The exception that the package makes of a rule for this document."""
        if rule.package not in self._packages.excuses:
            return None
        try:
            names = excepted(_value(values[f"data.{rule.package}.{EXCEPTION}"]))
        except EngineError as error:
            self._lose(rule, f"its exceptions are not known: {error}", place)
            return None
        stand = self._packages.excuses[rule.package]
        reason = f"an exception of the package {rule.package} ({stand})"
        return Suppression("ignored", reason) if rule.excused_as in names else None

    def _count(self, item: Item) -> None:
        if self._is_alone or not has_kind(item.value):
            self.judged.subjects.append(item.subject)

    def _lose(self, rule: Rule, reason: str, place: Place) -> None:
        self._lost.setdefault((rule.policy.id, reason), []).append(place)

    def _add(self, finding: Finding) -> None:
        (self.judged.excepted if finding.suppression else self.judged.failed).append(finding)


def _value(answer: Any) -> Any:
    if isinstance(answer, EngineError):
        raise answer
    return answer
