"""The Rego unit tests: by the embedded engine always, by OPA where it is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import regorus

ROOT = Path(__file__).parent.parent
POLICIES = ROOT / "policies"
MODULES = sorted(path for path in POLICIES.rglob("*.rego") if not path.name.endswith("_test.rego"))
TESTS = [
    (path, name)
    for path in sorted(POLICIES.rglob("*_test.rego"))
    for name in re.findall(r"^(test_\w+)", path.read_text(), re.MULTILINE)
]
OPA = shutil.which("opa") or shutil.which(str(ROOT / ".tools" / "bin" / "opa"))
needs_opa = pytest.mark.skipif(
    OPA is None and not os.environ.get("CI"), reason="opa is not on the path: checks of the Rego sources are left out"
)


@pytest.fixture(scope="module")
def engine() -> regorus.Engine:
    """All policies, libraries and tests."""
    made = regorus.Engine()
    for path in [*MODULES, *sorted(POLICIES.rglob("*_test.rego"))]:
        made.add_policy_from_file(str(path))
    return made


def _package(path: Path) -> str:
    found = re.search(r"^package (\S+)", path.read_text(), re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize(("path", "name"), TESTS, ids=lambda value: getattr(value, "stem", value))
def test_by_the_embedded_engine(engine: regorus.Engine, path: Path, name: str) -> None:
    assert engine.eval_rule(f"data.{_package(path)}.{name}") is True


def test_every_policy_has_unit_tests() -> None:
    tested = {path.name.removesuffix("_test.rego") for path, _ in TESTS}
    assert {path.stem for path in MODULES if path.parent.name != "lib"} <= tested


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_heads_hold_nothing_that_may_be_undefined(path: Path) -> None:
    """`deny contains row.field` leaves out a row without that field in OPA; regorus may lose other rows with it."""
    engine = regorus.Engine()
    engine.add_policy_from_file(str(path))
    ((module,),) = [json.loads(engine.get_ast_as_json())]
    heads = [
        rule["Spec"]["head"]["Set"] for rule in module["ast"]["rules"] if "Set" in rule.get("Spec", {}).get("head", {})
    ]
    assert [head["span"]["line"] for head in heads if set(_risks(head["key"]))] == []


def _risks(node: Any) -> Iterator[str]:
    """References to fields, and calls of functions of the module, in an expression."""
    if isinstance(node, list):
        for item in node:
            yield from _risks(item)
    if not isinstance(node, dict):
        return
    yield from node.keys() & {"RefDot", "RefBrack"}
    call = node.get("Call")
    if call:
        yield from call["fcn"].keys() & {"Var"}
    yield from _risks(call["params"] if call else list(node.values()))


@needs_opa
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--strict", "--ignore", "*.yaml", "policies"],
        ["check", "--strict", "--capabilities", "v1.0.0", "--ignore", "*.yaml", "policies"],  # the oldest server
        ["fmt", "--fail", "--list", "policies"],
        ["test", "--ignore", "*.yaml", "policies"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_by_opa(arguments: list[str]) -> None:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    done = subprocess.run([OPA, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_opa
def test_unit_tests_are_the_ones_that_opa_runs() -> None:
    assert OPA is not None
    done = subprocess.run(
        [OPA, "test", "--ignore", "*.yaml", "policies"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"PASS: {len(TESTS)}/{len(TESTS)}" in done.stdout
