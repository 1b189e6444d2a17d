"""Blocks and attributes are found where they stand, whatever is between them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.sources.terraform.hcl_syntax import Attribute, Block, Body, HclError, Reader, parse
from tests.counted import assert_linear


def shown(text: str, body: Body) -> object:
    """The body as plain values: texts of attributes, and blocks by their heads."""
    attributes = {name: text[one.value : one.end] for name, one in body.attributes.items()}
    blocks = [(text[one.start : one.head_end], one.labels, shown(text, one.body)) for one in body.blocks]
    return attributes, blocks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ({}, [])),
        ("a = 1\nb=2 # c\nc = x // y\n", ({"a": "1", "b": "2", "c": "x"}, [])),
        ('a = "x # ${b["}"]} \\" ${"${c}"} $${d}" # e', ({"a": '"x # ${b["}"]} \\" ${"${c}"} $${d}"'}, [])),
        ("a = [\n  1, # one\n  2\n]\nb = 1", ({"a": "[\n  1, # one\n  2\n]", "b": "1"}, [])),
        ("a = {\n x = 1\n y = { z = 2 }\n}", ({"a": "{\n x = 1\n y = { z = 2 }\n}"}, [])),
        ("a = b == c ? d : e", ({"a": "b == c ? d : e"}, [])),
        ("a = b < c && d / e > 1", ({"a": "b < c && d / e > 1"}, [])),
        ("a = /* x */ 1 /* y\n z */\nb = 2", ({"a": "1", "b": "2"}, [])),
        ("a = <<EOT\n }\n EOT x\nEOT\nb = 1", ({"a": "<<EOT\n }\n EOT x\nEOT", "b": "1"}, [])),
        ("a = <<-EOT\n  x\n  EOT\nb = 1", ({"a": "<<-EOT\n  x\n  EOT", "b": "1"}, [])),
        ("a = f(<<-X\n  y\n  X\n)\r\nb = 1\r\n", ({"a": "f(<<-X\n  y\n  X\n)", "b": "1"}, [])),
        ('x "y" z { a = 1 }', ({}, [('x "y" z', ["y", "z"], ({"a": "1"}, []))])),
        ("x {}\nx {\n}\n", ({}, [("x", [], ({}, [])), ("x", [], ({}, []))])),
        ("x {\n y {\n  a = 1\n }\n b = 2\n}", ({}, [("x", [], ({"b": "2"}, [("y", [], ({"a": "1"}, []))]))])),
        ("a = { for k, v in x : k => v if v != null }", ({"a": "{ for k, v in x : k => v if v != null }"}, [])),
        ('a = "%{ if x }y%{ endif }"', ({"a": '"%{ if x }y%{ endif }"'}, [])),
    ],
)
def test_what_is_found(text: str, expected: object) -> None:
    assert shown(text, parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}",
        "a",
        "a = [",
        "a = (]",
        'a = "x',
        'a = "${',
        "x {",
        "x y",
        "= 1",
        "a = 1 /* unclosed",
        "a = <<EOT\n x",
        '"a" = 1',
        "a {{}}",
        'a = "x\ny"',
    ],
)
def test_what_is_no_hcl(text: str) -> None:
    with pytest.raises(HclError):
        parse(text)


@given(st.text(st.sampled_from('ab ={}[]()"$%\\\n#/*<E,:.'), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        body = parse(text)
    except HclError:
        return
    for one in attributes(body):
        assert 0 <= one.start < one.name_end <= one.value <= one.end <= len(text)
        try:
            Reader(text).entry(one.value, ("a", 0, "b"))
        except HclError:
            continue


def attributes(body: Body) -> list[Attribute]:
    return [*body.attributes.values(), *(inner for block in body.blocks for inner in attributes(block.body))]


@pytest.mark.parametrize(
    "part",
    ["[", "(", "x {", '${"', "/*", "a = <<E\n", '"', "a=1\n", "a = {\n", "x y {\n", "#", "\\", "a = [1]\n", "[(", "%{"],
)
@pytest.mark.parametrize("start", ["", "a = ", 'a = "', "a = <<E\n"])
def test_hostile_texts_take_linear_work(start: str, part: str) -> None:
    def parsed(count: int) -> Callable[[], object]:
        text = start + part * count
        return lambda: read(text)

    def read(text: str) -> None:
        with suppress(HclError):
            parse(text)

    assert_linear(parsed, 5000)


def entry(text: str, *path: str | int) -> str | None:
    found = Reader(text).entry(0, path)
    return text[found.start : found.end] if found else None


def test_entries_of_written_values() -> None:
    text = '{\n  a = 1, "b.c" : [1, { d = "x" }]\n  (e) = 2\n  f = {\n    g = h\n  } # i\n}'
    assert entry(text, "a") == "a = 1"
    assert entry(text, "b.c", 1, "d") == 'd = "x"'
    assert entry(text, "b.c", 0) == "1"
    assert entry(text, "f", "g") == "g = h"
    assert entry(text, "f", "z") == "f = {\n    g = h\n  }"
    assert entry(text, "z") is None
    assert entry(f"jsonencode({text})", "f", "g") == "g = h"
    assert entry("merge(a, b)", "a") is None
    assert entry("[for x in y : x]", 0) == "for x in y : x"
    assert entry("{ for k, v in y : k => v }", "k") is None


def test_blocks_know_their_heads() -> None:
    (block,) = parse('resource "a" "b" {\n}').blocks
    assert isinstance(block, Block) and (block.type, block.labels, block.start, block.head_end) == (
        "resource",
        ["a", "b"],
        0,
        16,
    )
