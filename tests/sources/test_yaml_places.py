"""Places: the region that a reader should look at."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.model import Path, Place
from erpguard.sources.documents import DocumentOrigin, ObjectOrigin
from erpguard.sources.yaml_documents import load

TEXT = """\
# a comment
apiVersion: v1
kind: Service
metadata:
  name: "odoo"  # the name
  labels: &labels
    tier: erp
    1: one
spec:
  selector: *labels
  same:
    <<: *labels
    more: x
  ports:
    - port: 80
      name: &n web
    - *n
    - plain
    - - deep
      - er
    - {a: b, c: [d, e]}
    -
  script: |
    first
      second

    last

  folded: >-
    one
    two
  empty: {}
  nothing:
  flow: {x: 1, "y z": [2, 3]}
"""


def region(text: str, place: Place) -> str:
    """The text of a place, counted in UTF-16 code units as an editor does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows = [lines[row].encode("utf-16-le") for row in range(place.line - 1, place.end_line)]
    rows[-1] = rows[-1][: (place.end_column - 1) * 2]
    rows[0] = rows[0][(place.column - 1) * 2 :]
    return "\n".join(row.decode("utf-16-le") for row in rows)


EXPECTED: list[tuple[Path, int, str]] = [
    ((), 2, "apiVersion"),
    (("kind",), 3, "kind: Service"),
    (("metadata",), 4, "metadata"),
    (("metadata", "name"), 5, 'name: "odoo"'),
    (("metadata", "labels"), 6, "labels"),
    (("metadata", "labels", "tier"), 7, "tier: erp"),
    (("metadata", "labels", "1"), 8, "1: one"),
    (("metadata", "labels", 1), 8, "1: one"),
    (("metadata", "missing", "deep"), 4, "metadata"),
    (("missing",), 2, "apiVersion"),
    (("spec", "selector"), 10, "selector"),
    (("spec", "selector", "tier"), 7, "tier: erp"),
    (("spec", "same", "tier"), 7, "tier: erp"),
    (("spec", "same", "more"), 13, "more: x"),
    (("spec", "ports"), 14, "ports"),
    (("spec", "ports", 0), 15, "port"),
    (("spec", "ports", 0, "port"), 15, "port: 80"),
    (("spec", "ports", 0, "missing"), 15, "port"),
    (("spec", "ports", 0, "name"), 16, "name: &n web"),
    (("spec", "ports", 1), 16, "&n web"),
    (("spec", "ports", 2), 18, "plain"),
    (("spec", "ports", 3), 19, "- deep"),
    (("spec", "ports", 3, 1), 20, "er"),
    (("spec", "ports", 4), 21, "{a"),
    (("spec", "ports", 4, "c"), 21, "c"),
    (("spec", "ports", 4, "c", 1), 21, "e"),
    (("spec", "ports", 5), 22, "-"),
    (("spec", "ports", 9), 14, "ports"),
    (("spec", "script"), 23, "script: |\n    first\n      second\n\n    last"),
    (("spec", "folded"), 29, "folded: >-\n    one\n    two"),
    (("spec", "empty"), 32, "empty"),
    (("spec", "nothing"), 33, "nothing:"),
    (("spec", "flow", "x"), 34, "x: 1"),
    (("spec", "flow", "y z"), 34, '"y z"'),
    (("spec", "flow", "y z", 0), 34, "2"),
]


@pytest.mark.parametrize(("path", "line", "text"), EXPECTED)
@pytest.mark.parametrize("prefix", ["", "---\n# nothing\n---\na: 1\n...\n"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_place(path: Path, line: int, text: str, prefix: str, line_break: str) -> None:
    whole = (prefix + ("---\n" if prefix else "") + TEXT).replace("\n", line_break)
    loaded = load(b"\xef\xbb\xbf" + whole.encode(), "a.yaml")
    assert loaded.problems == []
    place = loaded.documents[-1].place(path)
    assert (place.line, region(whole, place)) == (line + (6 if prefix else 0), text)
    assert place.file == "a.yaml"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "first"), (1, "second"), (2, ""), (3, "last"), (9, "script"), (-1, "script")]
)
def test_place_of_line(number: int, text: str) -> None:
    (document,) = load(TEXT.encode(), "a.yaml").documents
    place = document.place_of_line(("spec", "script"), number)
    if text == "script":
        assert place == document.place(("spec", "script"))
    else:
        assert (place.line, region(TEXT, place)) == (24 + number, text)
    assert document.place_of_line(("spec", "folded"), 1) == document.place(("spec", "folded"))
    assert document.place_of_line(("spec", "gone"), 0) == document.place(("spec",))


