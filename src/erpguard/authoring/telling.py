"""Reports of tests and checks: as lines for people, as plain values for machines. Nothing is escaped here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.examples import Example
from erpguard.authoring.folder import Folder
from erpguard.authoring.judging import Judged, told
from erpguard.authoring.running import Report
from erpguard.authoring.tracing import Exchange
from erpguard.authoring.unit_tests import UnitTest
from erpguard.errors import EngineError

_LONGEST, _WIDTH = 60, 110
"""Lines of an input that are shown, and how wide they are."""


def lines(report: Report, percent: float = 0, *, verbose: bool = False) -> Iterator[str]:
    """What to show of a run: what failed, what is not covered, and the sum."""
    for complaint in report.complaints:
        yield line(report.folder, complaint)
    for test in report.tests:
        if test.outcome == "fail":
            yield from of_test(report.folder, test)
        elif verbose:
            yield f"{_where(report.folder, test)}: {test.name}: {test.outcome}"
    for one in report.examples:
        if one.differences:
            yield from of_example(report.folder, one)
        elif verbose:
            yield f"{_where(report.folder, one.example)}: {one.example.title}: pass"
    yield from _of_coverage(report, percent, verbose)
    yield _sum(report, percent)


def line(folder: Folder, complaint: Complaint) -> str:
    """A complaint as one line."""
    note = "note: " if complaint.level == "note" else ""
    column = f":{complaint.column}" if complaint.column else ""
    return f"{folder.display(complaint.file)}:{complaint.line}{column}: {note}{complaint.message}"


def checked(folder: Folder, complaints: Sequence[Complaint]) -> Iterator[str]:
    """What to show of a check."""
    yield from (line(folder, one) for one in complaints)
    errors = sum(one.level == "error" for one in complaints)
    said = _number(errors, "complaint") if errors else "nothing to complain of"
    yield f"{folder.shown}: {_number(len(folder.policies), 'policy')}: {said}"


def of_test(folder: Folder, test: UnitTest) -> Iterator[str]:
    """What to show of a test that failed."""
    yield f"{_where(folder, test)}: {test.name}: {_displayed(folder, test.reason)}"
    if test.stopped:
        source = folder.read(test.file).split("\n")[test.stopped - 1].strip()
        yield f"  stopped at line {test.stopped}: {source}"
        yield from (f"    {operand}" for operand in test.operands)
    yield from (f"  printed at {_displayed(folder, text)}" for text in test.prints)


def of_example(folder: Folder, one: Judged) -> Iterator[str]:
    """What to show of an example that failed."""
    example = one.example
    yield f"{_where(folder, example)}: {example.title}"
    yield from (f"  {_displayed(folder, text)}" for text in one.differences)
    yield f"  expected  {_findings(example.expected())}"
    yield f"  actual    {_findings(one.actual)}; {told(one.counts)}"
    for exchange in one.exchanges:
        yield from _of_exchange(folder, exchange)


def _where(folder: Folder, one: UnitTest | Example) -> str:
    return f"{folder.display(one.file)}:{one.line}"


def _displayed(folder: Folder, text: str) -> str:
    """A text in which modules are named as their user would name them."""
    return re.sub(
        r"(?<![\w/])[\w-]+/[\w-]+\.rego\b",
        lambda file: folder.display(file[0]) if folder.has(file[0]) else file[0],
        text,
    )


def _findings(found: Iterable[tuple[str, int, str]]) -> str:
    said = [f"{file}:{number}{f' {severity}' if severity else ''}" for file, number, severity in found]
    return "findings at " + ", ".join(said) if said else "no finding"


def _of_exchange(folder: Folder, exchange: Exchange) -> Iterator[str]:
    yield from (f"  printed at {_displayed(folder, text)}" for text in exchange.prints)
    yield "  input"
    yield from _shown({name: part for name, part in _values(exchange.document).items() if part})
    for answer in exchange.answers.values():
        if isinstance(answer, EngineError):
            yield f"  deny failed: {_displayed(folder, str(answer))}"
        else:
            yield "  deny"
            yield from _shown(answer)


def _shown(value: Any) -> Iterator[str]:
    """A value as YAML, what is innermost on one line."""
    import yaml

    text = yaml.safe_dump(
        value, default_flow_style=None, sort_keys=False, allow_unicode=True, width=_WIDTH
    ).splitlines()
    yield from (f"    {part}" for part in text[:_LONGEST])
    if len(text) > _LONGEST:
        yield f"    ... and {len(text) - _LONGEST} more lines: --json shows all"


def _values(document: Mapping[str, Any]) -> dict[str, Any]:
    """An input as plain values: rows are mappings, and no dicts."""
    found: dict[str, Any] = json.loads(json.dumps(document, default=dict))
    return found


def _of_coverage(report: Report, percent: float, verbose: bool) -> Iterator[str]:
    low = set(report.below(percent))
    for file, one in report.coverage.items():
        if verbose or one.missed:
            missed = f", not reached: line {_ranges(one.missed)}" if one.missed else ""
            less = f" (less than {percent:g}%)" if file in low else ""
            yield f"{report.folder.display(file)}: {one.percent:.0f}% covered{less}{missed}"


def _ranges(numbers: Sequence[int]) -> str:
    """`3-5, 8` for 3, 4, 5, 8."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def _sum(report: Report, percent: float) -> str:
    failed = (
        (sum(test.outcome == "fail" for test in report.tests), "test", "failed"),
        (sum(bool(one.differences) for one in report.examples), "example", "failed"),
        (len({complaint.file for complaint in report.complaints}), "file", "cannot be used"),
        (len(report.below(percent)), "policy", f"covered by less than {percent:g}%"),
    )
    said = ", ".join(f"{_number(count, noun)} {verb}" for count, noun, verb in failed if count) or "all pass"
    skipped = sum(test.outcome == "skip" for test in report.tests)
    tests, examples = _number(len(report.tests), "test"), _number(len(report.examples), "example")
    what = f"{tests} and {examples} of {_number(len(report.policies), 'policy')}"
    said = "there is nothing to run" if report.is_empty and said == "all pass" else said
    return f"{report.folder.shown}: {what}: {said}{f', {skipped} skipped' if skipped else ''}"


