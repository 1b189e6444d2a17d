"""What a document is: by format, by file, by its place in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.conftest.documents import DOCUMENT, Documents, Item
from erpguard.conftest.formats import format_of, is_document, unread_format
from erpguard.model import Place
from erpguard.sources import Input


def _read(data: str | bytes, name: str = "a.yaml") -> tuple[list[Item], Documents]:
    documents = Documents({})
    given = Input(name, name, data.encode() if isinstance(data, str) else data)
    return list(documents.of_file(given)), documents


def _values(data: str | bytes, name: str = "a.yaml") -> list[Any]:
    found, documents = _read(data, name)
    assert documents.collected.problems == []
    return [item.value for item in found]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1\n", [{"a": 1}]),
        ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("---\na: 1\n", [{"a": 1}]),
        ("a: 1\n---\n", [{"a": 1}, None]),
        ("", [None]),
        ("# only a comment\n", [None]),
        ("# a comment\n---\na: 1\n", [{"a": 1}, None]),
        ("%YAML 1.1\n---\na: 1\n", [{"a": 1}]),
        ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
        ("- a\n- b\n", ["a", "b"]),
        ("- a\n---\n- b\n", [["a"], ["b"]]),
        ("# a comment\n---\n- a\n", [["a"], None]),
        ("[]\n", []),
        ("a: !Ref b\nc: !Sub [x]\nd: !If yes\n", [{"a": "b", "c": ["x"], "d": "yes"}]),
        # conftest would not see the second one at all: a marker with a comment is none for it.
        ("a: 1\n--- # next\nb: 2\n", [{"a": 1}, {"b": 2}]),
    ],
)
def test_yaml(text: str, values: list[Any]) -> None:
    assert _values(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('[{"a": 1}, [2], null]', [{"a": 1}, [2], None]),
        ("null", [None]),
        ('"text"', ["text"]),
    ],
)
def test_json(text: str, values: list[Any]) -> None:
    assert _values(text, "a.json") == values


def test_an_empty_json_file_is_a_problem() -> None:
    found, documents = _read(" \n", "a.json")
    assert found == []
    assert [(one.code, one.level) for one in documents.collected.problems] == [("empty-file", "error")]


def test_toml() -> None:
    text = "a = 1979-05-27T07:32:00.50Z\nb = 07:32:00\nc = [1979-05-27, inf, 1.5]\n[d.e]\nf = true\n"
    found, _ = _read(text, "a.toml")
    assert [item.value for item in found] == [
        {
            "a": "1979-05-27T07:32:00.5Z",
            "b": "0000-01-01T07:32:00Z",
            "c": ["1979-05-27T00:00:00Z", "inf", 1.5],
            "d": {"e": {"f": True}},
        }
    ]
    assert found[0].origin.place(("d", "e")) == Place("a.toml", 1, 1, 1, 28)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a = ", "toml-syntax", 1),
        ("b = 1\n= 1", "toml-syntax", 2),
        ("[[a]]\n[a]", "toml-syntax", 2),
        ("a = " + "[" * 5_000, "too-deep", 1),
        ("a." * 200 + "b = 1", "too-deep", 1),
        ("a = '\0'", "binary-file", 1),
    ],
)
def test_broken_toml_is_a_problem(text: str, code: str, line: int) -> None:
    found, documents = _read(text, "a.toml")
    assert found == []
    ((problem),) = documents.collected.problems
    assert (problem.code, problem.place.file, problem.place.line) == (code, "a.toml", line)


def test_a_broken_document_is_a_problem_and_the_others_are_read() -> None:
    found, documents = _read("a: 1\n---\nb: [\n---\nc: 3\n")
    assert [item.value for item in found] == [{"a": 1}, {"c": 3}]
    assert [one.code for one in documents.collected.problems] == ["yaml-syntax"]


def test_documents_know_their_file_and_their_position() -> None:
    found, _ = _read("name: a\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: b, namespace: c}\n", "deploy/x.yaml")
    plain, pod = (item.subject for item in found)
    assert (plain.type, plain.id, plain.name) == (DOCUMENT, "deploy/x.yaml#1", "x.yaml")
    assert (pod.type, pod.id, pod.name, pod.namespace) == ("core/Pod", "default/core/Pod/c/b", "b", "c")
    assert [item.origin.place(()).line for item in found] == [1, 3]
    assert [item.lines for item in found] == [6, 6]


def test_a_subject_keeps_the_document_as_it_was_written() -> None:
    text = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\nspec: {backend: {serviceName: x}}\n"
    found, _ = _read(text)
    assert found[0].subject.type == "networking.k8s.io/Ingress"
    assert found[0].subject.body is found[0].value
    assert found[0].value["spec"] == {"backend": {"serviceName": "x"}}


def test_objects_in_memory() -> None:
    documents = Documents({})
    found = list(documents.of_objects([{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}}, {"x": 1}]))
    assert [item.path for item in found] == ["v1/Pod/a", "item"]
    assert found[0].origin.place(("kind",)) == Place(object_id="v1/Pod/a", pointer="/kind")


def test_standard_input_is_called_as_conftest_calls_it() -> None:
    documents = Documents({})
    (item,) = documents.of_file(Input("", data=b"a: 1\n"))
    assert (item.path, item.subject.id) == ("-", "-")
    assert item.origin.place(("a",)) == Place(object_id="-", pointer="/a")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("main.tf", "HCL"),
        ("Jenkinsfile", "Groovy"),
        ("CODEOWNERS", "CODEOWNERS"),
        ("nginx.conf", "nginx"),
        ("README.md", ""),
        ("a.yaml", ""),
        ("a", ""),
    ],
)
def test_formats_that_only_conftest_reads(name: str, format: str) -> None:
    assert unread_format(f"folder.d/{name}") == format
    assert is_document(name) == bool(format)


def test_formats_that_are_read() -> None:
    assert [format_of(name) for name in ("a.YML", "b.json", "c.toml", "", "d")] == ["YAML", "JSON", "TOML", "YAML", ""]
    assert [is_document(name) for name in ("a.yaml", "b.json", "c.toml", "d")] == [False, False, True, False]


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("Dockerfile", "Dockerfile"),
        ("dev.dockerfile", "Dockerfile"),
        ("Dockerfile.debug", "Dockerfile"),
        (".gitignore", "ignore list"),
        (".dockerignore", "ignore list"),
        (".env", "dotenv"),
        (".env.prod", "dotenv"),
        ("prod.env", "dotenv"),
        ("odoo.ini", "INI"),
        ("log4j.properties", "properties"),
        ("tsconfig.jsonc", "JSONC"),
        ("a.xml", "XML"),
        ("bom.cyclonedx", "JSONC"),
    ],
)
def test_formats_with_parsers_of_their_own(name: str, format: str) -> None:
    assert format_of(f"folder.d/{name}") == format
    assert unread_format(name) == ""
    assert is_document(name)


def test_cyclonedx_is_read_where_it_is_json() -> None:
    assert _values('{"bomFormat": "CycloneDX", "version": 1}', "bom.cyclonedx") == [
        {"bomFormat": "CycloneDX", "version": 1}
    ]
    found, documents = _read("<bom><a>b: c</a></bom>", "bom.cyclonedx")
    assert found == []
    assert [one.code for one in documents.collected.problems] == ["jsonc-syntax"]


def test_what_is_not_read_is_a_problem_where_it_was_named_and_else_counted() -> None:
    documents = Documents({})
    given = Input("main.tf", "main.tf", b"a {}\n")
    assert list(documents.of_file(given)) == []
    assert [one.code for one in documents.collected.problems] == ["unread-format"]
    assert list(documents.of_file(given, named=False)) == []
    assert documents.collected.not_judged == {"file in a format that only conftest reads: HCL": 1}
    assert len(documents.collected.problems) == 1


def test_a_named_file_of_any_name_may_be_yaml_or_json(tmp_path: Path) -> None:
    path = tmp_path / "manifest"
    path.write_text("a: 1\n")
    documents = Documents({})
    assert [item.value for item in documents.of_file(Input("manifest", str(path)))] == [{"a": 1}]
    assert list(documents.of_file(Input("manifest", str(path)), named=False)) == []
    assert documents.collected.not_judged == {"file that is no document": 1}


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\x1f\x8b"])
def test_packed_files_hold_no_documents(head: bytes) -> None:
    documents = Documents({})
    assert list(documents.of_file(Input("plan", "plan", head + b"rest"))) == []
    assert documents.collected.problems == []
    assert documents.collected.not_judged == {"file that is no document": 1}


LINES = st.lists(st.sampled_from(["---", "--- ", "a: 1", "# c", "", "- x"]), max_size=8)


@given(LINES, st.sampled_from(["\n", "\r\n"]))
def test_there_are_as_many_documents_as_conftest_sees_or_more(lines: list[str], end: str) -> None:
    """Its rule (`separateSubDocuments` of parser/yaml/yaml.go) is a search for bytes; ours goes through a parser."""
    text = end.join(lines)
    found, documents = _read(text)
    parts = re.split(re.escape(f"{end}---{end}"), text)
    is_list = len(found) and len(parts) == 1 and "- x" in text
    if not documents.collected.problems and not is_list:
        assert len(found) >= len(parts)
        assert [item.number for item in found] == ([0] if len(found) == 1 else list(range(1, len(found) + 1)))


@pytest.mark.parametrize(
    "text", ["FROM shop\nRUN make\n", "a=1\nb=2\n", "<a/>", "# nothing\n", "", "server {\n  listen 80;\n}\n"]
)
def test_a_text_that_is_no_yaml_in_a_file_whose_name_tells_no_format(text: str) -> None:
    """As YAML it is a scalar, or nothing: no rule would object to it."""
    found, documents = _read(text, "shop.conf")
    (problem,) = documents.collected.problems
    assert found == []
    assert (problem.code, problem.place) == ("unknown-format", Place("shop.conf"))
    assert problem.message.endswith("its name tells no format: say with --parser what it is, as in --parser ini")


def test_yaml_that_is_broken_in_a_file_whose_name_tells_no_format() -> None:
    found, documents = _read("[options]\nlist_db = False\n", "odoo.conf")
    (problem,) = documents.collected.problems
    assert found == []
    assert (problem.code, problem.place.line) == ("yaml-syntax", 2)
    assert problem.message.endswith("its name tells no format: say with --parser what it is, as in --parser ini")


def test_yaml_of_which_a_part_is_broken_in_a_file_whose_name_tells_no_format() -> None:
    found, documents = _read("a: 1\n---\nb: [\n", "shop.conf")
    assert [item.value for item in found] == [{"a": 1}]
    assert [problem.code for problem in documents.collected.problems] == ["yaml-syntax"]


@pytest.mark.parametrize("text", ["a: 1\n", '{"a": 1}'])
def test_yaml_and_json_in_a_file_whose_name_tells_no_format(text: str) -> None:
    assert _values(text, "shop.conf") == [{"a": 1}]
