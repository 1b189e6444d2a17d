"""Inline ignores: which comments count, and for which line."""

from __future__ import annotations

import pytest

from erpguard.model import Place
from erpguard.sources.inline_ignores import InlineIgnore
from erpguard.sources.yaml_documents import load

TEXT = """\
kind: A  # erpguard: ignore[TLS001,NET001] known, see #12
---
# erpguard: ignore[TLS002] alone
# another comment

kind: B
script: |  # erpguard: ignore[TLS003] the header's comment
  echo  # erpguard: ignore[NO] text
quoted: "# erpguard: ignore[NO]"
multi: 'a
  # erpguard: ignore[NO]
  b'  #erpguard:ignore[ TLS004 , ]
plain: a#b # erpguard: ignore
not: x#erpguard:ignore[NO]
# erpguard: ignored[NO]
last: >-
  # erpguard: ignore[NO]
# erpguard: ignore[TLS005] the end
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_ignores(line_break: str) -> None:
    loaded = load(TEXT.replace("\n", line_break).encode(), "a.yaml")
    assert loaded.problems == []
    assert [(one.line, one.ids, one.reason) for one in loaded.ignores] == [
        (1, ("TLS001", "NET001"), "known, see #12"),
        (6, ("TLS002",), "alone"),
        (7, ("TLS003",), "the header's comment"),
        (12, ("TLS004",), ""),
        (13, (), ""),
        (18, ("TLS005",), "the end"),
    ]
    assert loaded.ignores[0].place == Place("a.yaml", 1, 10, 1, 58)


def test_none_in_broken_documents_and_json() -> None:
    assert load(b"a: b: c # erpguard: ignore[X]\n", "a.yaml").ignores == []
    assert load(b'{"a": " # erpguard: ignore[X]"}', "a.json").ignores == []


def test_standard_input_keeps_the_line() -> None:
    (ignore,) = load(b"a: b\n---\na: b # erpguard: ignore[X] y\n", "").ignores
    assert ignore == InlineIgnore("", 3, ("X",), "y", Place())