def _number(count: int, noun: str) -> str:
    """`1 policy`, `2 policies`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def as_json(report: Report, percent: float = 0) -> dict[str, Any]:
    """A run as plain JSON values."""
    return {
        "folder": report.folder.shown,
        "passed": report.is_good(percent),
        "complaints": complaints_as_json(report.folder, report.complaints),
        "tests": [{**test._asdict(), "file": report.folder.display(test.file)} for test in report.tests],
        "examples": [_example_as_json(report.folder, one) for one in report.examples],
        "coverage": {
            report.folder.display(file): {"percent": round(one.percent, 1), **one._asdict()}
            for file, one in report.coverage.items()
        },
    }


def _example_as_json(folder: Folder, one: Judged) -> dict[str, Any]:
    example = one.example
    found = {
        "file": folder.display(example.file),
        "line": example.line,
        "policy": example.policy,
        "outcome": example.outcome,
        "name": example.name,
        "passed": not one.differences,
    }
    if not one.differences:
        return found
    exchanges = [
        {
            "input": _values(exchange.document),
            "prints": list(exchange.prints),
            "deny": [
                answer if not isinstance(answer, EngineError) else str(answer) for answer in exchange.answers.values()
            ],
        }
        for exchange in one.exchanges
    ]
    return found | {
        "differences": list(one.differences),
        "expected": [wanted._asdict() for wanted in example.expected()],
        "actual": [actual._asdict() for actual in one.actual],
        "exchanges": exchanges,
    }


def complaints_as_json(folder: Folder, complaints: Iterable[Complaint]) -> list[dict[str, Any]]:
    """Complaints as plain JSON values."""
    return [{**one._asdict(), "file": folder.display(one.file)} for one in complaints]
