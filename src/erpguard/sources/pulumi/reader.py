"""Reads the text of a preview or state, member by member; what is neither is refused with what to do instead."""

from __future__ import annotations

from typing import Any

from erpguard.model import Problem
from erpguard.sources.json_members import Element, JsonError, JsonText, Member
from erpguard.sources.pulumi.contents import Contents, Json
from erpguard.sources.pulumi.events import EventStream, is_event_key
from erpguard.sources.pulumi.kinds import (
    failed,
    pending,
    refusal,
    unchanged_left_out,
    wrong_features,
    wrong_version,
)
from erpguard.sources.pulumi.previews import Step, Steps
from erpguard.sources.pulumi.states import Resources


def read(text: JsonText) -> Contents:
    """What the text holds. Raises nothing: what is wrong is a problem, and what was read before it counts."""
    contents = Contents()
    try:
        first = next(text.members(), None)
        if first is not None and is_event_key(first.key):
            EventStream(text, contents).run()
        else:
            _Document(text, contents).run()
    except JsonError as error:
        contents.problems.append(text.problem_of(error))
        contents.broken = True
    contents.problems += text.problems
    return contents


class _RefusedError(Exception):
    """The file is not read any further; the problem has been told."""


class _Document:
    """A file that is one object: a preview, an exported stack, a checkpoint."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self.text = text
        self.contents = contents
        self.steps = Steps(text, contents)
        self.resources = Resources(text, contents)
        self.keys: set[str] = set()
        self.changes: Any = None
        self.odd_version: Problem | None = None

    def run(self) -> None:
        """Read the whole file. Raises JsonError, once what stands before it has been added."""
        try:
            for member in self.text.members():
                self.keys.add(member.key)
                self.take(member)
        except _RefusedError:
            self.contents.broken = True
            self.contents.entries.clear()
            return
        finally:
            self.steps.finish()
        self.finish()

    def take(self, member: Member) -> None:
        """Read a member of the outermost object."""
        if member.key == "steps":
            for element in self.items(member):
                self.step(element)
        elif member.key == "changeSummary":
            self.changes = member.value()
        elif member.key == "diagnostics":
            self.diagnostics(member)
        elif member.key in ("deployment", "latest"):
            self.deployment(member)
        elif member.key == "checkpoint":
            self.checkpoint(member)
        elif member.key in ("version", "features"):
            value = member.value()
            wrong = wrong_version(value) if member.key == "version" else wrong_features(value)
            if wrong and isinstance(value, str) and member.key == "version":
                # Many files have a version, most of them as a text: what else stands there tells whether it is a state.
                self.odd_version = self.text.problem("pulumi-version", wrong, member.start)
            elif wrong:
                self.refuse("pulumi-version", wrong, member)

    def finish(self) -> None:
        """Look at the file as a whole."""
        refused = refusal(self.keys, self.changes, self.steps.count)
        wrong = self.text.problem("pulumi-kind", refused, 0) if refused else self.odd_version
        if wrong is not None:
            self.contents.problems.append(wrong)
            self.contents.broken = True
            self.contents.entries.clear()
            return
        left_out = unchanged_left_out(self.changes, self.steps.same)
        if left_out:
            problem = self.text.problem("pulumi-sames", left_out, 0)
            self.contents.problems.append(problem._replace(level="warning"))
            self.contents.is_open = True

    def step(self, element: Element) -> None:
        """Take a step of a preview."""
        given: Json = element.value if isinstance(element.value, dict) else {}
        old, new = given.get("oldState"), given.get("newState")
        self.steps.take(Step(given.get("op"), old, new, element.start, ("oldState",), ("newState",)))

    def diagnostics(self, member: Member) -> None:
        """A preview that failed has not come to all resources."""
        for element in member.elements():
            given = element.value
            if isinstance(given, dict) and given.get("severity") == "error":
                self.contents.problems.append(self.text.problem("pulumi-failed", failed(), element.start))
                self.contents.is_open = True
                return

    def checkpoint(self, member: Member) -> None:
        """Take the newest deployment of a checkpoint."""
        self.object(member)
        for inner in member.members():
            if inner.key == "latest":
                self.deployment(inner)

    def deployment(self, member: Member) -> None:
        """Take the resources of a deployment; a stack without any has none."""
        self.object(member)
        for inner in member.members():
            if inner.key == "resources":
                for element in self.items(inner):
                    self.resources.take(element)
            elif inner.key == "pending_operations":
                count = sum(1 for _ in inner.elements())
                if count:
                    problem = self.text.problem("pulumi-pending", pending(count), inner.start)
                    self.contents.problems.append(problem._replace(level="warning"))

    def items(self, member: Member) -> Any:
        """The elements of what must be a list, or null."""
        if member.opening not in ("[", "n"):
            self.refuse("pulumi-kind", f"{member.key} is no list: make the file again", member)
        return member.elements()

    def object(self, member: Member) -> None:
        """Make sure of an object, or null."""
        if member.opening not in ("{", "n"):
            self.refuse("pulumi-kind", f"{member.key} is no object: make the file again", member)

    def refuse(self, code: str, text: str, member: Member) -> None:
        """Tell what is wrong, and stop reading."""
        self.contents.problems.append(self.text.problem(code, text, member.start))
        raise _RefusedError
