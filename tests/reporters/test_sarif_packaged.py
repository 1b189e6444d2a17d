"""Rules that were made at packaging are the ones that are made otherwise, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from erpguard.model import ScanResult
from erpguard.packs import load
from erpguard.reporters import ReportOptions, pieces, sarif_packaged
from erpguard.reporters.sarif_packaged import FILE, packaged, rule_text
from erpguard.reporters.sarif_taxonomies import references

POLICIES = load().policies


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a wheel."""
    file = tmp_path / FILE
    file.write_text(packaged(POLICIES.values()), encoding="utf-8", newline="")
    monkeypatch.setattr(sarif_packaged, "shipped", lambda name: str(tmp_path))
    sarif_packaged._made.cache_clear()
    yield file
    sarif_packaged._made.cache_clear()


def report() -> str:
    """The log of a scan that found nothing."""
    return "".join(pieces("sarif", ScanResult(policies=dict(POLICIES)), ReportOptions()))


def test_both_ways_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    made_anew = report()
    request.getfixturevalue("shipped")
    monkeypatch.setattr(sarif_packaged, "rule", None)
    assert report() == made_anew
    assert '"relationships"' in made_anew


def test_the_file_has_one_line_for_each_policy(shipped: Path) -> None:
    lines = shipped.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    assert [line.partition(" ")[0] for line in lines] == list(POLICIES)


def test_a_policy_of_others_is_made(shipped: Path) -> None:
    own = POLICIES["NET001"]._replace(id="ACM001")
    assert rule_text(own, ()) == rule_text(POLICIES["NET001"], ()).replace("NET001", "ACM001")
    assert references({"ACM001": own})["ACM001"] != []


def test_a_checkout_has_no_such_file() -> None:
    assert sarif_packaged._made() == {}
