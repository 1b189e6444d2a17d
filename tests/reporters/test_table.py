"""The table of reporters, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from erpguard.errors import UsageError
from erpguard.model import ScanResult
from erpguard.reporters import BUILT_IN, ReportOptions, load


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_built_in_reporter_renders(name: str) -> None:
    assert load(name)(ScanResult(), ReportOptions()).endswith("\n")


def test_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown report format 'xml'; there are: json, junit, sarif, text"):
        load("xml")


def test_the_table_imports_no_reporter() -> None:
    code = (
        "import sys; import erpguard.model; before = set(sys.modules); import erpguard.reporters; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"erpguard.errors", "erpguard.reporters"}
