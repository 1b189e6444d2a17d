"""Comments in `.tf` files that switch a policy off for a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.sources.documents import Document
from erpguard.sources.inline_ignores import find_hcl_ignores
from tests.plans import plan, resource

CACHE = """
resource "azurerm_redis_cache" "erp" {
  name                = "redis-erp"
  resource_group_name = "rg-erp-prod"
  minimum_tls_version = "1.0"MARK
}
"""
MARK = "  # erpguard: ignore[TLS003] the old client goes in March"


def scan(folder: Path, text: str) -> erpguard.ScanResult:
    (folder / "main.tf").write_text(text)
    given: dict[str, Any] = {"name": "redis-erp", "resource_group_name": "rg-erp-prod", "minimum_tls_version": "1.0"}
    (folder / "plan.json").write_text(json.dumps(plan(resource("azurerm_redis_cache", "erp", **given))))
    return erpguard.scan([str(folder / "plan.json")], root=str(folder), source_dir=str(folder), select=["TLS003"])


@pytest.mark.parametrize(
    "text",
    [
        CACHE.replace("MARK", MARK),
        CACHE.replace("MARK", "").replace("  minimum", MARK + "\n  minimum"),
    ],
)
def test_a_finding_is_suppressed_with_its_reason(text: str, tmp_path: Path) -> None:
    result = scan(tmp_path, text)
    assert result.findings == [] and result.problems == []
    (finding,) = result.suppressed
    assert finding.suppression is not None
    assert (finding.place.file, finding.suppression.reason) == ("main.tf", "the old client goes in March")


def test_an_ignore_on_another_line_matches_nothing(tmp_path: Path) -> None:
    result = scan(tmp_path, CACHE.replace("MARK", "") + "# erpguard: ignore[TLS003] too late\n")
    assert len(result.findings) == 1
    assert [(problem.level, problem.place.line) for problem in result.problems] == [("warning", 7)]


@pytest.mark.parametrize(
    "text",
    [
        'a = "x # erpguard: ignore[TLS003] no"',
        'a = "\\" # erpguard: ignore[TLS003] no"',
        "a = <<-EOT\n  # erpguard: ignore[TLS003] no\n  EOT\n",
        "/* # erpguard: ignore[TLS003] no */",
        "// # erpguard: ignore[TLS003] no",
        "# more on # erpguard: ignore[TLS003] no",
    ],
)
def test_what_is_no_comment_of_its_own_is_no_ignore(text: str) -> None:
    assert find_hcl_ignores(Document("main.tf", text, 0, None)) == []


def test_comments_behind_strings_and_texts_are_found() -> None:
    text = 'a = "${var.b["c"]}" # erpguard: ignore[A] one\nb = <<E\n"\nE\nc = 1 # erpguard: ignore[B] two\n'
    found = find_hcl_ignores(Document("main.tf", text, 0, None))
    assert [(one.ids, one.line, one.reason) for one in found] == [(("A",), 1, "one"), (("B",), 5, "two")]
