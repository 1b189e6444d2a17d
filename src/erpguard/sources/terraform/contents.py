"""Reads the text of a plan or state, member by member; what repeats other parts, or is only secret, is passed over."""

from __future__ import annotations

from typing import Any

from erpguard.model import Problem
from erpguard.sources.json_members import Element, JsonError, JsonText, Member
from erpguard.sources.terraform.instances import Contents
from erpguard.sources.terraform.kinds import NO_PLANS, refusal, wrong_version
from erpguard.sources.terraform.masks import mask
from erpguard.sources.terraform.plan_changes import Changes
from erpguard.sources.terraform.states import STORED_VERSION, ShownState, StoredState, note_outputs


def read(text: JsonText) -> Contents:
    """What the text holds. Raises nothing: what is wrong is a problem, and what was read before it counts."""
    contents = Contents()
    reader = _Reader(text, contents)
    try:
        for member in text.members():
            contents.keys.add(member.key)
            if not reader.take(member):
                return contents
    except JsonError as error:
        refused = refusal(contents.keys) if contents.keys & NO_PLANS else None  # else the key that tells may be lacking
        contents.problems.append(text.problem(*refused, 0) if refused else text.problem_of(error))
        contents.broken = True
    else:
        reader.finish()
    contents.problems += text.problems
    return contents


class _Reader:
    def __init__(self, text: JsonText, contents: Contents) -> None:
        self.text = text
        self.contents = contents
        self.shown = ShownState(text, contents)
        self.odd_version: Problem | None = None
        self.entries = {
            "resource_changes": Changes(text, contents).take,
            "resources": StoredState(text, contents).take,
            "deferred_changes": self.deferred,
            "action_invocations": self.action,
            "deferred_action_invocations": self.deferred_action,
        }

    def take(self, member: Member) -> bool:
        """Read a member of the outermost object; False if the text need not be read any further."""
        contents, key = self.contents, member.key
        if key in self.entries:
            if member.opening not in "[n":
                raise JsonError("terraform-kind", f"{key} must be a list: make the plan again", member.start)
            for element in member.elements():
                self.entries[key](element)
        elif key == "values":
            self.shown.take(member)
        elif key == "planned_values":
            contents.has_planned_resources = self.has_resources(member)
        elif key == "output_changes":
            self.outputs(member.value())
        elif key == "outputs":
            note_outputs(member.value(), contents)
        else:
            return self.small(member)
        return True

    def small(self, member: Member) -> bool:
        """Read what tells of the file as a whole."""
        contents, key = self.contents, member.key
        if key in ("format_version", "version"):
            value = member.value()
            wrong = wrong_version(key, value, STORED_VERSION)
            if wrong and isinstance(value, str) and key == "version":
                # Many files have a version, most of them as a text: what else stands there tells whether it is a state.
                self.odd_version = self.text.problem("terraform-version", wrong, member.start)
            elif wrong:
                contents.problems.append(self.text.problem("terraform-version", wrong, member.start))
                contents.broken = True
                return False
        elif key == "variables":
            given = member.value()
            if isinstance(given, dict):
                contents.variables = {name: one.get("value") for name, one in given.items() if isinstance(one, dict)}
        elif key == "configuration":
            contents.configuration = member.value()
        elif key == "errored":
            contents.errored = member.value() is True
        elif key == "complete":
            contents.complete = member.value() is not False
        return True

    def deferred(self, element: Element) -> None:
        """Note the type of a resource that a later plan will have."""
        change = element.value.get("resource_change") if isinstance(element.value, dict) else None
        type_ = change.get("type") if isinstance(change, dict) else None
        if isinstance(type_, str) and (change or {}).get("mode", "managed") == "managed":
            self.contents.deferred.add(type_)

    def action(self, element: Element) -> None:
        """Note what is secret in an action: it changes no resource, but what it is given may stand in one too."""
        given = element.value if isinstance(element.value, dict) else {}
        if isinstance(given.get("config_values"), dict):
            mask(given["config_values"], None, given.get("config_sensitive"), self.contents.secrets)

    def deferred_action(self, element: Element) -> None:
        """The same for an action that a later plan will have."""
        if isinstance(element.value, dict):
            self.action(element._replace(value=element.value.get("action_invocation")))

    def has_resources(self, member: Member) -> bool:
        """Whether planned values hold anything: not what, for the changes tell that better."""
        return any(
            inner.opening == "[" and any(True for _ in inner.items())
            for root in member.members()
            if root.key == "root_module"
            for inner in root.members()
            if inner.key in ("resources", "child_modules")
        )

    def outputs(self, given: Any) -> None:
        """Note the sensitive outputs of a plan."""
        for change in given.values() if isinstance(given, dict) else ():
            for side in ("before", "after"):
                if isinstance(change, dict) and change.get(f"{side}_sensitive"):
                    self.contents.secrets.add(change.get(side))

    def finish(self) -> None:
        """Say what the file is, if it is no plan and no state."""
        refused = refusal(self.contents.keys)
        wrong = self.text.problem(*refused, self.text.skip(0)) if refused else self.odd_version
        if wrong is not None:
            self.contents.problems[:] = [wrong]  # what was wrong with its parts does not matter then
            self.contents.broken = True
            self.contents.instances.clear()
