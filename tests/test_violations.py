"""What a `deny` may hold: whatever else it holds costs its own policy, never the scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erpguard
from erpguard.engines import Answers
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.errors import EngineError, EngineUnavailable
from erpguard.model import Policy
from erpguard.packs import load
from erpguard.reporters import ReportOptions, pieces
from erpguard.violations import checked, flaw

KEY = "default/core/Pod/default/a"
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {"hostNetwork": True, "containers": [{"name": "a"}]},
}
PLACE: dict[str, Any] = {"resource": KEY, "path": ["spec", "containers", 0]}
RELATED = [{"resource": KEY, "path": [], "message": "this"}, {"resource": "elsewhere", "path": [], "message": "that"}]
GOOD: dict[str, Any] = {**PLACE, "row": KEY, "values": {"field": "hostNetwork", "nothing": None}}
OPTIONAL: dict[str, Any] = {
    "at": {**PLACE, "line": None},
    "related": RELATED,
    "flow": RELATED,
    "evidence": [["spec", "hostNetwork"]],
    "absent": ["core/Service"],
    "key": 1,
    "doubt": "what others do",
    "severity": "critical",
}


def test_what_is_right() -> None:
    assert flaw([], ()) == ""
    assert flaw([GOOD, {**GOOD, **OPTIONAL}, {**GOOD, "at": {}, "absent": None}], {KEY}) == ""


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (True, "`deny` is a boolean, and has to be a set of objects: `deny contains finding.at(...) if ...`"),
        (None, "`deny` has no value, and has to be a set of objects"),
        ("no", "`deny` is a string, and"),
        (1.5, "`deny` is a number, and"),
        ({"a": GOOD}, "`deny` is an object, and"),
        (["no"], "`deny` holds a string, and has to hold objects such as `finding.at` makes"),
        ([[GOOD]], "`deny` holds an array, and"),
        ([GOOD, 1], "`deny` holds a number, and"),
    ],
)
def test_what_is_no_set_of_objects(answer: Any, says: str) -> None:
    assert flaw(answer, {KEY}).startswith(says)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"resource": None}, "`resource`"),
        ({"resource": 1}, "`resource`"),
        ({"resource": "elsewhere"}, "`resource`"),
        ({"path": None}, "`path`"),
        ({"path": "spec"}, "`path`"),
        ({"path": [True]}, "`path`"),
        ({"path": [1.5]}, "`path`"),
        ({"path": [["spec"]]}, "`path`"),
        ({"values": None}, "`values`"),
        ({"values": []}, "`values`"),
        ({"at": None}, "`at`"),
        ({"at": PLACE["path"]}, "`at`"),
        ({"at": {**PLACE, "resource": "elsewhere"}}, "`at`"),
        ({"at": {**PLACE, "line": "1"}}, "`at`"),
        ({"at": {**PLACE, "line": True}}, "`at`"),
        ({"at": {"resource": KEY}}, "`at`"),
        ({"related": None}, "`related`"),
        ({"related": [KEY]}, "`related`"),
        ({"related": [{**PLACE, "message": 1}]}, "`related`"),
        ({"flow": [{"resource": KEY, "message": ""}]}, "`flow`"),
        ({"evidence": None}, "`evidence`"),
        ({"evidence": ["spec"]}, "`evidence`"),
        ({"absent": "core/Service"}, "`absent`"),
        ({"absent": [1]}, "`absent`"),
    ],
)
def test_fields_that_are_wrong(fields: dict[str, Any], says: str) -> None:
    assert says in flaw([{**GOOD, **fields}], {KEY})


@pytest.mark.parametrize("field", ["resource", "path", "values"])
def test_fields_that_have_to_be_there(field: str) -> None:
    assert f"`{field}`" in flaw([{name: value for name, value in GOOD.items() if name != field}], {KEY})


def test_the_policy_and_its_file_are_named() -> None:
    policies = [load().policies[name] for name in ("NET008", "RES001", "RES002")]
    failed = EngineError("RES001: failed")
    found = checked(policies, {"NET008": [GOOD], "RES001": failed, "RES002": [{}]}, {KEY})
    assert found["NET008"] == [GOOD]
    assert found["RES001"] is failed
    assert isinstance(found["RES002"], EngineUnavailable)
    assert str(found["RES002"]).startswith(f"RES002: {policies[2].file}: `deny` holds an object without the key of ")


def scan(answer: Any) -> erpguard.ScanResult:
    """A scan of two Pods whose policy NET008 answers so."""

    def says(_: EmbeddedEngine, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        return {policy.id: answer if policy.id == "NET008" else [] for policy in policies}

    pods = [POD, {**POD, "metadata": {"name": "b"}}]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmbeddedEngine, "evaluate", says)
        return erpguard.scan(resources=pods, select=["NET008", "RES001"])


@pytest.mark.parametrize("answer", [True, ["no"], [GOOD, {}]])
def test_a_policy_that_answers_something_else_is_out(answer: Any) -> None:
    result = scan(answer)
    (problem,) = result.problems
    assert problem.message.startswith("NET008: network/host_network_or_port.rego: `deny` ")
    assert problem.message.endswith(": 2 resources were not judged by it")
    assert (problem.code, problem.stage, problem.level, result.exit_code()) == ("policy-failed", "policy", "error", 3)
    assert result.findings == []
    assert result.counts["RES001"].passed == 2


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
KNOWN = st.sampled_from([KEY, "core/Service", "critical", "spec", "hostNetwork"])
STEPS = st.lists(st.integers() | KNOWN, max_size=3)
PLACES = st.fixed_dictionaries({"resource": KNOWN, "path": STEPS, "message": KNOWN}, optional={"line": SCALARS})
JSON = st.recursive(
    SCALARS | KNOWN | STEPS | PLACES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
WRONG = st.dictionaries(st.sampled_from([*GOOD, *OPTIONAL]), JSON, max_size=2)
ANSWERS = JSON | st.lists(WRONG.map(lambda fields: {**GOOD, **fields}) | JSON, max_size=3)


@settings(deadline=None)
@given(ANSWERS)
def test_any_answer_ends_in_a_report(answer: Any) -> None:
    """What the check lets through can be told in every format."""
    result = scan(answer)
    assert result.exit_code() == (3 if flaw(answer, {KEY, KEY[:-1] + "b"}) else 1 if result.findings else 0)
    for name in ("text", "json", "sarif"):
        assert "".join(pieces(name, result, ReportOptions())).endswith("\n")
