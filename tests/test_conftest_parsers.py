"""Formats besides YAML and JSON: what conftest makes of them, and what is refused."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from erpguard.conftest.documents import Documents, Item
from erpguard.conftest.formats import NAMED, PARSERS
from erpguard.conftest.parsers.go_texts import number, truth
from erpguard.conftest.parsers.parsed import NotParsedError
from erpguard.sources import Input
from tests import conftest_texts
from tests.conftest_cases import CONFTEST, needs_conftest

LISTS = ("dockerfile", "ignore")
"""Parsers whose document is a list; conftest takes lists apart, and so it is in another one there."""


def _parse(parser: str, text: str) -> Any:
    return import_module(f"erpguard.conftest.parsers.{parser}").parse(text).value


def _read(text: str, name: str) -> tuple[list[Item], Documents]:
    documents = Documents({})
    return list(documents.of_file(Input(name, name, text.encode()))), documents


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1.0", 1),
        ("-1.5e3", -1500),
        ("1_000", 1000),
        ("0x1p4", 16),
        ("0x_f.8p0", 15.5),
        ("1e400", None),
        ("0x1p99999", None),
        ("NaN", None),
        ("inf", None),
        ("0x10", None),
        ("1__0", None),
        ("_1", None),
        ("1_", None),
        ("", None),
        ("\u0661", None),
        ("1e21", 1e21),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ],
)
def test_numbers_of_go(text: str, value: float | None) -> None:
    found = number(text)
    assert (found, type(found)) == (value, type(value))


def test_truth_values_of_go() -> None:
    assert [truth(one) for one in ("true", "T", "0", "yes", "tRUE")] == [True, True, False, None, None]


ODOO = """\
; before
lost = 1
[options]
db_host = db.example.com
db_port: 5432
list_db = False
admin_passwd = "s3cret"   # rotated
addons_path = /mnt/a, \\
  /mnt/b
log_handler = `:INFO
werkzeug:ERROR`
[queue_job]
channels = root:4
"""

DOCKER = """\
# syntax=docker/dockerfile:1
ARG VERSION=18
# the base
FROM odoo:$VERSION AS base
RUN --mount=type=cache,target=/x pip install \\
    # none of it
    a b
