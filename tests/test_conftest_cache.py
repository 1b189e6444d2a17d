"""What packages said of documents is kept, as long as nothing that it depends on has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from erpguard import ConftestOptions, ScanResult, scan
from erpguard.conftest.packages import Packages

RULES = """\
package main

import rego.v1

deny contains {"msg": msg, "path": ["replicas"]} if {
	input.replicas < data.limits.fewest
	msg := sprintf("%d of %d", [input.replicas, data.limits.fewest])
}

warn contains "a stage" if input[_].Cmd == "from"

exception contains ["old"] if input.old

deny_old contains "old" if input.old
"""


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a package, its data and documents."""
    monkeypatch.chdir(tmp_path)
    for name in ("policy", "data", "app/chart"):
        Path(name).mkdir(parents=True)
    Path("policy/main.rego").write_text(RULES)
    Path("data/limits.yaml").write_text("limits: {fewest: 2}")
    Path("app/shop.yaml").write_text("replicas: 1\n---\nold: true\n")
    Path("app/chart/tool.yaml").write_text("replicas: 3\n")
    Path("app/Dockerfile").write_text("FROM shop\n")
    return tmp_path


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The documents that are judged from here on."""
    judged: list[Any] = []
    evaluate = Packages.evaluate

    def counting(packages: Packages, rules: Any, document: Any, *where: str) -> dict[str, Any]:
        judged.append(document)
        return evaluate(packages, rules, document, *where)

    monkeypatch.setattr(Packages, "evaluate", counting)
    return judged


def _scan(paths: tuple[str, ...] = ("app",), *, cache: str = "cache", **options: Any) -> ScanResult:
    given = {"policies": ("policy",), "data": ("data",), **options}
    return scan(paths, conftest=ConftestOptions(**given), packs=["conftest"], cache=cache, as_of="2026-01-31")


def test_an_unchanged_tree_is_judged_once(evaluated: list[Any]) -> None:
    plain = _scan(cache="")
    assert len(evaluated) == 4
    first = _scan()
    assert len(evaluated) == 8
    kept = _scan()
    assert len(evaluated) == 8
    for result in (first, kept):
        assert result.to_json() == plain.to_json()
        assert result.to_sarif() == plain.to_sarif()
    assert [finding.message for finding in kept.findings] == ["a stage", "1 of 2"]
    assert [finding.message for finding in kept.suppressed] == ["old"]


def _write(name: str, text: str) -> Callable[[], dict[str, Any]]:
    def change() -> dict[str, Any]:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
        return {}

    return change


CHANGES: dict[str, Callable[[], dict[str, Any]]] = {
    "a document": _write("app/shop.yaml", "replicas: 0\n"),
    "a file that is no manifest": _write("app/Dockerfile", "FROM other\n"),
    "a new file": _write("app/other.ini", "a = 1\n"),
    "a chart around a file": _write("app/Chart.yaml", "name: shop\n"),
    "a rule": _write("policy/main.rego", RULES.replace("a stage", "another")),
    "METADATA": _write("policy/main.rego", RULES.replace("warn", "# METADATA\n# title: Stages\nwarn")),
    "a new module": _write("policy/lib.rego", "package lib\n"),
    "data": _write("data/limits.yaml", "limits: {fewest: 4}"),
    "new data": _write("data/more.json", '{"more": 1}'),
    "a namespace": lambda: {"namespaces": ("main", "mai*")},
    "all namespaces": lambda: {"all_namespaces": True},
    "the syntax": lambda: {"rego_version": "v0"},
    "warnings that fail": lambda: {"fail_on_warn": True},
    "documents together": lambda: {"combine": True},
    "a parser": lambda: {"parser": "ini"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_judged_again(change: str, evaluated: list[Any]) -> None:
    _scan()
    options = CHANGES[change]()
    expected = _scan(cache="", **options)
    evaluated.clear()
    assert _scan(**options).to_json() == expected.to_json()
    assert evaluated


def test_another_folder_is_another_answer(tree: Path, evaluated: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule may ask where the file is."""
    Path("policy/main.rego").write_text("package main\n\ndeny contains data.conftest.file.dir\n")
    monkeypatch.chdir(tree / "app")
    told = []
    for folder in ("chart", "copy"):
        (tree / "chart").mkdir(exist_ok=True)
        Path("copy").mkdir(exist_ok=True)
        Path("copy/tool.yaml").write_text("replicas: 3\n")
        monkeypatch.chdir(tree / "app" / folder)
        result = scan(
            ["tool.yaml"],
            conftest=ConftestOptions((str(tree / "policy"),)),
            packs=["conftest"],
            cache=str(tree / "cache"),
            as_of="2026-01-31",
            root=str(tree / "app" / folder),
        )
        told += [finding.message for finding in result.findings]
    assert told == [str(tree / "app" / "chart"), str(tree / "app" / "copy")]
    assert len(evaluated) == 2


def test_what_is_incomplete_is_judged_again(evaluated: list[Any]) -> None:
    Path("app/broken.yaml").write_text("a: [\n")
    for times in (1, 2):
        assert not _scan().complete
        assert len(evaluated) == 4 * times
