"""Verdicts that were read against the manifest: what was right is still told, what was wrong is not."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import erpguard
from tests.e2e.test_corpora import CORPORA, needs_corpora, scanned


class Reviewed(NamedTuple):
    """One row of `reviewed_findings.tsv`; `file` is relative to the corpora, `verdict` true, false or arguable."""

    policy: str
    file: str
    line: int
    verdict: str
    remark: str


class Passed(NamedTuple):
    """One row of `reviewed_verdicts.tsv`: an object without a finding; `outcome` is clean or undetermined."""

    policy: str
    file: str
    name: str
    outcome: str
    remark: str


def _rows(file: str, header: tuple[str, ...]) -> list[list[str]]:
    with open(Path(__file__).with_name(file), encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert tuple(next(rows)) == header
        return list(rows)


REVIEWED = [
    Reviewed(policy, file, int(line), verdict, remark)
    for policy, file, line, verdict, remark in _rows("reviewed_findings.tsv", Reviewed._fields)
]
PASSED = [Passed(*row) for row in _rows("reviewed_verdicts.tsv", Passed._fields)]


@cache
def told() -> frozenset[tuple[str, str, int]]:
    """Policy, file and line of every finding in the corpora."""
    return frozenset((one.policy, one.place.file, one.place.line) for one in scanned().findings)


def test_the_review_can_be_read() -> None:
    assert {row.verdict for row in REVIEWED} <= {"true", "false", "arguable"}
    assert len({row[:3] for row in REVIEWED}) == len(REVIEWED), "reviewed twice"
    assert {row.outcome for row in PASSED} <= {"clean", "undetermined"}
    rows: list[Reviewed | Passed] = [*REVIEWED, *PASSED]
    assert {row.policy for row in rows} <= set(erpguard.scan(resources=[]).policies)
    assert all(row.remark for row in rows)


@needs_corpora
@pytest.mark.parametrize("row", REVIEWED, ids=lambda row: f"{row.policy}-{row.file}-{row.line}")
def test_reviewed_findings(row: Reviewed) -> None:
    assert (CORPORA / row.file).is_file(), "the corpus has changed"
    if row.verdict != "arguable":
        assert (row[:3] in told()) == (row.verdict == "true"), row.remark


@needs_corpora
@pytest.mark.parametrize("row", PASSED, ids=lambda row: f"{row.policy}-{row.file}-{row.name}")
def test_reviewed_verdicts(row: Passed) -> None:
    assert (CORPORA / row.file).is_file(), "the corpus has changed"
    result = scanned()
    outcomes = {
        outcome
        for outcome, told in (("finding", result.findings), ("undetermined", result.undetermined))
        if any((one.policy, one.place.file, one.resource_name) == row[:3] for one in told)
    }
    assert outcomes == ({"undetermined"} if row.outcome == "undetermined" else set()), row.remark
