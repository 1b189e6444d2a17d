"""What docs/rego.md and the table of builtins say of the engine, compared with the engine and with OPA."""

from __future__ import annotations

import json
import subprocess

import pytest
import regorus

from erpguard.engines.builtins import ADDED
from erpguard.engines.syntax.known import DEPRECATED, MISSING, NATIVE, REFUSED
from tests.engines.rego_docs import PAGE, with_table
from tests.test_rego import OPA, needs_opa


def test_the_table_is_as_the_engine() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "python -m tests.engines.rego_docs writes it anew"


@needs_opa
def test_every_builtin_of_opa_is_known() -> None:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    told = subprocess.run([OPA, "capabilities", "--current"], capture_output=True, text=True, check=True)
    builtins = json.loads(told.stdout)["builtins"]
    names = {one["name"] for one in builtins if "infix" not in one and not one["name"].startswith("internal.")}
    operators = {one["name"] for one in builtins if "infix" in one}
    assert names == (NATIVE | MISSING.keys() | DEPRECATED.keys() | REFUSED.keys() | ADDED) - operators


@pytest.mark.parametrize("name", sorted(NATIVE | MISSING.keys()))
def test_the_engine_has_its_own_and_no_other(name: str) -> None:
    """Whatever a builtin says of arguments that are none: it is there."""
    told = []
    for count in range(6):
        try:
            regorus.Engine().eval_query_as_json(f"x := {name}({', '.join(['null'] * count)})")
        except RuntimeError as error:
            told.append("could not find function" in str(error))
    assert all(told) is (name in MISSING) or (name in NATIVE and not any(told))
