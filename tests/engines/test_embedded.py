"""The embedded engine: what it answers, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import regorus

from erpguard.engines.embedded import EmbeddedEngine, Interpreter
from erpguard.errors import EngineError, PackError
from erpguard.model import Policy
from erpguard.packs import make_policy
from tests.engines.answers import answer

DENY = """\
package erpguard.network.{name}

import data.erpguard.lib.finding

deny contains finding.at(row) if {{
	some row in input.rows
	{condition}
}}
"""
LIBRARY = 'package erpguard.lib.finding\n\nat(row) := {"resource": row.key}\n'


def policy(folder: Path, name: str, text: str) -> Policy:
    """A policy with that module."""
    fields = {"id": "NET001", "severity": "high", "resource_types": [], "reads": [], "message": "", "remediation": ""}
    (folder / "network").mkdir(exist_ok=True)
    (folder / "network" / f"{name}.rego").write_text(text)
    metadata = {"package": f"erpguard.network.{name}", "title": "", "description": "", "custom": fields}
    return make_policy(f"network/{name}.rego", metadata)


def engine(folder: Path, *policies: Policy, library: str = LIBRARY) -> EmbeddedEngine:
    """An engine with these policies and the library."""
    (folder / "lib").mkdir(exist_ok=True)
    (folder / "lib" / "finding.rego").write_text(library)
    return EmbeddedEngine(str(folder), ["lib/finding.rego"], policies)


def test_each_policy_gives_its_violations(tmp_path: Path) -> None:
    large = policy(tmp_path, "large", DENY.format(name="large", condition="row.size > 5"))
    small = policy(tmp_path, "small", DENY.format(name="small", condition="row.size < 2"))
    made = engine(tmp_path, large, small)
    rows = {"rows": {"a": {"key": "a", "size": 9}, "b": {"key": "b", "size": 1}, "c": {"key": 'ü\n"', "size": 7}}}
    assert sorted(answer(made, large, rows), key=str) == [{"resource": "a"}, {"resource": 'ü\n"'}]
    assert answer(made, small, rows) == [{"resource": "b"}]
    assert answer(made, large, {"rows": {}}) == []


class Counting:
    """Stands for the interpreter, and counts the documents that it is given."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.given: list[Any] = []

    def set_input(self, document: Any) -> None:
        self.given.append(document)
        self.inner.set_input(document)

    def value(self, rule: str) -> str:
        found: str = self.inner.value(rule)
        return found


def test_a_document_is_loaded_once_for_all_policies(tmp_path: Path) -> None:
    large = policy(tmp_path, "large", DENY.format(name="large", condition="row.size > 5"))
    small = policy(tmp_path, "small", DENY.format(name="small", condition="row.size < 2"))._replace(id="NET002")
    made = engine(tmp_path, large, small)
    counting = Counting(made._interpreter)
    made._interpreter = counting  # type: ignore[assignment]
    document = {"rows": {"a": {"key": "a", "size": 9}}}
    assert made.evaluate([large, small], document) == {"NET001": [{"resource": "a"}], "NET002": []}
    assert [id(one) for one in counting.given] == [id(document)]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("package erpguard.network.bad\n\ndeny contains 1 if {\n\t1 ==\n}\n", 5, 1),
        ("package erpguard.network.bad\n\ndeny contains ~ if true\n", 3, 15),
        ("pakkage erpguard.network.bad\n", 1, 1),
    ],
)
def test_a_module_that_does_not_compile_is_told_with_its_place(
    tmp_path: Path, text: str, line: int, column: int
) -> None:
    bad = policy(tmp_path, "bad", text)
    with pytest.raises(PackError) as caught:
        engine(tmp_path, bad)
    said = str(caught.value)
    assert said.startswith(f"network/bad.rego:{line}:{column}: ")
    assert len(said) > len(f"network/bad.rego:{line}:{column}: ")
    assert "\n" not in said
    assert str(tmp_path) not in said
    assert "backtrace" not in said


