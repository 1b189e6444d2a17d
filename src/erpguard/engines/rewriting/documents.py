"""The documents that rules with references as heads are parts of.

In OPA `p` is an empty object where none of `p.a.b := 1` and `p[x] contains y` has an answer. In the embedded engine it
is undefined, but for partial objects. So each such document gets one that has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from erpguard.engines.syntax import facts
from erpguard.engines.syntax.references import steps


def module(tree: Any) -> str:
    """The text of a module to compile beside the one of a tree; empty where nothing is to be done."""
    heads = all_parts(tree)
    rules = sorted({rule for one in tree["ast"]["rules"] for rule in _rules(one, heads)})
    first, *rest = facts(tree).package.split(".")
    return "\n".join([f"package {first}{''.join(map(_bracket, rest))}", *rules]) if rules else ""


def _rules(rule: Any, heads: Sequence[Sequence[Any]]) -> Iterator[str]:
    ((kind, head),) = rule["Spec"]["head"].items() if "Spec" in rule else (("Default", rule),)
    if kind in ("Compr", "Set"):
        own = parts(head["refr"])
        if len(own) > 1 and (kind, own[1:]) != ("Compr", [None]):
            name, *fixed = own[: min(len(own) - 1, fixed_until(own, heads))]
            yield f"{name}{''.join(map(_bracket, fixed))}[__none] if {{ some __none in [] }}"


def all_parts(tree: Any) -> list[list[Any]]:
    """The parts of all heads of a module that are no functions."""
    heads = [head for rule in tree["ast"]["rules"] if "Spec" in rule for head in rule["Spec"]["head"].items()]
    return [parts(head["refr"]) for kind, head in heads if kind != "Func"]


def fixed_until(own: Sequence[Any], heads: Sequence[Sequence[Any]]) -> int:
    """How many parts of a head no definition of the module computes, be it another one of the same document."""
    for number in range(len(own)):
        if any(len(head) > number and head[number] is None and head[:number] == own[:number] for head in heads):
            return number
    return len(own)


def parts(reference: Any) -> list[Any]:
    """The parts of a head, with None for what is only known when the rule is evaluated."""
    found: list[Any] = []
    for kind, node in steps(reference):
        if kind == "RefBrack":
            found.append(node["index"]["String"]["value"] if "String" in node["index"] else None)
        else:
            found.append(node["field"][1] if kind == "RefDot" else node["value"])
    return found[::-1]


def _bracket(part: str) -> str:
    return f"[{json.dumps(part)}]"
