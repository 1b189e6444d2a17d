"""Which call of a builtin ended a rule, where a guard refuses its arguments: the engine tells the guard's place only.

The rule is evaluated a second time, with a function of its own for each of these calls, that says where it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from erpguard.engines.builtins.added import EXTENSIONS
from erpguard.engines.builtins.modules import GUARD, GUARDS, guard_of, package_of
from erpguard.engines.embedded import Interpreter, Place
from erpguard.engines.rewriting.edits import Edit, Edited
from erpguard.engines.syntax import facts
from erpguard.engines.syntax.places import offset_of
from erpguard.errors import EngineError

_AT = "erpguard_functions.at"
_RAISED = re.compile(r"(Unsupported|\w+Error): (.*)")
_REASONS = {"TypeError": "collections within sets", "RecursionError": "a value as deep as this"}
OPA = "use OPA itself (own packs: --engine opa)"


class Text(NamedTuple):
    """A module in the form that is judged, with its tree."""

    name: str
    tree: Any
    is_v0: bool

    @property
    def source(self) -> bytes:
        """Its text."""
        return bytes(self.tree["source"]["contents"].encode())


class Site(NamedTuple):
    """A call of a builtin, and the package that it is in."""

    builtin: str
    place: Place
    package: str


def is_of_guard(error: EngineError) -> bool:
    """Whether an error is at a guard."""
    return str(error).startswith(GUARDS)


def told(error: EngineError, site: Site | None, place: Place | None) -> EngineError:
    """The error as it is for the author of the call."""
    reason = str(error).partition(": ")[2]
    if raised := _RAISED.search(reason):
        reason = raised[2] if raised[1] not in _REASONS else f"{_REASONS[raised[1]]} is not supported here"
    elif reason == "not an i64":
        reason = "a number beyond 64 bits is not supported here"
    builtin = f"{site.builtin}: " if site else ""
    where = f"{place.name}:{place.line}:{place.column}: " if place else ""
    return EngineError(f"{where}{builtin}{reason.removeprefix(builtin)}; {OPA}")


def reached(engine: Interpreter, modules: Iterable[Text], evaluate: Callable[[], object]) -> Site | None:
    """The call that ends what is evaluated; None where nothing ends it this time.

    `engine` has all modules but these, data and input.
    """
    sites: list[Site] = []
    last: list[int] = []
    for name, (arity, function) in EXTENSIONS.items():
        engine.add_function(name, arity, function)
    engine.add_function(_AT, 1, _noting(last))
    for module in modules:
        engine.add(module.name, _marked(module, sites), is_v0=module.is_v0)
    for package in sorted({site.package for site in sites}):
        engine.add(f"{GUARDS}{package}", "\n".join([package_of(package), *_functions(package, sites)]))
    try:
        evaluate()
    except EngineError as error:
        return sites[last[0]] if last and is_of_guard(error) else None
    return None


def _noting(last: list[int]) -> Callable[[int], bool]:
    def note(number: int) -> bool:
        last[:] = [number]
        return True

    return note


def _marked(module: Text, sites: list[Site]) -> str:
    """The text with another name for each call of a builtin that has a guard."""
    known = facts(module.tree)
    edits: list[Edit] = []
    for call in known.calls:
        if call.name.startswith(GUARD):
            start = offset_of(module.source, call.line, call.column)
            edits.append(Edit(start, start + len(GUARD), (_prefix(len(sites)),)))
            place = Place(module.name, call.line, call.column)
            sites.append(Site(call.name.removeprefix(GUARD), place, known.package))
    return Edited(module.source, edits).text.decode()


def _functions(package: str, sites: Sequence[Site]) -> Iterator[str]:
    for number, site in enumerate(sites):
        if site.package == package:
            head, guard = guard_of(site.builtin)
            yield f"{_prefix(number).decode()}{head} := {guard} if {_AT}({number})"


def _prefix(number: int) -> bytes:
    return b"__at_%d_" % number
