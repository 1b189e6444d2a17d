"""What to object to in a module before it is judged: functions that the embedded engine cannot call as OPA would."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from erpguard.engines.builtins import ADDED
from erpguard.engines.syntax.facts import Call, ModuleFacts
from erpguard.engines.syntax.known import DEPRECATED, DIFFERENT, MISSING, NATIVE, REFUSED, VARYING

Why = Literal["unknown", "missing", "refused", "varies", "differs", "deprecated", "invalid"]
"""Why something is objected to.

unknown      no such function, neither a builtin of OPA nor one of the modules
missing      a builtin of OPA that the embedded engine does not have
refused      needs the network or the environment, which policies do not get
varies       answers differently at every scan
differs      answers differently from OPA
deprecated   gone from Rego v1
invalid      refused by OPA's compiler: no call of a name, but a number of arguments, a recursion and the like
"""


_RULE: tuple[Why, str] = ("unknown", "is a rule, and no function")


class Objection(NamedTuple):
    """A call that should not be there. `text` names the builtin and says what to do instead.

    Without a name it is of something else.
    """

    line: int
    column: int
    text: str
    name: str
    why: Why


def objections(module: ModuleFacts, modules: Collection[ModuleFacts] = ()) -> list[Objection]:
    """The objections to one module, in the order of the source.

    `modules` are all that are compiled together: a function that none of them defines is unknown.
    """
    every = (module, *modules)
    known = {f"data.{one.package}.{rule.name}": rule.is_function for one in every for rule in one.rules}
    own = {rule.name.partition(".")[0] for one in every if one.package == module.package for rule in one.rules}
    found = [Objection(*refusal, "", "invalid") for refusal in module.refusals]
    for call in module.calls:
        is_function = known.get(call.name, known.get(f"data.{module.package}.{call.name}"))
        reasons = _against(call, own) if is_function is None else [] if is_function else [_RULE]
        found += [Objection(call.line, call.column, f"{call.name} {text}", call.name, why) for why, text in reasons]
    return sorted(found)


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
