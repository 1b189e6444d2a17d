"""The guards of builtins are called in their place, in the modules of others, and replaced where `with` replaces these.
Numbers are written there so that the engine holds them as our builtins need them.

A function of the package goes before a builtin of its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from erpguard.engines.builtins import written
from erpguard.engines.builtins.modules import GUARD, is_guarded
from erpguard.engines.rewriting.edits import Edit
from erpguard.engines.syntax.facts import facts, nodes
from erpguard.engines.syntax.places import offset_of
from erpguard.engines.syntax.references import fixed, root


def edits(tree: Any, source: bytes, defined: Collection[str]) -> list[Edit]:
    """The edits for all of them, where `defined` are the full names of rules and functions."""
    known = facts(tree)
    called = {offset_of(source, call.line, call.column): call.name for call in known.calls}
    places = {**called, **dict(_replaced(tree))}
    guarded = [
        Edit(place, place, (GUARD.encode(),))
        for place, name in places.items()
        if is_guarded(name) and f"data.{known.package}.{name}" not in defined
    ]
    return [*guarded, *written.edits(tree, source)]


def _replaced(tree: Any) -> Iterator[tuple[int, str]]:
    for node in nodes(tree["ast"]["rules"]):
        for modifier in node.get("with_mods") or ():
            yield root(modifier["refr"])["span"]["start"], ".".join(fixed(modifier["refr"]))
