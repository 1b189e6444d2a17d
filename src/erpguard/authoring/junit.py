"""A run as JUnit XML, which CI systems show as tests: https://github.com/testmoapp/junitxml tells the common form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from erpguard.authoring import telling
from erpguard.authoring.running import Report
from erpguard.reporters.escape import plain


def as_xml(reports: Iterable[Report], percent: float = 0) -> str:
    """Some runs: a suite for each folder, a case for each test, example and file that cannot be used."""
    root = Element("testsuites")
    for report in reports:
        suite = SubElement(root, "testsuite", name=plain(report.folder.shown))
        for case in _cases(report, percent):
            suite.append(case)
        suite.set("tests", str(len(suite)))
        for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            suite.set(attribute, str(sum(case.find(kind) is not None for case in suite)))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _cases(report: Report, percent: float) -> Iterator[Element]:
    folder = report.folder
    for complaint in report.complaints:
        yield _case(folder.display(complaint.file), complaint.line, complaint.code, "error", [complaint.message])
    for test in report.tests:
        kind = {"fail": "failure", "skip": "skipped"}.get(test.outcome, "")
        said = list(telling.of_test(folder, test)) if kind == "failure" else []
        yield _case(folder.display(test.file), test.line, test.name, kind, said)
    for one in report.examples:
        said = list(telling.of_example(folder, one)) if one.differences else []
        yield _case(
            folder.display(one.example.file), one.example.line, one.example.title, "failure" if said else "", said
        )
    if report.is_empty:
        yield _case(folder.shown, 1, "tests and examples", "error", ["there is nothing to run"])
    for file in report.below(percent):
        text = f"{report.coverage[file].percent:.0f}% covered (less than {percent:g}%)"
        yield _case(folder.display(file), 1, "coverage", "failure", [text])


def _case(file: str, line: int, name: str, kind: str, said: list[str]) -> Element:
    case = Element("testcase", classname=plain(file), name=plain(name), file=plain(file), line=str(line))
    if kind:
        told = SubElement(case, kind)
        if said:
            told.set("message", plain(said[0]))
            told.text = "\n".join(map(plain, said))
    return case
