"""What to object to in a module before it is judged: functions that the embedded engine cannot call as OPA would."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from erpguard.engines.builtins import ADDED
from erpguard.engines.syntax.facts import Call, ModuleFacts
from erpguard.engines.syntax.known import DEPRECATED, DIFFERENT, MISSING, NATIVE, REFUSED, VARYING
from erpguard.named_tuples import NamedTuple

Why = Literal["unknown", "missing", "refused", "varies", "differs", "deprecated"]
"""Why a call is objected to.

unknown      no such function, neither a builtin of OPA nor one of the modules
missing      a builtin of OPA that the embedded engine does not have
refused      needs the network or the environment, which policies do not get
varies       answers differently at every scan
differs      answers differently from OPA
deprecated   gone from Rego v1
"""


class Objection(NamedTuple):
    """A call that should not be there. `text` names the builtin and says what to do instead."""

    line: int
    column: int
    text: str
    name: str
    why: Why


def objections(module: ModuleFacts, modules: Collection[ModuleFacts] = ()) -> list[Objection]:
    """The objections to the calls of one module, in the order of the source.

    `modules` are all that are compiled together: a function that none of them defines is unknown.
    """
    every = (module, *modules)
    defined = {f"data.{one.package}.{rule.name}" for one in every for rule in one.rules if rule.is_function}
    own = {rule.name.partition(".")[0] for one in every if one.package == module.package for rule in one.rules}
    return [
        Objection(call.line, call.column, f"{call.name} {text}", call.name, why)
        for call in module.calls
        if not defined & {call.name, f"data.{module.package}.{call.name}"}
        for why, text in _against(call, own)
    ]


def _against(call: Call, own: Collection[str]) -> Iterator[tuple[Why, str]]:
    """`own` are the names that the rules of the package begin with, which hide builtins."""
    name = call.name
    root = name.partition(".")[0]
    if call.is_shadowed:
        yield "unknown", f"is hidden by the variable {root}: rename the variable"
    elif root in own:
        yield "unknown", f"is hidden by the rule {root} of the package: rename the rule"
    elif name in REFUSED:
        yield "refused", REFUSED[name]
    elif name in DEPRECATED:
        yield "deprecated", f"is gone from Rego v1: {DEPRECATED[name]}"
    elif name in ADDED:
        return
    elif name in MISSING:
        yield "missing", f"is not in the embedded engine: {MISSING[name]}"
    elif name in VARYING:
        yield "varies", f"answers differently at every scan: {VARYING[name]}"
    elif name in DIFFERENT:
        yield "differs", f"is not as in OPA: {DIFFERENT[name]}"
    elif name not in NATIVE:
        yield "unknown", "is neither a builtin nor defined in these modules"
