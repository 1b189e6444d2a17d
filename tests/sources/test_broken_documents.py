"""Whatever is no manifest is one clear problem with its place, and never takes its neighbours with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from erpguard.model import Problem
from erpguard.sources import text_decoding
from erpguard.sources.yaml_documents import Loaded, load, split
from erpguard.sources.yaml_values import MOST_COPIES
from tests.counted import assert_linear, calls

GOOD = b"kind: Good\n"


def only_problem(loaded: Loaded) -> Problem:
    (problem,) = loaded.problems
    assert "\n" not in problem.message and problem.message
    assert problem.level == "error"
    return problem


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("a: b: c\n", "yaml-syntax", 1, "not valid YAML"),
        ("a:\n\tb: c\n", "yaml-tab", 2, "tab used for indentation"),
        ("a:\n  b: c\n\td: e\n", "yaml-tab", 3, "tab used for indentation"),
        ('a: "b\n', "yaml-syntax", 1, "quoted scalar"),
        ("a: *b\n", "yaml-syntax", 1, "*b has no anchor"),
        ("a: &b [*b]\n", "yaml-alias", 1, "within its own anchor"),
        ("a: !Ref b\n", "yaml-tag", 1, "!Ref"),
        ("a: !!binary aGk=\n", "yaml-tag", 1, "!!binary"),
        ("a: !!set {b}\n", "yaml-tag", 1, "!!set"),
        ("a: !!int x\n", "yaml-tag", 1, "does not fit"),
        ("a: !!python/name:os.system x\n", "yaml-tag", 1, "python"),
        ("a: 1\n? [b]\n: c\n", "yaml-key", 2, "key"),
        ("a: {<<: 1}\n", "yaml-merge", 1, "merge key"),
        ("a: \x1b[31m\n", "yaml-syntax", 1, "U+001B"),
        ("a: \x7f\n", "yaml-syntax", 1, "U+007F"),
        ("a:" + " {b:" * 70 + "}" * 70, "too-deep", 1, "deeper than 64"),
        ("- " * 70 + "a", "too-deep", 1, "deeper than 64"),
        ("[" * 100_000, "too-deep", 1, "deeper than 64"),
        ("\n".join(" " * n + "a:" for n in range(10_000)), "too-deep", 65, "deeper than 64"),
        ("{{- if .Values.x }}\na: b\n{{- end }}\n",
         "needs-rendering", 1, "`helm template RELEASE CHART | erpguard scan -`"),
        ("a: {{ .Values.x }}\n", "needs-rendering", 1, "helm template"),
        ("a: b\nc: {{ include \"x\" . }}-d\n", "needs-rendering", 2, "helm template"),
        ("a:\n  {{- toYaml .Values.x | nindent 2 }}\n", "needs-rendering", 2, "helm template"),
        ("{% if x %}\na: b\n{% endif %}\n", "needs-rendering", 1, "Jinja"),
        ("a: {{ name }}\n", "needs-rendering", 1, "Jinja"),
        ("a: b\n${EXTRA}\n", "needs-rendering", 2, "envsubst < FILE | erpguard scan -"),
        ("a: {${KEY}: b, ]\n", "needs-rendering", 1, "envsubst"),
        ("{\"a\": ${X}, }}\n", "needs-rendering", 1, "envsubst"),
    ],
)  # fmt: skip
def test_broken(text: str, code: str, line: int, words: str) -> None:
    loaded = load(b"kind: First\n---\n" + text.encode() + b"\n---\n" + GOOD, "a.yaml")
    problem = only_problem(loaded)
    assert (problem.code, problem.place.file) == (code, "a.yaml")
    assert words in problem.message
    assert problem.place.line - 2 == line
    assert problem.place.column >= 1
    assert [document.value["kind"] for document in loaded.documents] == ["First", "Good"]
    assert loaded.documents[1].place(("kind",)).line == text.count("\n") + 5
    assert loaded.open_types == {"*"}


@pytest.mark.parametrize(
    "text",
    [
        "a: ${X}\nb: $Y\nc: '{{ .Values.x }}'\n",
        "a: |\n  {{ x }}\n  {% y %}\n  \t\n",
        "a:\tb\n",
        "a: [\tb,\tc ]\t# d\n",
        "# {{ x }}\na: b\n",
    ],
)
def test_placeholders_in_valid_yaml_load(text: str) -> None:
    loaded = load(text.encode(), "a.yaml")
    assert loaded.problems == []
    assert len(loaded.documents) == 1


def test_a_script_with_variables_does_not_look_like_envsubst() -> None:
    text = "a: |\n  echo ${HOME}\nb: c\nd: e\nf: g: h\n"
    assert only_problem(load(text.encode(), "a.yaml")).code == "yaml-syntax"


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("apiVersion: apps/v1\nkind: Deployment\na: b: c\n", "apps/Deployment"),
        ("apiVersion: 'v1'\r\nkind: \"Service\" # x\r\n\ta\r\n", "core/Service"),
        ("kind: Service\na: b: c\n", "*"),
        ("apiVersion: v1\nkind: List\na: b: c\n", "*"),
        ("apiVersion: v1\nkind: {{ .Values.kind }}\n", "*"),
        ("apiVersion: v1\nkind: A\nkind: B\na: b: c", "*"),
    ],
)
def test_guessed_type(text: str, type_: str) -> None:
    assert load(text.encode(), "a.yaml").open_types == {type_}


def test_duplicate_keys() -> None:
    loaded = load(b"a: 1\nb: {c: 1}\na: 2\n", "a.yaml")
    problem = only_problem(loaded)
    assert (problem.code, problem.place.line, problem.place.column) == ("duplicate-key", 3, 1)
    assert loaded.documents[0].value == {"a": 2, "b": {"c": 1}}
    assert loaded.open_types == set()
    assert loaded.documents[0].place(("a",)).line == 3
    loaded = load(b'{"a": 1,\n "a": 2}', "a.json")
    assert (only_problem(loaded).code, only_problem(loaded).place.line) == ("duplicate-key", 2)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"a: b\nc\0d", "binary-file", 2),
        (b"a: b\nc: \xff\xfe", "encoding", 2),
        (b"\xff\xfe\0\0a\0\0\0", "encoding", 0),
        (b"\0\0\xfe\xff\0\0\0a", "encoding", 0),
        (b"\xff\xfea", "encoding", 0),
        ("\ufeffa: b\n\0".encode("utf-16-le"), "binary-file", 2),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary-file", 3),
    ],
)
def test_not_text(data: bytes, code: str, line: int) -> None:
    loaded = load(data, "a.yaml")
    problem = only_problem(loaded)
    assert problem.code == code
    assert problem.place.line in (line, 1)
    assert loaded.open_types == {"*"}
    assert only_problem(load(data, "")).place.file == ""


def test_standard_input_says_the_line() -> None:
    problem = only_problem(load(b"a: b\n---\na: b: c\n", ""))
    assert problem.message.startswith("standard input, line 3: not valid YAML")
    assert problem.place.file == "" and problem.place.line == 0


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\n" + "".join(f"{n}: &{n} [{f'*{p}, ' * 9}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)),
        "a: &a {x: [1, 2, 3, 4, 5]}\n" + "b:\n" + "- [" + "*a, " * 200_000 + "]\n",
        "a: &a '" + "x" * 1_000_000 + "'\nb: [" + "*a, " * 100_000 + "]\n",
        "a: &a {x: &b {y: z}}\n" + "".join(f"k{n}: {{<<: *a, x: *b}}\n" for n in range(400_000)),
    ],
)  # fmt: skip
def test_alias_bombs(text: str) -> None:
    """They hold billions of values; what is done stays within the budget of a file."""
    found: list[Loaded] = []
    assert calls(lambda: found.append(load(text.encode(), "a.yaml"))) < 30 * MOST_COPIES
    problem = only_problem(found[0])
    assert problem.code == "yaml-alias"
    assert "too many values" in problem.message


def test_alias_bombs_share_the_budget_of_their_file() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
    bomb += "c: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    loaded = load(f"---\n{bomb}".encode() * 200, "a.yaml")
    assert loaded.problems
    assert {problem.code for problem in loaded.problems} == {"yaml-alias"}


def test_depth_through_aliases() -> None:
    text = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40
    assert only_problem(load(text.encode(), "a.yaml")).code == "too-deep"


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_huge_numbers(name: str) -> None:
    digits = "9" * 200_000
    loaded = load(f'{{"a": {digits}, "b": -{digits}.5, "c": 1e{digits}, "d": 18446744073709551616}}'.encode(), name)
    assert loaded.problems == []
    value = loaded.documents[0].value
    assert [type(value[key]) for key in "abcd"] == [str, str, str, float]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json-syntax"), ('{"a": NaN}', "json-syntax"), ("[" * 100_000, "too-deep"), ("nonsense", "json-syntax"),
        ('{"a":' * 70 + "1" + "}" * 70, "too-deep"), ('{"a": {{ .Values.x }}}', "needs-rendering"),
    ],
)  # fmt: skip
def test_broken_json(text: str, code: str) -> None:
    loaded = load(text.encode(), "a.json")
    assert only_problem(loaded).code == code
    assert loaded.documents == []


def test_empty_documents() -> None:
    for data in (
        b"",
        b"\n",
        b"# a\n",
        b"---\n",
        b"---\n---\n# b\n...\n",
        b"%YAML 1.1\n---\n",
        b"...\n...\n",
        b"\xef\xbb\xbf",
    ):
        assert _is_empty(load(data, "a.yaml"))
    assert _is_empty(load(b"", "a.json"))
    assert _is_empty(load(b"null", "a.json"))


def _is_empty(loaded: Loaded) -> bool:
    return not (loaded.documents or loaded.problems or loaded.open_types or loaded.ignores)


def test_split_keeps_preambles_with_their_documents() -> None:
    text = "# a\n%YAML 1.1\n--- # b\nc: d\n...\n# e\n---\nf: |\n  ---\n--- g\n---h: i"
    assert [text[start:stop] for start, stop in split(text)] == [
        "# a\n%YAML 1.1\n--- # b\nc: d\n...\n",
        "# e\n---\nf: |\n  ---\n",
        "--- g\n---h: i",
    ]


def test_directives_and_tag_handles() -> None:
    loaded = load(b"%YAML 1.1\n%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 1\n---\nb: 2\n", "a.yaml")
    assert [document.value for document in loaded.documents] == [{"a": "1"}, {"b": 2}]


@pytest.mark.parametrize("marker", ["---\n", "...\n---\r"])
def test_documents_are_bounded(marker: str) -> None:
    problem = only_problem(load(f"a: 1\n{marker}".encode() + marker.encode() * 5_000_000, "a.yaml"))
    assert (problem.code, problem.place.line) == ("too-many-documents", 1)


def test_file_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_decoding, "LARGEST_FILE", 10)
    assert only_problem(load(b"a: " + b"b" * 10, "a.yaml")).code == "file-too-large"


@pytest.mark.parametrize(
    ("start", "part"),
    [
        ("[", "a, "), ("{a: " * 50, "x" * 20), ("", "- "), ("", "? "), ("", "&a "), ("a: '", "''"), ("a: >\n", " \n"),
        ("", ": "), ("- [" * 60, "{"), ("", "!"), ("", "%"), ("", "#" * 20), ("", "\n---"), ("", "\r"), ("", "...\n"),
        ("", "# a\n"), ("", " " * 20), ("a: |\n", "\t\n"), ("", "\u2028---"), ("", "a\n"), ("", "{{"), ("", "${"),
        ("{{\n", "{%"), ("{%" * 50_000 + "\n", "{{ "), ('{"a":"', "\\"), ("", "k: v\n"), ("a: &", "x" * 10),
    ],
    ids=repr,
)  # fmt: skip
def test_long_inputs_take_linear_work(start: str, part: str) -> None:
    def loaded(count: int) -> Callable[[], object]:
        data = (start + part * count).encode()
        return lambda: load(data, "a.yaml")

    assert_linear(loaded, 25_000)