def test_place_of_line_with_indicators() -> None:
    text = "data:\n  a: &x |2-  # note | here\n     one\n    two\n  b: c\n"
    (document,) = load(text.encode(), "a.yaml").documents
    assert document.value["data"]["a"] == " one\ntwo"
    assert region(text, document.place_of_line(("data", "a"), 0)) == "one"
    assert document.place_of_line(("data", "a"), 1).line == 4


def test_columns_count_utf16_code_units() -> None:
    text = 'a: {"😀": é, b: "c"}\n'
    (document,) = load(text.encode(), "a.yaml").documents
    assert document.place(("a", "b")) == Place("a.yaml", 1, 14, 1, 20)
    assert region(text, document.place(("a", "😀"))) == '"😀": é'


@pytest.mark.parametrize(
    ("text", "place"),
    [("[a, b]", Place("a.yaml", 1, 1, 1, 3)), ("{}", Place("a.yaml", 1, 1, 1, 3)), ("- x", Place("a.yaml", 1, 1, 1, 4)),
     ("word", Place("a.yaml", 1, 1, 1, 5)), ("{a: 1}", Place("a.yaml", 1, 1, 1, 3)),
     ("[]", Place("a.yaml", 1, 1, 1, 3))],
)  # fmt: skip
def test_root(text: str, place: Place) -> None:
    # A flow mapping is JSON's `{`: the fallback to YAML is the same loader.
    (document,) = load(text.encode(), "a.yaml").documents
    assert document.place(()) == place


def test_utf16_file() -> None:
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        bom = b"" if codec == "utf-16" else "\ufeff".encode(codec)
        (document,) = load(bom + TEXT.encode(codec), "a.yaml").documents
        assert document.place(("kind",)).line == 3


JSON = (
    '{"kind": "List",\n "a\\u0062": [1, {"c\\/d": "\\ud83d\\ude00", "e": null}, []], "f": {"g": {}}, "lone": "\\ud83d"}'
)


@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        ((), 1, '{"kind"'),
        (("kind",), 1, '"kind": "List"'),
        (("ab",), 2, '"a\\u0062"'),
        (("ab", 0), 2, "1"),
        (("ab", 1), 2, '{"c\\/d"'),
        (("ab", 1, "c/d"), 2, '"c\\/d": "\\ud83d\\ude00"'),
        (("ab", 1, "e"), 2, '"e": null'),
        (("ab", 2), 2, "[]"),
        (("f", "g"), 2, '"g"'),
        (("f", "x"), 2, '"f"'),
    ],
)
def test_json_places(path: Path, line: int, text: str) -> None:
    (document,) = load(JSON.encode(), "a.json").documents
    place = document.place(path)
    assert (place.line, region(JSON, place)) == (line, text)
    assert document.value["ab"][1]["c/d"] == "😀"
    assert document.value["lone"] == "\ufffd"


def test_json_documents_in_a_row() -> None:
    text = '{"a": 1} {"b":\n2}'
    one, two = load(text.encode(), "a.json").documents
    assert region(text, one.place(("a",))) == '"a": 1'
    assert two.place(("b",)) == Place("a.json", 1, 11, 2, 2)


def paths(value: Any, path: Path = ()) -> list[Path]:
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [path, *(found for key, one in inner for found in paths(one, (*path, key)))]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), json_values, min_size=1), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_json_regions_hold_the_key_and_the_value(value: Any, ascii_only: bool, pretty: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1 if pretty else None)
    (document,) = load(text.encode("utf-8", "surrogatepass"), "a.json").documents
    for path in paths(document.value)[1:]:
        found = region(text, document.place(path))
        if isinstance(path[-1], str):
            assert json.JSONDecoder().raw_decode(found)[0] == path[-1]


def test_origins() -> None:
    document = load(TEXT.encode(), "a.yaml").documents[0]
    origin = DocumentOrigin(document, ("spec", "ports", 0))
    assert origin.file == "a.yaml"
    assert origin.place(("port",)).line == 15
    assert DocumentOrigin(document, ("spec",)).place_of_line(("script",), 1).line == 25
    copy = pickle.loads(pickle.dumps(origin))
    assert copy.place(("port",)) == origin.place(("port",))

    stdin = DocumentOrigin(load(TEXT.encode(), "").documents[0], (), "v1/Service/odoo")
    assert stdin.place(("spec", "a/b")) == Place(object_id="v1/Service/odoo", pointer="/spec/a~1b")
    memory = pickle.loads(pickle.dumps(ObjectOrigin("x")))
    assert memory.place_of_line(("a",), 3) == Place(object_id="x", pointer="/a")
    assert memory.file == stdin.file == ""
