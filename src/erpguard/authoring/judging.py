"""Judges an example as a scan would, by its one policy, and tells where that differs from what the example claims."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.authoring.examples import Example, Expected
from erpguard.authoring.tracing import Exchange, TracingEngine
from erpguard.config import Settings, check_parameters, from_mapping
from erpguard.errors import ConfigurationError
from erpguard.model import Counts, Finding, Policy, ScanResult
from erpguard.packs import Library
from erpguard.pipeline import judge
from erpguard.request import Request
from erpguard.scan import collector_paused
from erpguard.sources.discovery import discover

AS_OF = "2026-01-31"
"""The date that examples are judged for: they are as true in a year as today."""

_JOINS = (
    "each resource by itself has other violations than all together: a policy must not compare resources, because a"
    " scan gives it some at a time; what joins them is a view"
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Judged(NamedTuple):
    """An example with what the policy says of it.

    differences  from what it claims, empty where there is none
    actual       the lines that have a finding
    exchanges    what the engine was given and what it answered
    """

    example: Example
    differences: tuple[str, ...]
    actual: tuple[Expected, ...] = ()
    counts: Counts = Counts()
    exchanges: tuple[Exchange, ...] = ()


def judged(example: Example, folder: str, library: Library, engine: TracingEngine) -> Judged:
    """Judge the files of an example, written into an empty folder."""
    policy = library.policies[example.policy]
    engine.forget()
    try:
        result = scanned(example, folder, library, engine)
    except ConfigurationError as error:
        return Judged(example, (str(error),))
    actual = tuple(sorted(map(_actual, result.findings)))
    counts = result.counts[policy.id]
    return Judged(example, tuple(differences(example, policy, result)), actual, counts, tuple(engine.exchanges))


@collector_paused()
def scanned(example: Example, folder: str, library: Library, engine: TracingEngine | None = None) -> ScanResult:
    """The result of a scan of an example by its one policy; by the library's engine where none is given."""
    write(example, folder)
    policy = library.policies[example.policy]
    request = Request(
        policies={policy.id: policy},
        judging={policy.id: policy},
        settings=_settings(example, library),
        is_partial=example.options.get("partial", False),
        is_strict=False,
        as_of=AS_OF,
        type="",
        root=folder,
        source_dir="",
        trusted_config=True,
    )
    return judge(request, discover([folder], folder), (), library, None, opened=engine)


def without_joins(one: Judged, policy: Policy, engine: TracingEngine) -> Judged:
    """The same, and a difference more where the policy says something else of each resource by itself."""
    if any(engine.joins(policy, exchange) for exchange in one.exchanges):
        return one._replace(differences=(*one.differences, _JOINS))
    return one


def write(example: Example, folder: str) -> None:
    """Write the files of an example into a folder."""
    for name in example.files:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(example.text(name))


def _settings(example: Example, library: Library) -> Settings:
    options = example.options
    if not options.keys() & {"parameters", "estate"}:
        return Settings()
    given = {"parameters": {example.policy: options.get("parameters", {})}, "estate": options.get("estate", {})}
    settings = from_mapping(given, "the example")
    check_parameters(settings, library.policies)
    return settings


def differences(example: Example, policy: Policy, result: ScanResult) -> Iterator[str]:
    """Where a result is not what the example claims, a line each."""
    for problem in result.problems:
        if problem.level == "error":
            yield f"{problem.place}: {problem.message}" if problem.place.file else problem.message
    yield from _of_findings(example, policy, result)
    counts = result.counts[policy.id]
    if not _is_as_claimed(example.outcome, counts):
        yield f"expected the outcome {_words(example.outcome)}, but {told(counts)}"
    for finding in result.findings:
        for name in _missing_values(policy, finding):
            yield f"{finding.place.file}:{finding.place.line}: the message has no value for {{{name}}}"


def _of_findings(example: Example, policy: Policy, result: ScanResult) -> Iterator[str]:
    expected = [one._replace(severity=one.severity or str(policy.severity)) for one in example.expected()]
    left = list(expected)
    for finding in result.findings:
        actual = _actual(finding)
        if actual in left:
            left.remove(actual)
            continue
        same = next((one for one in left if one[:2] == actual[:2]), None)
        if same is not None:
            left.remove(same)
            yield f"{_at(actual)}: expected the severity {same.severity}, but it is {actual.severity}"
        else:
            yield f"{_at(actual)}: a finding that no mark expects: {finding.message}"
    yield from (f"{_at(one)}: expected a finding, but there is none" for one in left)


def _at(one: Expected) -> str:
    return f"{one.file}:{one.line}"


def _actual(finding: Finding) -> Expected:
    return Expected(finding.place.file, finding.place.line, str(finding.severity))


def _is_as_claimed(outcome: str, counts: Counts) -> bool:
    if outcome == "fail":
        return counts.failed > 0
    return (
        not counts.failed
        and {
            "pass": counts.passed > 0 and not counts.undetermined,
            "undetermined": counts.undetermined > 0,
            "not_applicable": not (counts.passed or counts.undetermined),
        }[outcome]
    )


def told(counts: Counts) -> str:
    """Counts in words."""
    numbers: Mapping[str, int] = {
        "failed": counts.failed,
        "undetermined": counts.undetermined,
        "passed": counts.passed,
        "not applicable": counts.not_applicable,
    }
    said = [f"{count} {name}" for name, count in numbers.items() if count]
    return "of its resources " + ", ".join(said) if said else "the policy judged none of its resources"


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")


def _missing_values(policy: Policy, finding: Finding) -> list[str]:
    known: dict[str, Any] = {"kind": 0, "name": 0, "namespace": 0, **finding.values}
    return [name for name in _PLACEHOLDER.findall(policy.message) if name not in known]
