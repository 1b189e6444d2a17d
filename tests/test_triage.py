"""Triage: which ignores have an effect, on what, and what is said of the others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.estate import Estate
from erpguard.model import Finding, Outcome, Place, Policy, Severity
from erpguard.packs import make_policy
from erpguard.sources import Input
from erpguard.sources.kubernetes_manifest import KubernetesManifests
from erpguard.triage import ANNOTATION, Ignore, annotated, apply


def policy(id_: str, name: str) -> Policy:
    """A policy of that id and name."""
    custom = {"id": id_, "severity": "low", "resource_types": [], "reads": [], "message": "", "remediation": ""}
    metadata = {"package": "p", "title": "", "description": "", "custom": custom}
    return make_policy(f"network/{name}.rego", metadata)


OPEN, PLAIN, LIMITS, OTHER = (
    policy("NET001", "open_port"),
    policy("NET012", "plain_http"),
    policy("RES001", "no_limits"),
    policy("TLS001", "no_tls"),
)
JUDGED = {one.id: one for one in (OPEN, PLAIN, LIMITS)}
KNOWN = (*JUDGED.values(), OTHER)


def finding(
    id_: str = "NET001", file: str = "a.yaml", line: int = 3, judged: str = "web", holder: str = "", key_line: int = 0
) -> Finding:
    """A finding about the object `judged`, whose place is in `holder`."""
    return Finding(
        policy=id_,
        outcome=Outcome.FAIL,
        severity=Severity.LOW,
        message="",
        resource_type="core/Service",
        resource_id=judged.partition("~")[0],
        resource_name="",
        namespace="",
        environment="",
        path=(),
        place=Place(file, line, 1, line, 2, object_id=holder or judged.partition("~")[0]),
        fingerprint="",
        resource_key=judged,
        key_line=key_line or line,
    )


def comment(*names: str, reason: str = "known", file: str = "a.yaml", line: int = 3) -> Ignore:
    """A comment that applies to a line."""
    return Ignore(names, reason, Place(file, line, 9, line, 20), file=file, line=line)


def annotation(*names: str, reason: str = "known", key: str = "web", file: str = "a.yaml") -> Ignore:
    """An annotation on an object."""
    place = Place(file, 1, 1, 1, 2)
    return Ignore(names, reason, place, file=file, resource_id=key.partition("~")[0], resource_key=key)


def outcome(one: Finding, *ignores: Ignore) -> tuple[bool, list[str]]:
    """(whether it counts, codes of the problems)."""
    counting, suppressed, problems = apply([one], ignores, JUDGED, KNOWN)
    assert len(counting) + len(suppressed) == 1
    assert all((problem.stage, problem.level) == ("triage", "warning") for problem in problems)
    return bool(counting), [problem.code for problem in problems]


@pytest.mark.parametrize("names", [("NET001",), ("NET",), ("net0",), ("open-port",), ("RES001", "NET001"), ("N",)])
def test_ids_prefixes_and_names(names: tuple[str, ...]) -> None:
    assert outcome(finding(), comment(*names)) == (False, [])
    assert outcome(finding(), annotation(*names)) == (False, [])


@pytest.mark.parametrize(
    ("ignore", "code"),
    [
        (comment("NET012"), "ignore-unused"),
        (comment("NET001", line=2), "ignore-unused"),
        (comment("NET001", file="b.yaml"), "ignore-unused"),
        (annotation("NET001", key="chat"), "ignore-unused"),
        (annotation("NET001", key="web~2"), "ignore-unused"),
        (comment("NET001", reason=""), "ignore-without-reason"),
        (annotation("NET001", reason=""), "ignore-without-reason"),
        (comment(), "ignore-malformed"),
        (annotation(), "ignore-malformed"),
        (comment("NET9"), "ignore-unknown-policy"),
        (comment("open_port"), "ignore-unknown-policy"),
    ],
)
def test_what_has_no_effect_is_told(ignore: Ignore, code: str) -> None:
    assert outcome(finding(), ignore) == (True, [code])


def test_problems_stand_at_the_ignore_and_say_what_to_write() -> None:
    ignores = [comment("NET001", "RES", reason=""), annotation("RES001", reason=""), comment("NET012", "X1", "X2")]
    _, _, problems = apply([], ignores, JUDGED, KNOWN)
    assert [problem.place for problem in problems] == [one.place for one in ignores]
    assert "write `# erpguard: ignore[NET001, RES] reason`" in problems[0].message
    assert f'write `{ANNOTATION}: "RES001: reason"`' in problems[1].message
    assert problems[2].message.startswith("ignore of X1, X2: no policy has this")


def test_an_ignore_of_a_policy_that_was_not_judged_is_not_unused() -> None:
    assert outcome(finding(), comment("TLS001")) == (True, [])
    assert outcome(finding(), comment("TLS001", "NET012")) == (True, ["ignore-unused"])


def test_an_unknown_name_beside_a_known_one_is_told_and_the_known_one_counts() -> None:
    assert outcome(finding(), comment("NET001", "NET999")) == (False, ["ignore-unknown-policy"])


def test_a_line_within_a_text_is_ignored_at_the_line_of_its_key() -> None:
    within = finding(line=7, key_line=3)
    assert outcome(within, comment("NET001", line=3)) == (False, [])
    assert outcome(within, comment("NET001", line=7)) == (False, [])
    assert outcome(within, comment("NET001", line=5)) == (True, ["ignore-unused"])


def test_annotations_of_the_judged_and_of_the_holding_object() -> None:
    elsewhere = finding(file="b.yaml", judged="web", holder="odoo")
    assert outcome(elsewhere, annotation("NET001", key="web")) == (False, [])
    assert outcome(elsewhere, annotation("NET001", key="odoo", file="b.yaml")) == (False, [])
    assert outcome(elsewhere, annotation("NET001", key="odoo", file="c.yaml")) == (True, ["ignore-unused"])
    shared = elsewhere._replace(resource_key="")
    assert outcome(shared, annotation("NET001", key="web")) == (True, ["ignore-unused"])
    assert outcome(shared, annotation("NET001", key="odoo", file="b.yaml")) == (False, [])


def test_the_first_reason_is_shown_and_all_that_match_are_used() -> None:
    ignores = [comment("NET012"), annotation("NET", reason="first"), comment("NET001", reason="second")]
    counting, (suppressed,), problems = apply([finding()], ignores, JUDGED, KNOWN)
    assert counting == []
    assert suppressed.suppression is not None
    assert tuple(suppressed.suppression) == ("ignored", "first", ignores[1].place)
    assert [problem.place for problem in problems] == [ignores[0].place]


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(sorted(JUDGED)),
        st.sampled_from(("a.yaml", "b.yaml")),
        st.integers(1, 2),
        st.sampled_from(("web", "web~2", "odoo")),
        st.sampled_from(("", "odoo")),
        st.integers(0, 2),
    ),
    max_size=4,
)
NAMES = st.sampled_from(("NET001", "NET", "plain-http", "TLS", "RES001", "XXX"))
COMMENTS = st.builds(
    lambda names, reason, file, line: comment(*names, reason=reason, file=file, line=line),
    st.lists(NAMES, max_size=2),
    st.sampled_from(("", "why")),
    st.sampled_from(("a.yaml", "b.yaml")),
    st.integers(1, 2),
)
ANNOTATIONS = st.builds(
    lambda names, reason, key, file: annotation(*names, reason=reason, key=key, file=file),
    st.lists(NAMES, max_size=2),
    st.sampled_from(("", "why")),
    st.sampled_from(("web", "web~2", "odoo")),
    st.sampled_from(("a.yaml", "b.yaml")),
)


def means(name: str) -> set[str]:
    """The policies that a name of `NAMES` means."""
    return {"NET": {"NET001", "NET012"}, "plain-http": {"NET012"}, "TLS": {"TLS001"}, "XXX": set()}.get(name, {name})


def silences(ignore: Ignore, one: Finding) -> bool:
    """Whether an ignore speaks of a finding."""
    if not ignore.reason or not any(one.policy in means(name) for name in ignore.names):
        return False
    if not ignore.resource_key:
        return ignore.file == one.place.file and ignore.line in (one.place.line, one.key_line)
    holds = (ignore.resource_id, ignore.file) == (one.place.object_id, one.place.file)
    return ignore.resource_key == one.resource_key or (holds and one.resource_id != one.place.object_id)


@given(FINDINGS, st.lists(st.one_of(COMMENTS, ANNOTATIONS), max_size=4))
def test_every_finding_counts_or_is_silenced_by_some_ignore(found: list[Finding], ignores: list[Ignore]) -> None:
    counting, suppressed, problems = apply(found, ignores, JUDGED, KNOWN)
    silenced = [one for one in found if any(silences(ignore, one) for ignore in ignores)]
    assert counting == [one for one in found if one not in silenced]
    assert [one._replace(suppression=None) for one in suppressed] == silenced
    expected = []
    for ignore in ignores:
        meant = set().union(*(means(name) for name in ignore.names))
        if not ignore.names:
            expected.append("ignore-malformed")
        elif "XXX" in ignore.names:
            expected.append("ignore-unknown-policy")
        elif not ignore.reason:
            expected.append("ignore-without-reason")
        elif meant & set(JUDGED) and not any(silences(ignore, one) for one in found):
            expected.append("ignore-unused")
    assert [problem.code for problem in problems] == expected


# --- annotations of objects


def objects(text: str) -> Estate:
    """The objects of a manifest."""
    return Estate(KubernetesManifests().collect([Input("m.yaml", data=text.encode())]).resources)


def test_annotations_are_read() -> None:
    estate = objects(
        """\
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    erpguard.io/ignore: " NET001 , RES: a: b, c ;; TLS001:d; no-reason;: nobody "
---
apiVersion: v1
kind: Service
metadata: {name: chat, annotations: {other: x, erpguard.io/ignore: ""}}
"""
    )
    found = [(one.names, one.reason) for one in annotated(estate)]
    assert found == [
        (("NET001", "RES"), "a: b, c"),
        (("TLS001",), "d"),
        (("no-reason",), ""),
        ((), "nobody"),
    ]
    for one in annotated(estate):
        assert (one.place.file, one.place.line, one.place.column) == ("m.yaml", 6, 5)
        assert (one.file, one.line) == ("m.yaml", 0)
        assert one.resource_id == one.resource_key == "default/core/Service/default/web"


def test_namesakes_in_one_file_speak_for_themselves() -> None:
    document = "apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {%s}}\n"
    estate = objects(document % "erpguard.io/ignore: 'NET001: known'" + "---\n" + document % "")
    ignores: list[Any] = list(annotated(estate))
    first, second = estate
    found = [
        finding(file="m.yaml", judged=one.key)._replace(resource_id=one.id, place=Place("m.yaml", 3, object_id=one.id))
        for one in (first, second)
    ]
    counting, suppressed, problems = apply(found, ignores, JUDGED, KNOWN)
    assert [one.resource_key for one in counting] == [second.key]
    assert [one.resource_key for one in suppressed] == [first.key]
    assert problems == []
