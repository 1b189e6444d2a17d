"""A run of tests and examples as JUnit XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from erpguard.authoring import telling
from erpguard.authoring.running import Report
from erpguard.model import Place
from erpguard.reporters.junit import Case, document


def as_xml(reports: Iterable[Report], percent: float = 0) -> str:
    """Some runs: a suite for each folder, a case for each test, example and file that cannot be used."""
    return document((report.folder.shown, _cases(report, percent)) for report in reports)


def _cases(report: Report, percent: float) -> Iterator[Case]:
    folder = report.folder
    for complaint in report.complaints:
        yield _case(folder.display(complaint.file), complaint.line, complaint.code, "error", [complaint.message])
    for test in report.tests:
        kind = {"fail": "failure", "skip": "skipped"}.get(test.outcome, "")
        said = list(telling.of_test(folder, test)) if kind == "failure" else []
        yield _case(folder.display(test.file), test.line, test.name, kind, said)
    for one in report.examples:
        # Without the title, which is the name of the case, so that the differences come first.
        said = [text[2:] for text in telling.of_example(folder, one)][1:] if one.differences else []
        yield _case(
            folder.display(one.example.file), one.example.line, one.example.title, "failure" if said else "", said
        )
    if report.is_empty:
        yield _case(folder.shown, 1, "tests and examples", "error", ["there is nothing to run"])
    for file in report.below(percent):
        text = f"{report.coverage[file].percent:.0f}% covered (less than {percent:g}%)"
        yield _case(folder.display(file), 1, "coverage", "failure", [text])


def _case(file: str, line: int, name: str, kind: str, said: Sequence[str]) -> Case:
    return Case(file, name, Place(file, line), kind, said)
