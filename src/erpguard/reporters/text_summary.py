"""The sums at the end of the report for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from erpguard.model import Counts, ScanResult, Severity
from erpguard.reporters import ReportOptions
from erpguard.reporters.escape import plain
from erpguard.reporters.text_layout import Page, count

_LOWEST = Severity.LOW


def table(result: ScanResult, page: Page) -> Iterator[str]:
    """Pack by severity, and how many times a resource was undetermined or passed."""
    if not result.policies:
        return
    packs = sorted({policy.pack for policy in result.policies.values()})
    header = ("pack", *(severity.value for severity in Severity), "undetermined", "passed")
    rows = [(plain(pack), *map(_number, _row(result, pack))) for pack in packs]
    yield from _aligned(header, rows, page)


def per_policy(result: ScanResult, page: Page) -> Iterator[str]:
    """For every selected policy: how many resources failed, were undetermined, passed or were none of its business."""
    header = ("policy", "failed", "undetermined", "passed", "not applicable")
    rows = []
    for name in sorted(result.policies):
        counts = result.counts.get(name, Counts())
        numbers = (counts.failed, counts.undetermined, counts.passed, counts.not_applicable)
        rows.append((plain(f"{name}  {result.policies[name].name}"), *map(_number, numbers)))
    if rows:
        yield from _aligned(header, rows, page)


def last_line(result: ScanResult, options: ReportOptions) -> str:
    """The whole scan, or the part of it, in one sentence."""
    read = "" if options.part else f", {count(sum(result.resources.values()), 'resource')} read"
    parts = [_findings(result) + read]
    if options.fail_on is not _LOWEST and result.findings:
        parts.append(f"{len(result.failing(options.fail_on))} at or above {options.fail_on.value}")
    advice = sum(result.policies[one.policy].only_advises for one in result.findings if one.policy in result.policies)
    if advice:
        parts.append(f"{advice} only {'advises' if advice == 1 else 'advise'}")
    if result.undetermined:
        parts.append(f"{len(result.undetermined)} undetermined")
    if result.suppressed:
        parts.append(f"{len(result.suppressed)} suppressed")
    parts += _problems(result)
    return "; ".join(parts)


def _findings(result: ScanResult) -> str:
    by_severity = Counter(finding.severity for finding in result.findings)
    told = ", ".join(f"{by_severity[severity]} {severity.value}" for severity in Severity if by_severity[severity])
    files = len({finding.place.file for finding in result.findings if finding.place.file})
    if not told:
        return "no findings"
    where = f" in {count(files, 'file')}" if files else ""
    return f"{count(len(result.findings), 'finding')} ({told}){where}"


def _problems(result: ScanResult) -> list[str]:
    errors = sum(problem.level == "error" for problem in result.problems)
    warnings = len(result.problems) - errors
    told = [f"scan incomplete: {count(errors, 'problem')}"] if errors else []
    return [*told, count(warnings, "warning")] if warnings else told


def _row(result: ScanResult, pack: str) -> list[int]:
    names = {name for name, policy in result.policies.items() if policy.pack == pack}
    failed = Counter(finding.severity for finding in result.findings if finding.policy in names)
    undetermined = sum(finding.policy in names for finding in result.undetermined)
    passed = sum(counts.passed for name, counts in result.counts.items() if name in names)
    return [*(failed[severity] for severity in Severity), undetermined, passed]


def _number(value: int) -> str:
    return str(value) if value else "-"


def _aligned(header: tuple[str, ...], rows: list[tuple[str, ...]], page: Page) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    yield page.dim(_cells(header, widths))
    for row in rows:
        yield _cells(row, widths)


def _cells(row: tuple[str, ...], widths: list[int]) -> str:
    numbers = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join([f"{row[0]:<{widths[0]}}", *numbers])
