"""Runs the unit tests of Rego modules, as `opa test` does: rules whose names begin with `test_`.

https://www.openpolicyagent.org/docs/policy-testing/: a test passes where its value is true; `todo_test_` is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from erpguard.authoring.syntax import Module
from erpguard.authoring.unit_rules import UnitRule
from erpguard.engines.child import RegoProcess
from erpguard.errors import EngineError

_TODO = "todo_"
UNDEFINED = "undefined"
_TRACED = 50
"""Failing tests that are run once more, to tell where they stop."""


class UnitTest(NamedTuple):
    """One test and how it went.

    reason    why it did not pass
    stopped   the line of the test's own body where it stopped, 0 where that is not known
    prints    what `print` said
    operands  what the statement where it stopped was about
    """

    file: str
    line: int
    name: str
    outcome: Literal["pass", "fail", "skip"]
    reason: str = ""
    stopped: int = 0
    prints: tuple[str, ...] = ()
    operands: tuple[str, ...] = ()


def run(
    process: RegoProcess, modules: Mapping[str, Module], is_meant: Callable[[str], bool] = lambda name: True
) -> list[UnitTest]:
    """Run the tests of some modules, by file: those that are meant, by the names that they have below `data`."""
    return [test for file, module in modules.items() for test in _of_module(process, file, module, is_meant)]


def _of_module(process: RegoProcess, file: str, module: Module, is_meant: Callable[[str], bool]) -> Iterator[UnitTest]:
    for rule in module.units.rules:
        if not is_meant(f"{module.package}.{rule.name}"):
            continue
        if rule.name.startswith(_TODO):
            yield UnitTest(file, rule.line, rule.name, "skip")
        else:
            reason = rule.never or _reason(process, module, rule)
            prints = tuple(process.prints())
            yield UnitTest(file, rule.line, rule.name, "fail" if reason else "pass", reason, prints=prints)


def _reason(process: RegoProcess, module: Module, rule: UnitRule) -> str:
    """Why a test does not pass; empty where it does."""
    (value,) = process.evaluate([_path(module, rule.rule)], {})
    if not rule.cases or isinstance(value, EngineError):
        return _wrong(value)
    (cases,) = process.evaluate([_path(module, rule.cases)], {})
    if isinstance(cases, EngineError):
        return str(cases)
    failed = [" ".join(map(_word, case)) for case in cases or () if _at(value, case) is not True]
    return f"fails for {', '.join(failed)}" if failed else ""


def _wrong(value: Any) -> str:
    """Why a value is not that of a test that passes; empty where it is."""
    if value is True:
        return ""
    if isinstance(value, EngineError):
        return str(value)
    return UNDEFINED if value is None else f"{json.dumps(value)[:200]}, not true"


def _at(value: Any, case: Sequence[Any]) -> Any:
    """What an object has for a case; keys that are no texts are the JSON of what they were."""
    for step in case:
        value = value.get(_word(step)) if isinstance(value, dict) else None
    return value


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def located(process: RegoProcess, modules: Mapping[str, Module], tests: Iterable[UnitTest]) -> list[UnitTest]:
    """The tests, the failing ones with the line where they stop. The process has to count lines, and forgets them."""
    tests = list(tests)
    failing = [test for test in tests if test.reason == UNDEFINED][:_TRACED]
    return [_located(process, modules[test.file], test) if test in failing else test for test in tests]


def _located(process: RegoProcess, module: Module, test: UnitTest) -> UnitTest:
    process.forget_coverage()
    rule = next(rule for rule in module.units.rules if rule.name == test.name)
    process.evaluate([_path(module, rule.rule)], {})
    end = min((head.line for head in module.heads if head.line > test.line), default=1_000_000_000)
    lines = [
        line
        for file in process.coverage()["files"]
        if file["path"] == test.file
        for line in file["covered"]
        if test.line <= line < end
    ]
    return test._replace(stopped=max(lines, default=0))


def _path(module: Module, name: str) -> str:
    return f"data.{module.package}.{name}"
