"""Verdict by verdict: what erpguard says with `--conftest` is what conftest says."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from erpguard import ErpguardError
from tests.conftest_cases import (
    CONFTEST,
    MODULE_CASES,
    OWN,
    OWN_CASES,
    Case,
    module,
    needs_conftest,
    of_conftest,
    of_erpguard,
)


def _module() -> Path:
    """The sources of conftest; where they have to be there, their absence is a failure."""
    found = module()
    if found is None and not os.environ.get("CI"):
        pytest.skip("the sources of conftest are not in Go's module cache")
    assert found is not None
    return found


def _check(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    ours, result = of_erpguard(case)
    theirs = of_conftest(case, folder)
    assert result.problems == []
    assert ours.failures == theirs.failures
    assert ours.warnings == theirs.warnings
    assert ours.exit_code == theirs.exit_code
    assert ours.excepted <= theirs.excepted  # conftest tells an exception also where there is nothing to except


@needs_conftest
@pytest.mark.parametrize("case", OWN_CASES, ids=str)
def test_own_packages(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(case, OWN / case.folder, monkeypatch)


@needs_conftest
@pytest.mark.parametrize("case", MODULE_CASES, ids=str)
def test_packages_of_conftest_itself(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(case, _module() / case.folder, monkeypatch)


def _value(chance: random.Random, depth: int = 0) -> Any:
    """Any value."""
    kind: Any = chance.choice([int, float, str, bool, None, *([list, dict] if depth < 3 else [])])
    if kind is list:
        return [_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind is dict:
        return {chance.choice("abcdxyz"): _value(chance, depth + 1) for _ in range(chance.randrange(4))}
    values: dict[Any, list[Any]] = {
        int: [0, 1, -1, 2, 7, 10, 65535],
        float: [0.5, 1.0, -2.25, 1e3, 3.14159, 2e-7, 1234567.5],
        str: [
            "",
            "a",
            "true",
            "1",
            "\u00e9",
            'with "quotes"',
            "line\nbreak",
            "\U0001f600",
            "shown",
            "every",
            "\t",
            "\\",
        ],
        bool: [True, False],
        None: [None],
    }
    return chance.choice(values[kind])


@needs_conftest
def test_any_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that asks for everything, of three hundred documents with anything in them."""
    shutil.copytree(OWN / "any_document" / "policy", tmp_path / "policy")
    chance = random.Random(0)
    names = tuple(f"{number}.json" for number in range(300))
    for name in names:
        document = {key: _value(chance) for key in "abcd" if chance.random() < 0.8}
        (tmp_path / name).write_text(json.dumps(document if chance.random() < 0.9 else _value(chance)))
    _check(Case("any_document", names), tmp_path, monkeypatch)


REFUSED_BY_BOTH = [
    (OWN, Case("problematic_if", ("a.yaml",)), "policy/policy.rego:3: `if` without `contains`"),
    (OWN, Case("messages", ("deployment.yaml",), v0=True), "policy/policy.rego:8:"),
    (OWN, Case("v0", ("a.yaml",)), "policy/policy.rego:3:"),
    (OWN, Case("v0", ("a.yaml",), ("nowhere",)), "nowhere: no such file or folder"),
    (OWN, Case("data", ("service.yaml",), data=("data", "data")), "data.limits.most is set by another data file"),
    (None, Case("examples/serverless", ("serverless.yaml",)), "policy/base.rego:9:18: msg is unsafe"),
    (
        None,
        Case("tests/problematic-if", ("data.yaml",), ("policy/invalid.rego",)),
        "policy/invalid.rego:5: `if` without",
    ),
    (None, Case("tests/rego-version", ("data.yaml",), ("policy/v0.rego",)), "policy/v0.rego:3:"),
    (
        None,
        Case("tests/rego-version", ("data.yaml",), ("policy/v1.rego",), v0=True),
        "policy/v1.rego:3:15: msg is unsafe",
    ),
]


@needs_conftest
@pytest.mark.parametrize(("root", "case", "says"), REFUSED_BY_BOTH, ids=str)
def test_what_both_refuse(root: Path | None, case: Case, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = (root or _module()) / case.folder
    monkeypatch.chdir(folder)
    assert _conftest_fails(case, folder)
    with pytest.raises(ErpguardError) as caught:
        of_erpguard(case)
    assert says in str(caught.value)


def _conftest_fails(case: Case, folder: Path) -> bool:
    assert CONFTEST is not None
    command = [CONFTEST, "test", *case.arguments, *case.files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return done.returncode == 1 and done.stderr.startswith("Error: ")


@needs_conftest
@pytest.mark.parametrize(
    ("root", "case"),
    [(OWN, Case("no_msg", ("a.yaml", "b.yaml")))],
    ids=str,
)
def test_what_ends_conftest_and_costs_us_one_rule(
    root: Path | None, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = (root or _module()) / case.folder
    monkeypatch.chdir(folder)
    assert _conftest_fails(case, folder)
    _, result = of_erpguard(case)
    assert [one.code for one in result.problems] == ["policy-failed"]
    assert result.exit_code() == 3


KNOWN_GAPS = [
    (None, Case("examples/combine", ("team.yaml",), combine=True), "var `name` used before definition"),
    (
        None,
        Case("tests/annotations", ("service.yaml",), data=("exclusions",)),
        "rego.metadata.rule is not in the embedded",
    ),
]
"""What conftest judges and the embedded engine does not: docs/coming-from-conftest.md and docs/rego.md name them."""


@needs_conftest
@pytest.mark.parametrize(("root", "case", "says"), KNOWN_GAPS, ids=str)
def test_known_gaps_are_refused_with_their_line(
    root: Path | None, case: Case, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = (root or _module()) / case.folder
    monkeypatch.chdir(folder)
    of_conftest(case, folder)
    with pytest.raises(ErpguardError) as caught:
        of_erpguard(case)
    assert says in str(caught.value)


def test_there_are_enough_of_them() -> None:
    assert len({case.folder for case in (*OWN_CASES, *MODULE_CASES)}) >= 30
