"""The line that tells how far a long scan is."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

import erpguard
from erpguard.cli.environment import Progress


class Terminal(io.StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_counts_and_how_long_it_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([100.0, 100.0, 104.0, 110.0, 400.0, 410.0, 500.0, 500.0])
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = Progress(True, clock=lambda: next(times))
    for done, total in ((0, 10), (2, 40), (10, 40), (11, 100), (40, 40)):
        progress("reading Azure", done, total)
    progress("judging", 1, 2)
    progress.clear()
    assert terminal.getvalue().split("\r\x1b[K")[1:] == [
        "reading Azure 0/10",
        "reading Azure 2/40",
        "reading Azure 10/40, about 30 s left",
        "reading Azure 11/100, about 40 min 27 s left",
        "reading Azure 40/40",
        "judging 1/2",
        "",
    ]


def test_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal, wanted in ((Terminal(), False), (io.StringIO(), True)):
        monkeypatch.setattr(sys, "stderr", terminal)
        progress = Progress(wanted)
        progress("judging", 1, 2)
        progress.clear()
        assert terminal.getvalue() == ""


def test_files_are_counted_while_they_are_read(tmp_path: Path) -> None:
    for number in range(201):
        text = f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{number}}}}}"
        (tmp_path / f"{number}.yaml").write_text(text)
    told: list[tuple[str, int, int]] = []
    erpguard.scan([tmp_path], select=["NET008"], progress=lambda *one: told.append(one))
    assert told == [("reading", 100, 201), ("reading", 200, 201), ("judging", 0, 201)]