COPY <<EOF /etc/odoo.conf
[options]
EOF
FROM base
CMD ["odoo", "-c"]
"""


def test_ini() -> None:
    (item,), documents = _read(ODOO, "odoo.ini")
    assert documents.collected.problems == []
    assert item.value == {
        "options": {
            "db_host": "db.example.com",
            "db_port": 5432,
            "list_db": False,
            "admin_passwd": "s3cret",
            "addons_path": "/mnt/a, /mnt/b",
            "log_handler": ":INFO\nwerkzeug:ERROR",
        },
        "queue_job": {"channels": "root:4"},
    }
    lines = [item.origin.place(path).line for path in [("options", "log_handler"), ("queue_job",), ("options", "x")]]
    assert lines == [10, 12, 3]
    assert item.origin.place(("options", "db_port")).end_column == 14


def test_dotenv() -> None:
    text = "# c\nHOST=db\nexport URL=\"pg://${HOST}\\n\" # c\nRAW='$HOST'\nKEY='a\nb'\nNONE=$PATH\n"
    (item,), documents = _read(text, ".env.prod")
    assert documents.collected.problems == []
    assert item.value == {"HOST": "db", "URL": "pg://db\n", "RAW": "$HOST", "KEY": "a\nb", "NONE": ""}
    assert item.origin.place(("NONE",)).line == 7


def test_dockerfile() -> None:
    (item,), documents = _read(DOCKER, "Dockerfile")
    assert documents.collected.problems == []
    assert [(one["Cmd"], one["Stage"], one["Flags"], one["Value"], one["JSON"]) for one in item.value] == [
        ("arg", 0, [], ["VERSION=18"], False),
        ("comment", 0, None, ["the base"], False),
        ("from", 0, [], ["odoo:$VERSION", "AS", "base"], False),
        ("run", 0, ["--mount=type=cache,target=/x"], ["pip install     a b"], False),
        ("copy", 0, [], ["<<EOF", "/etc/odoo.conf"], False),
        ("from", 1, [], ["base"], False),
        ("cmd", 1, [], ["odoo", "-c"], True),
    ]
    assert [item.origin.place((index,)).line for index in range(7)] == [2, 3, 4, 5, 8, 11, 12]


def test_properties() -> None:
    (item,), documents = _read("# c\na.b = 1\\\n  2\nc:\\u00e9${a.b}\nd\n", "x.properties")
    assert documents.collected.problems == []
    assert item.value == {"a.b": "12", "c": "é${a.b}", "d": ""}
    assert [item.origin.place((key,)).line for key in item.value] == [2, 4, 5]


def test_jsonc() -> None:
    assert [one.value for one in _read('// c\n[{"a": "//", /* x */ "b": 1}, null]', "x.jsonc")[0]] == [
        {"a": "//", "b": 1},
        None,
    ]
    assert [one.value for one in _read("null # none", "x.jsonc")[0]] == [None]


def test_xml() -> None:
    text = '<?xml version="1.0"?>\n<a:b x:c="1\t2" d="&#9;">\n  <e>one</e>\n  <e/>\n  last</a:b>\n'
    (item,), documents = _read(text, "x.xml")
    assert documents.collected.problems == []
    assert item.value == {"b": {"-c": "1\t2", "-d": "\t", "e": ["one", ""], "#content": "last"}}
    assert [item.origin.place(path).line for path in [("b",), ("b", "e", 1), ("b", "-c")]] == [2, 4, 2]


def test_ignore() -> None:
    (item,), _ = _read("# c \n!a\\ b \n", ".dockerignore")
    assert item.value == [
        {"Kind": "Comment", "Value": "c", "Original": "# c "},
        {"Kind": "NegatedPath", "Value": "a b", "Original": "!a\\ b "},
        {"Kind": "Empty", "Value": "", "Original": ""},
    ]
    assert item.origin.place((1, "Value")).line == 2


@pytest.mark.parametrize(
    ("name", "text", "line", "says"),
    [
        ("a.ini", "a = 1\nb\n", 2, "not valid INI: neither a section nor a key with = or : and a value"),
        ("a.ini", "[a\n", 1, "not valid INI: a section that is not closed"),
        ("a.ini", '[a]\nb = """c\n', 2, 'not valid INI: a value that begins with """ and is not closed'),
        ("a.env", "A=1\nB='x\n", 2, "not valid dotenv: a quote that is not closed"),
        ("a.env", "A" * 70_000, 1, "not valid dotenv: a line of 64 KiB or more"),
        ("a.env", "export A", 1, "not valid dotenv: no name with = and a value"),
        ("Dockerfile", "FROM a\n\nFOO b\n", 3, "not valid Dockerfile: there is no instruction 'FOO'"),
        ("Dockerfile", "FROM a\nCOPY --of=b c d\n", 2, "not valid Dockerfile: COPY has no flag --of"),
        ("Dockerfile", "# only this\n", 1, "not valid Dockerfile: no instruction in it"),
        ("Dockerfile", "FROM a\nRUN <<X\nls\n", 2, "not valid Dockerfile: a here-document that X does not end"),
        ("Dockerfile", "ONBUILD " * 20_000, 1, "not valid Dockerfile: a line of 64 KiB or more"),
        ("Dockerfile", "ONBUILD " * 5_000 + "RUN a", 1, "not valid Dockerfile: ONBUILD in ONBUILD"),
        ("Dockerfile", "CMD " + "[" * 60_000 + "\nFOO", 2, "not valid Dockerfile: there is no instruction 'FOO'"),
        ("a.properties", "a=${b}\nb=${a}\n", 1, "not valid properties: references that go round in circles"),
        ("a.properties", "a=\\u12\n", 1, "not valid properties: \\u needs four hexadecimal digits"),
        ("a.jsonc", "{a}", 1, "not valid JSONC: without its comments, it is no JSON: Expecting property name"),
        ("a.jsonc", "[" * 100_000, 1, "nested deeper than 64 levels, the limit: exclude the file"),
        ("a.xml", "<a>\n<b></a>", 2, "not valid XML: mismatched tag"),
        ("a.xml", '<!DOCTYPE a [\n<!ENTITY b "c">]><a>&b;</a>', 2, "not valid XML: it declares the entity b"),
        ("a.xml", "<a>" * 100_000, 1, "not valid XML: nested deeper than 64 levels, the limit"),
    ],
)
def test_what_cannot_be_read_is_one_problem_with_its_line(name: str, text: str, line: int, says: str) -> None:
    found, documents = _read(text, name)
    assert found == []
    (problem,) = documents.collected.problems
    assert problem.message.startswith(says)
    assert (problem.place.file, problem.place.line) == (name, line)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ini", "[a]\n" + "b = \\\n" * 100_000),
        ("a.ini", "[a]\nb = " + "1" * 1_000_000 + "\n"),
        ("a.env", "A='" + "'#" * 100_000 + "\n" + "b'" * 30_000 + "\n'"),
        ("a.properties", "".join(f"k{one}=${{k{one + 1}}}${{k{one + 1}}}\n" for one in range(60))),
        ("Dockerfile", "FROM a\n" + "RUN a \\\n" * 100_000 + "b\n"),
        ("a.xml", "<a>" + '<b c="1\n2"/>' * 50_000 + "</a>"),
    ],
)
def test_hostile_files_end(name: str, text: str) -> None:
    found, documents = _read(text, name)
    assert len(found) + len(documents.collected.problems) == 1


def test_a_parser_is_for_files_whose_names_tell_no_format() -> None:
    documents = Documents({}, "ini")
    values = [
        [item.value for item in documents.of_file(Input(name, name, text), named)]
        for name, text, named in [
            ("odoo.conf", b"[a]\nb = 1\n", True),
            ("", b"[a]\nb = 2\n", True),
            ("c.yaml", b"c: 3\n", True),
            ("odoo.conf", b"[a]\n", False),
        ]
    ]
    assert values == [[{"a": {"b": 1}}], [{"a": {"b": 2}}], [{"c": 3}], []]


def test_each_format_has_a_name() -> None:
    assert set(NAMED.values()) == {"YAML", "JSON", *PARSERS}


def _theirs(names: list[str], folder: Path, parser: str) -> dict[str, Any]:
    """What conftest makes of files; None for one that it refuses. It tells of none where it refuses one of them."""
    assert CONFTEST is not None
    command = [CONFTEST, "parse", "--parser", parser, *names]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120)
    if done.returncode == 0:
        found = json.loads(done.stdout)
        return found if len(names) > 1 else {names[0]: found}
    if len(names) == 1:
        return {names[0]: None}
    half = len(names) // 2
    return {**_theirs(names[:half], folder, parser), **_theirs(names[half:], folder, parser)}


def _ours(parser: str, text: str) -> Any:
    try:
        value = _parse(parser, text)
    except NotParsedError:
        return None
    return [value] if parser in LISTS else value


@needs_conftest
@pytest.mark.parametrize("parser", ["ini", "dotenv", "dockerfile", "properties", "jsonc", "xml", "ignore"])
def test_random_documents_are_what_conftest_makes_of_them(parser: str, tmp_path: Path) -> None:
    make: Callable[[random.Random], str] = getattr(conftest_texts, parser)
    chance = random.Random(0)
    texts = {f"{index}.x": make(chance) for index in range(400)}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, newline="")
    ours = {name: _ours(parser, text) for name, text in texts.items()}
    read = [name for name, value in ours.items() if value is not None]
    refused = [name for name in ours if name not in read][:12]
    theirs = _theirs(read, tmp_path, parser)
    if refused:
        theirs |= _theirs(refused, tmp_path, parser)
    assert len(read) >= 100
    assert {name: value for name, value in ours.items() if name in theirs} == theirs
