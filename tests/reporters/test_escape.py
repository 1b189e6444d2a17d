"""What is dangerous to show becomes harmless, and what is not stays."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.reporters.escape import cut, markdown, plain, prose, replaced, sarif_message, terminal

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("escape", [plain, replaced])
def test_no_dangerous_character_of_unicode_survives(escape: Callable[[str], str]) -> None:
    dangerous = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert len(dangerous) > 2000
    assert all(char not in escape(char) and escape(char).isprintable() for char in dangerous)


def test_dangerous_characters_are_shown() -> None:
    assert plain("a\x1b[31m\u202eb\nc\td\ud800") == r"a\x1b[31m\u202eb\nc\td\ud800"
    assert replaced("a\x1b\u202e\nb") == "a\ufffd\ufffd\ufffdb"


def test_ordinary_text_stays() -> None:
    text = "Größe 漢字 😀 C:\\x"
    assert plain(text) == replaced(text) == text


def test_prose_is_one_line() -> None:
    assert prose("  one\n  two\n\nthree ") == "one two three"


@pytest.mark.parametrize(
    ("line", "harmless"),
    [
        ("##vso[task.x]", "# #vso[task.x]"),
        ("a ##[group]b", "a # #[group]b"),
        ("####[x]", "### #[x]"),
        ("::error::x", ": :error::x"),
        ("   ::error::x", "   : :error::x"),
        ("\x1b[1m::x", "\x1b[1m: :x"),
        ("default::x ## y", "default::x ## y"),
    ],
)
def test_commands_of_ci_systems_are_broken_up(line: str, harmless: str) -> None:
    assert terminal(line) == harmless


@given(ANY_TEXT)
def test_no_line_is_a_command(text: str) -> None:
    line = terminal(plain(text))
    assert not re.search(r"##\w*\[", line)
    assert not line.lstrip().startswith("::")


@pytest.mark.parametrize(("length", "kept"), [(199, 199), (200, 200), (201, 200), (5000, 200)])
def test_cut(length: int, kept: int) -> None:
    text = cut("x" * length)
    assert len(text) == kept
    assert text.endswith("…") is (length > 200)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a](b)", r"\[a\](b)"),
        (r"\[x", r"\\\[x"),
        (r"C:\dir", r"C:\dir"),
        ("{0} {{x}}", "{{0}} {{{{x}}}}"),
    ],
)
def test_sarif_messages_hold_no_links_and_no_placeholders(text: str, message: str) -> None:
    assert sarif_message(text) == message


def test_markdown_keeps_code_and_nothing_else() -> None:
    assert markdown("use `a_b[0]` <b> [x](y)") == r"use `a_b[0]` \<b\> \[x\](y)"
    assert markdown("```<img>`x`") == r"\`\`\`\<img\>`x`"
