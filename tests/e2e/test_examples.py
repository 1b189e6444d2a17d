"""The example platform has exactly the defects that were planted, at their lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import erpguard
from tests.place_oracle import expected_region

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PLATFORM = EXAMPLES / "erp-on-aks"
BESIDE_AZURE = {"NET113", "RBAC111", "RES016"}
"""They need the AKS cluster beside the objects in it: planted in tests/e2e/test_live_rows.py."""
_MARK = re.compile(r"#\s*defect:\s*([A-Z].+?)\s*$")


def planted() -> list[tuple[str, str, int]]:
    """(policy, file, line) as expected.tsv lists them."""
    with open(PLATFORM / "expected.tsv", encoding="utf-8", newline="") as file:
        return sorted((policy, name, int(line)) for policy, name, line in csv.reader(file, delimiter="\t"))


def test_findings_are_the_planted_defects() -> None:
    result = erpguard.scan([str(PLATFORM)], root=str(PLATFORM), as_of="2026-01-31")
    assert result.problems == []
    found = sorted((finding.policy, finding.place.file, finding.place.line) for finding in result.findings)
    assert found == planted()


def test_planted_defects_are_found_at_the_very_node() -> None:
    """Start and end, line and column, as a second reading of the files has them."""
    result = erpguard.scan([str(PLATFORM)], root=str(PLATFORM), as_of="2026-01-31")
    for finding in result.findings:
        place = finding.place
        text = (PLATFORM / place.file).read_text(encoding="utf-8")
        region = (place.line, place.column, place.end_line, place.end_column)
        if place.line == finding.key_line:
            assert region == expected_region(text, place, finding.path), finding
        else:  # a line within a block of text, without its indentation
            content = text.split("\n")[place.line - 1]
            assert content[place.column - 1 : place.end_column - 1] == content.strip()


def test_every_policy_has_a_planted_defect() -> None:
    result = erpguard.scan([str(PLATFORM)], root=str(PLATFORM), as_of="2026-01-31")
    # Those of Azure are planted in the landing zone: tests/e2e/test_landing_zone.py.
    expected = {
        name
        for name, policy in result.policies.items()
        if any(not type_.startswith(("Microsoft.", "erpguard/")) for type_ in policy.resource_types)
    }
    assert {policy for policy, _, _ in planted()} == expected - BESIDE_AZURE


def test_the_list_of_defects_is_what_the_files_mark() -> None:
    marked: Counter[tuple[str, str]] = Counter()
    for path in sorted(PLATFORM.rglob("*.yaml")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            match = _MARK.search(line)
            for policy in match[1].split(",") if match else ():
                # `TLS008@db_host`: the line of that key within the block of text that begins here.
                marked[policy.strip().partition("@")[0], str(path.relative_to(PLATFORM))] += 1
    assert marked == Counter((policy, file) for policy, file, _ in planted())
