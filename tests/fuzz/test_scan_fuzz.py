"""Whatever the objects or bytes are: a result without an exception, in which everything fits together."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import erpguard
from tests.policy_examples import Case, cases, is_manifest

CASES = [case for case in cases() if is_manifest(case)]
SCALARS: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1.5, "", "text", "8069", "${X}", "{{ .Values.x }}", "10.0.0.0/8", "* * * * *", "1Gi",
    "\x1b[31m", "\ud800", "a" * 5_000, [], {}, [None], {"": None}, [[]], {"a": {"b": 1}},
)  # fmt: skip
BYTES = (
    b"\t", b"\n", b"\r", b"---\n", b"- ", b": ", b"{", b"}", b"[", b"]", b"#", b"&a ", b"*a", b"!!int ", b"|\n", b"'",
    b'"', b"\0", b"\xff", b"\xef\xbb\xbf", b"${X}", b"{{ x }}", b"null", b"~", b"[]", b"{}", b"1e999", b"<<: *a",
    b"\n# erpguard: ignore[NET] why\n",
)  # fmt: skip


def documents(case: Case) -> list[dict[str, Any]]:
    """Fresh objects of an example."""
    return copy.deepcopy(_documents(case.policy, str(case), "\n---\n".join(case.files.values())))


@cache
def _documents(policy: str, name: str, text: str) -> list[dict[str, Any]]:
    return [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if isinstance(one, dict)]


def holders(value: Any) -> list[Any]:
    """All mappings and lists within a value that are not empty."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return ([value] if inner else []) + [found for one in inner for found in holders(one)]


def deepened(value: Any, levels: int) -> Any:
    """A value within lists and mappings."""
    for level in range(levels):
        value = [value] if level % 2 else {"spec": value}
    return value


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """A policy, and the objects of one or two of its examples with some nodes changed."""
    case = draw(st.sampled_from(CASES))
    objects: list[Any] = documents(case)
    if draw(st.booleans()):
        objects += documents(draw(st.sampled_from(CASES)))
    for _ in range(draw(st.integers(1, 5))):
        places = holders(objects)
        if not places:
            break
        holder = draw(st.sampled_from(places))
        key = draw(st.sampled_from(sorted(holder, key=str) if isinstance(holder, dict) else range(len(holder))))
        _mutate(draw, holder, key)
    return case.policy, objects


def _mutate(draw: st.DrawFn, holder: Any, key: Any) -> None:
    match draw(st.sampled_from(("drop", "retype", "duplicate", "deepen", "rename", "swap"))):
        case "drop":
            del holder[key]
        case "retype":
            holder[key] = copy.deepcopy(draw(st.sampled_from(SCALARS)))
        case "duplicate" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case "deepen":
            holder[key] = deepened(holder[key], draw(st.sampled_from((1, 2, 3, 80))))
        case "rename" if isinstance(holder, dict):
            holder[draw(st.sampled_from(("name", "spec", "items", "", "rules", "x" * 300)))] = holder.pop(key)
        case _:
            holder[key] = copy.deepcopy(holder)


def check(result: erpguard.ScanResult) -> None:
    """Everything in a result fits together."""
    problems = [problem for problem in result.problems if problem.level == "error"]
    assert not [problem for problem in problems if problem.code == "policy-failed"]
    assert result.complete is not bool(problems)
    assert result.exit_code() == (3 if problems else 1 if result.findings else 0)
    for finding in (*result.findings, *result.undetermined, *result.suppressed):
        place = finding.place
        assert place.file or place.object_id
        assert not place.file or (1 <= place.line <= place.end_line and place.column >= 1)
        assert finding.message and finding.fingerprint and finding.policy in result.policies
        assert finding.outcome is (erpguard.Outcome.UNDETERMINED if finding in result.undetermined else (
            erpguard.Outcome.FAIL
        ))  # fmt: skip
    for name, policy in result.policies.items():
        counts = result.counts[name]
        judged = counts.failed + counts.undetermined + counts.passed + counts.not_applicable
        assert judged <= sum(result.resources.get(type_, 0) for type_ in policy.resource_types)
        if not policy.views:
            assert judged == sum(result.resources.get(type_, 0) for type_ in policy.resource_types)
        failed = {one.resource_id for one in (*result.findings, *result.suppressed) if one.policy == name}
        assert len(failed) <= counts.failed and bool(failed) is bool(counts.failed)
    json.dumps(result.to_sarif())


@given(mutated())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_objects(given_: tuple[str, list[Any]]) -> None:
    policy, objects = given_
    before = copy.deepcopy(objects)
    check(erpguard.scan(resources=objects, select=[policy], as_of="2026-01-31"))
    assert objects == before


@given(mutated())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_objects_by_all_policies(given_: tuple[str, list[Any]]) -> None:
    check(erpguard.scan(resources=given_[1], as_of="2026-01-31"))


@st.composite
def manifests(draw: st.DrawFn) -> tuple[str, bytes]:
    """A policy, and the bytes of one of its examples with some of them changed."""
    case = draw(st.sampled_from(CASES))
    data = bytearray("\n---\n".join(case.files.values()).encode())
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from((0, 0, 1, 4, 60)))
        data[at : at + cut] = draw(st.sampled_from(BYTES) | st.binary(max_size=3))
    return case.policy, bytes(data)


@given(manifests())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes(given_: tuple[str, bytes]) -> None:
    policy, data = given_
    if not data.strip():
        return
    result = erpguard.scan(["-"], stdin=data, stdin_path="a.yaml", select=[policy], as_of="2026-01-31")
    check(result)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    places = [one.place for one in (*result.findings, *result.undetermined)]
    assert all(place.line <= lines for place in (*places, *(problem.place for problem in result.problems)))
