"""The documents that rules with references as heads are parts of.

In OPA `p` is an empty object where none of `p.a.b := 1` and `p[x] contains y` has an answer. In the embedded engine it
is undefined, but for partial objects. So each such document gets one that has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.trees import steps
from erpguard.engines.syntax import facts


def module(tree: Any) -> str:
    """The text of a module to compile beside the one of a tree; empty where nothing is to be done."""
    rules = sorted({rule for one in tree["ast"]["rules"] for rule in _rules(one)})
    first, *rest = facts(tree).package.split(".")
    return "\n".join([f"package {first}{''.join(map(_bracket, rest))}", *rules]) if rules else ""


def _rules(rule: Any) -> Iterator[str]:
    ((kind, head),) = rule["Spec"]["head"].items() if "Spec" in rule else (("Default", rule),)
    if kind in ("Compr", "Set"):
        name, *parts = _parts(head["refr"])
        fixed = parts[: parts.index(None)] if None in parts else parts[:-1]
        if parts and (kind, parts) != ("Compr", [None]):
            yield f"{name}{''.join(map(_bracket, fixed))}[__none] if {{ some __none in [] }}"


def _parts(reference: Any) -> list[Any]:
    """The parts of a head, with None for what is only known when the rule is evaluated."""
    parts: list[Any] = []
    for kind, node in steps(reference):
        if kind == "RefBrack":
            parts.append(node["index"]["String"]["value"] if "String" in node["index"] else None)
        else:
            parts.append(node["field"][1] if kind == "RefDot" else node["value"])
    return parts[::-1]


def _bracket(part: str) -> str:
    return f"[{json.dumps(part)}]"
