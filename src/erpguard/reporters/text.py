"""The report for people: findings by file, what to do about them, what is not known, and the sums.

Severities are words first; color only repeats them. Every line is fitted to the width where that does not tear a path
or an id apart, and none can be taken for a command by a CI system that reads along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from erpguard.model import Finding, Problem, ScanResult
from erpguard.model.result import UNKNOWN_TYPE
from erpguard.reporters import ReportOptions
from erpguard.reporters.escape import plain, prose, terminal
from erpguard.reporters.text_findings import grouped, in_order, message, one_line
from erpguard.reporters.text_layout import Page, count
from erpguard.reporters.text_summary import last_line, per_policy, table

_TYPES_SHOWN = 6


def render(result: ScanResult, options: ReportOptions) -> str:
    """The report as lines without trailing spaces; in quiet mode one line for each finding and problem."""
    page = Page(options.width, options.color)
    lines = _quiet(result, page) if options.verbosity < 0 else _spaced(_sections(result, options, page))
    return "".join(terminal(line).rstrip() + "\n" for line in lines)


def _quiet(result: ScanResult, page: Page) -> Iterator[str]:
    for finding in in_order(result.findings):
        yield one_line(finding, result.policies, page)
    for problem in result.problems:
        where = plain(str(problem.place))
        start = f"{where}: " if where else ""
        yield f"{start}{page.word(problem.level)} {plain(problem.code)}: {message(problem.message)}"


def _sections(result: ScanResult, options: ReportOptions, page: Page) -> Iterator[Iterable[str]]:
    verbose = options.verbosity > 0
    yield grouped(result.findings, result.policies, page, verbose=verbose)
    if verbose:
        yield _listed("undetermined", result.undetermined, result, page)
        yield _listed("suppressed", result.suppressed, result, page)
    yield _problems(result.problems, page)
    yield _switched_off(result.overridden, page)
    yield _asides(result, page, verbose)
    if options.include_passed:
        yield per_policy(result, page)
    if not options.part:
        yield table(result, page)
    yield [page.title(last_line(result, options))]


def _spaced(sections: Iterable[Iterable[str]]) -> Iterator[str]:
    """The sections that say something, with an empty line between them."""
    is_first = True
    for section in sections:
        lines = list(section)
        if lines and not is_first:
            yield ""
        yield from lines
        is_first = is_first and not lines


def _listed(title: str, findings: Sequence[Finding], result: ScanResult, page: Page) -> Iterator[str]:
    if findings:
        yield page.title(f"{title}: {len(findings)}")
        yield ""
        yield from grouped(findings, result.policies, page, verbose=True)


def _problems(problems: Sequence[Problem], page: Page) -> Iterator[str]:
    if not problems:
        return
    errors = any(problem.level == "error" for problem in problems)
    title = count(len(problems), "problem") + ": the scan is incomplete" if errors else count(len(problems), "warning")
    yield page.title(title)
    for problem in problems:
        parts = (page.word(problem.level, len("warning")), plain(str(problem.place)), plain(problem.code))
        yield "  " + "  ".join(part for part in parts if part)
        yield from page.wrapped(message(problem.message), " " * 11)


def _switched_off(overridden: Sequence[str], page: Page) -> Iterator[str]:
    if overridden:
        yield page.title("switched off by the scanned tree's own configuration")
    for one in overridden:
        yield from page.wrapped(message(one), "  ", "    ")


def _asides(result: ScanResult, page: Page, verbose: bool) -> Iterator[str]:
    """What does not count, in numbers."""
    for label, findings in (("undetermined", result.undetermined), ("suppressed", result.suppressed)):
        if findings and not verbose:
            policies = sorted({plain(finding.policy) for finding in findings})
            yield from page.labelled(f"{label}:", f"{len(findings)} (--verbose lists them): {', '.join(policies)}", "")
    if result.not_judged:
        yield from page.labelled("not judged:", ", ".join(_not_judged(result.not_judged, verbose)), "")


def _not_judged(not_judged: Mapping[str, int], verbose: bool) -> Iterator[str]:
    """What was not judged, in numbers; types that no policy knows together, the most frequent first."""
    types = {reason: number for reason, number in not_judged.items() if reason.endswith(UNKNOWN_TYPE)}
    together = len(types) > 1
    for reason in sorted(not_judged):
        if not together or reason not in types:
            yield f"{not_judged[reason]}x {prose(reason)}"  # a reason has no plural: it may be a type
    if together:
        shown = sorted(types, key=lambda reason: (-types[reason], reason))[: None if verbose else _TYPES_SHOWN]
        named = ", ".join(f"{prose(reason.removesuffix(UNKNOWN_TYPE))} ({types[reason]})" for reason in shown)
        more = f", and {len(types) - len(shown)} more" if len(types) > len(shown) else ""
        yield f"{sum(types.values())} resources of {len(types)} types that no policy knows: {named}{more}"