def test_a_shared_module_that_does_not_compile_is_told(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.rego").write_text("package a\n\nx := \n")
    with pytest.raises(PackError, match=r"^lib/a.rego:\d+:\d+: "):
        EmbeddedEngine(str(tmp_path), ["lib/a.rego"], [])


@pytest.mark.parametrize(
    "condition",
    ["to_number(row.key) > 1", "object.get(5, row.key, 1) == 1", "abs(row.key) == 1"],
)
def test_a_policy_that_fails_is_told_without_a_backtrace(tmp_path: Path, condition: str) -> None:
    good = policy(tmp_path, "good", DENY.format(name="good", condition="row.size > 5"))
    bad = policy(tmp_path, "bad", DENY.format(name="bad", condition=condition))
    made = engine(tmp_path, good, bad)
    rows = {"rows": {"a": {"key": "a", "size": 9}}}
    with pytest.raises(EngineError) as caught:
        answer(made, bad, rows)
    said = str(caught.value)
    assert said.startswith("NET001: ")
    assert len(said) > len("NET001: ")
    assert "\n" not in said
    assert "backtrace" not in said.lower()
    assert str(tmp_path) not in said
    assert answer(made, good, rows) == [{"resource": "a"}]


def test_an_error_does_not_make_another_policy_pass(tmp_path: Path) -> None:
    """What both rest on has no value because of an error: the second one must not take it for undefined."""
    deny = "package erpguard.network.{name}\n\nimport data.erpguard.lib.finding\n\ndeny contains finding.found\n"
    first, second = (policy(tmp_path, name, deny.format(name=name)) for name in ("first", "second"))
    made = engine(
        tmp_path, first, second, library="package erpguard.lib.finding\n\nfound := x if walk(input, [_, x])\n"
    )
    for one in (first, second, first):
        with pytest.raises(EngineError, match="NET001: "):
            answer(made, one, {"rows": 1})


PANIC = "count(numbers.range(5, 9223372036854775807)) > row.size"


def test_a_panic_of_the_interpreter_costs_no_other_policy(tmp_path: Path) -> None:
    good = policy(tmp_path, "good", DENY.format(name="good", condition="row.size > 5"))
    bad = policy(tmp_path, "bad", DENY.format(name="bad", condition=PANIC))._replace(id="NET002")
    found = engine(tmp_path, bad, good).evaluate([bad, good], {"rows": {"a": {"key": "a", "size": 9}}})
    assert found["NET001"] == [{"resource": "a"}]
    assert isinstance(found["NET002"], EngineError)
    assert str(found["NET002"]) == "NET002: a defect of the interpreter: capacity overflow"


class PanicException(BaseException):
    """What a panic is in Python: no Exception."""


class Broken:
    """Stands for regorus, and panics at everything."""

    def __getattr__(self, name: str) -> Any:
        def panic(*_: Any) -> Any:
            raise PanicException("no")

        return panic


@pytest.mark.parametrize(
    ("deed", "error", "said"),
    [
        (lambda made: made.add_file("x.rego", "a/x.rego"), PackError, "a/x.rego: a defect of the interpreter: no"),
        (lambda made: made.add("a/x.rego", ""), PackError, "a/x.rego: a defect of the interpreter: no"),
        (lambda made: made.add_data("{}"), PackError, "a defect of the interpreter: no"),
        (lambda made: made.prepare(), PackError, "a defect of the interpreter: no"),
        (lambda made: made.set_input({}), EngineError, "a defect of the interpreter: no"),
        (lambda made: made.set_input_text("{}"), EngineError, "a defect of the interpreter: no"),
    ],
)
def test_a_panic_anywhere_is_an_error(
    monkeypatch: pytest.MonkeyPatch, deed: Callable[[Interpreter], None], error: type[Exception], said: str
) -> None:
    monkeypatch.setattr(regorus, "Engine", Broken)
    with pytest.raises(error) as caught:
        deed(Interpreter())
    assert str(caught.value) == said
