"""The `resource_changes` of a plan -> resource instances.

Not `planned_values`: there unknown items of maps vanish, those of lists become null, and what the plan forgets is still
shown (https://developer.hashicorp.com/terraform/internals/json-format#plan-representation).
"""

from __future__ import annotations

from typing import Any

from erpguard.sources.json_members import Element, JsonText
from erpguard.sources.terraform.instances import Contents, Instance, Json, Seen, provider_of
from erpguard.sources.terraform.masks import conceal_named, mask

DEPOSED = "deposed object of Terraform (left over from a replacement, to be deleted)"

_AFTER: tuple[str, str] = ("change", "after")
_BEFORE: tuple[str, str] = ("change", "before")
_WITH_BEFORE = ("update", "replace")


class Changes:
    """Takes the entries of `resource_changes`, one by one."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self._text = text
        self._contents = contents
        self._seen: set[Seen] = set()

    def take(self, element: Element) -> None:
        """Add the instance of an entry; what is wrong with one is a problem, and the others count."""
        given = element.value
        wrong = _wrong(given)
        if wrong:
            self._problem("terraform-change", f"a resource change {wrong}: make the plan again", element)
            return
        if given.get("mode", "managed") != "managed":
            return  # data sources are no resources
        seen = Seen(given["address"], str(given.get("deposed") or ""))
        if seen in self._seen:
            self._problem(
                "duplicate-address",
                f"{seen.address} stands twice in the plan, only the first counts: make the plan again",
                element,
            )
            return
        self._seen.add(seen)
        if seen.deposed:
            self._contents.skip(DEPOSED)
            return
        self._change(given, given["change"], element)

    def _change(self, given: Json, change: Json, element: Element) -> None:
        action = _action(change["actions"])
        if action == "read":
            return
        if not action:
            actions = ", ".join(map(str, change["actions"]))[:80]
            text = f"{given['address']} has the action {actions!r}, which is not known: use a newer erpguard"
            self._problem("terraform-change", text, element)
            return
        side = "before" if action in ("delete", "forget") else "after"
        if side == "after" and change.get("after_unknown") is True:
            self._contents.deferred.add(given["type"])
            return
        if not isinstance(change.get(side), dict):
            text = f"{given['address']} is to be judged by `{side}`, which is no object: make the plan again"
            self._problem("terraform-change", text, element)
            return
        type_ = given["type"]
        before = _hidden_before(type_, change, self._contents) if action in _WITH_BEFORE else None
        if action == "forget":
            # Terraform removes it from its state and leaves it in Azure as it is: it is still there to be judged, and
            # others may rest on it (https://developer.hashicorp.com/terraform/language/block/removed).
            self._add(given, element, _BEFORE, change)
        elif action == "delete":
            instance = self._add(given, element, _BEFORE, change)
            instance.before, instance.values, instance.change = instance.values, {}, action
        else:
            instance = self._add(given, element, _AFTER, change)
            instance.change, instance.before = action, before

    def _add(self, given: Json, element: Element, prefix: tuple[str, str], change: Json) -> Instance:
        type_, found = given["type"], change[prefix[1]]
        sensitive = change.get(f"{prefix[1]}_sensitive")
        unknown = change.get("after_unknown") if prefix == _AFTER else None
        masked = mask(found, unknown, sensitive, self._contents.secrets)
        if "after_sensitive" not in change:
            masked.sensitive.update(conceal_named(type_, found, self._contents.secrets))
        instance = Instance(
            given["address"],
            type_,
            provider_of(given.get("provider_name"), type_),
            element.start,
            prefix,
            found,
            unknown=masked.unknown,
            sensitive=masked.sensitive,
            mask=unknown if unknown else None,
        )
        self._contents.instances.append(instance)
        return instance

    def _problem(self, code: str, text: str, element: Element) -> None:
        self._contents.problems.append(self._text.problem(code, text, element.start))


def _hidden_before(type_: str, change: Json, contents: Contents) -> Json:
    """The attributes as they are now, without what is sensitive."""
    before = change.get("before")
    if not isinstance(before, dict):
        return {}
    mask(before, None, change.get("before_sensitive"), contents.secrets)
    if "before_sensitive" not in change:
        conceal_named(type_, before, contents.secrets)
    return before


def _wrong(given: Any) -> str:
    """What an entry lacks; empty if it has all that is needed."""
    if not isinstance(given, dict):
        return "is no object"
    for key in ("address", "type"):
        if not isinstance(given.get(key), str) or not given[key]:
            return f"has no {key}"
    change = given.get("change")
    if not isinstance(change, dict) or not isinstance(change.get("actions"), list):
        return f"({given['address']}) has no actions"
    return ""


def _action(actions: list[Any]) -> str:
    """What the actions of an entry amount to; empty if that is not known."""
    if len(actions) == 1:
        return actions[0] if actions[0] in ("create", "update", "no-op", "delete", "forget", "read") else ""
    kinds = {str(one) for one in actions}
    if kinds == {"create", "delete"}:
        return "replace"
    # The old object stays in Azure, out of the plan; the new one is what is judged.
    return "create" if kinds == {"create", "forget"} else ""
