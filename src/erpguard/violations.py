"""Whether what a policy answers is what a `deny` holds: a set of violations, see `erpguard.engines.Violation`.

Own policies may hold anything, and a server may send anything: neither ends a scan.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from erpguard.engines import Answers
from erpguard.errors import EngineError, EngineUnavailable
from erpguard.model import Policy

_RIGHT = "has to be a set of objects: `deny contains finding.at(...) if ...`"


def checked(policies: Iterable[Policy], answers: Answers, known: Container[str]) -> Answers:
    """The answers; in place of the ones that hold something else, why their policies are out.

    known  the keys of the resources of the estate
    """
    found: Answers = {}
    for policy in policies:
        answer = answers[policy.id]
        reason = "" if isinstance(answer, EngineError) else flaw(answer, known)
        found[policy.id] = EngineUnavailable(f"{policy.id}: {policy.shown}: {reason}") if reason else answer
    return found


def flaw(answer: Any, known: Container[str]) -> str:
    """What is wrong with the value of a `deny`; empty where nothing is."""
    if answer is None:
        return f"`deny` has no value, and {_RIGHT}"
    if not isinstance(answer, list):
        return f"`deny` is {_named(answer)}, and {_RIGHT}"
    return next(filter(None, (_flaw(violation, known) for violation in answer)), "")


def _flaw(violation: Any, known: Container[str]) -> str:
    if not isinstance(violation, dict):
        return f"`deny` holds {_named(violation)}, and has to hold objects such as `finding.at` makes"
    if not _is_place(violation, known):
        return "`deny` holds an object without the key of a resource in `resource`, or without a list of keys in `path`"
    if not isinstance(violation.get("values"), dict):
        return "`deny` holds an object whose `values` are not an object"
    for name, is_right in _OPTIONAL.items():
        if name in violation and not is_right(violation[name], known):
            return f"`deny` holds an object whose `{name}` is not what it has to be: see `policies/lib/finding.rego`"
    return ""


def _is_place(value: Any, known: Container[str]) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("resource"), str):
        return False
    return value["resource"] in known and _is_path(value.get("path"))


def _is_path(value: Any) -> bool:
    return isinstance(value, list) and all(type(step) in (str, int) for step in value)


def _is_deciding(value: Any, known: Container[str]) -> bool:
    """Nothing, or a place, perhaps with a line."""
    return value == {} or (_is_place(value, known) and type(value.get("line")) in (int, type(None)))


def _are_related(value: Any, _: Container[str]) -> bool:
    """Each an object with resource, path and message; the resource may be one that is not in the estate."""
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("resource"), str)
        and isinstance(one.get("message"), str)
        and _is_path(one.get("path"))
        for one in value
    )


def _are_paths(value: Any, _: Container[str]) -> bool:
    return isinstance(value, list) and all(map(_is_path, value))


def _are_types(value: Any, _: Container[str]) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))


_OPTIONAL = {
    "at": _is_deciding,
    "related": _are_related,
    "flow": _are_related,
    "evidence": _are_paths,
    "absent": _are_types,
}


def _named(value: Any) -> str:
    """What kind of value something is, as Rego calls it."""
    names = {bool: "a boolean", str: "a string", int: "a number", float: "a number", list: "an array"}
    return "null" if value is None else names.get(type(value), "an object")
