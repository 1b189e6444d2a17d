"""Findings: messages, places, severities, and one of them per place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.engines import Violation
from erpguard.estate import Estate
from erpguard.findings import findings
from erpguard.model import Finding, Outcome, Path, Place, Policy, Resource, Severity
from erpguard.packs import make_policy
from erpguard.sources import Input
from erpguard.sources.kubernetes_manifest import KubernetesManifests, from_memory
from erpguard.verdicts import Verdict

MANIFEST = b"""\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: erp}
spec:
  ports:
  - name: http
    port: 80
  - name: https
    port: 443
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: erp}
spec: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: odoo, namespace: erp}
data:
  odoo.conf: |
    [options]
    workers = 2
    proxy_mode = True
"""


def policy(message: str = "{kind} {name}: {what}", id_: str = "NET001", **custom: Any) -> Policy:
    """A policy with that message."""
    fields = {"id": id_, "severity": "medium", "resource_types": [], "reads": [], "remediation": "", **custom}
    metadata = {"package": "p", "title": "The title", "description": "", "custom": {**fields, "message": message}}
    return make_policy("network/a.rego", metadata)


def estate() -> Estate:
    """The objects of the manifest."""
    return Estate(KubernetesManifests().collect([Input("m.yaml", data=MANIFEST)]).resources)


def named(where: Estate, name: str) -> Resource:
    """The object of that name."""
    (found,) = (one for one in where if one.name == name)
    return found


def violation(one: Resource, path: list[str | int], **more: Any) -> Violation:
    """An objection to a node of an object."""
    return {"resource": one.key, "row": one.key, "path": path, "values": {}, **more}


def failed(where: Estate, judged: Resource, *violations: Violation, rule: Policy | None = None) -> list[Finding]:
    """The failures of one verdict."""
    return findings([Verdict(rule or policy(), judged, Outcome.FAIL, violations)], where)[0]


def message(template: str, **values: Any) -> str:
    """What a template becomes for the Service `web`."""
    where = estate()
    web = named(where, "web")
    (found,) = failed(where, web, violation(web, [], values=values), rule=policy(template))
    return found.message


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{kind} {name} {namespace}: {what}", {"what": "open"}, "Service web erp: open"),
        ("{what}", {"what": "{kind} {0} {what!r} {name.__class__} {{}}"}, "{kind} {0} {what!r} {name.__class__} {{}}"),
        ("{name.__class__} {name!r} {name:>9} {} {{kind}}", {}, "{name.__class__} {name!r} {name:>9} {} {Service}"),
        ("{missing} {", {}, "{missing} {"),
        ("{name}", {"name": "other"}, "other"),
        ("{a} {b}", {"a": True, "b": [False, 1, "x", [2]]}, "true false, 1, x, 2"),
        ("{a}", {"a": "x" * 300}, "x" * 200),
        ("{a}", {"a": ["x" * 150, "y" * 150]}, "x" * 150 + ", " + "y" * 48),
        ("{a}", {"a": r"\1 \g<0>"}, r"\1 \g<0>"),
        ("{a}{a}", {"a": ""}, ""),
    ],
)
def test_messages(template: str, values: dict[str, Any], expected: str) -> None:
    assert message(template, **values) == expected


@given(st.text("{}a.!_[]0%$", max_size=12))
def test_a_value_is_shown_as_it_is(value: str) -> None:
    assert message("<{a}>", a=value) == f"<{value}>"


def region(finding: Finding) -> tuple[int, int]:
    """Line and column."""
    return finding.place.line, finding.place.column


@pytest.mark.parametrize(
    ("path", "where", "pointer"),
    [
        (["spec", "ports", 1, "port"], (9, 5), "/spec/ports/1/port"),
        (["spec", "ports", 1, "targetPort"], (8, 5), "/spec/ports/1/targetPort"),
        (["spec", "type"], (4, 1), "/spec/type"),
        (["metadata", "name"], (3, 12), "/metadata/name"),
    ],
)
def test_places(path: list[str | int], where: tuple[int, int], pointer: str) -> None:
    objects = estate()
    web = named(objects, "web")
    (found,) = failed(objects, web, violation(web, path))
    assert region(found) == where
    assert found.key_line == where[0]
    assert (found.place.file, found.place.object_id, found.place.pointer) == ("m.yaml", web.id, pointer)
    assert (found.path, found.resource_key, found.outcome) == (tuple(path), web.key, Outcome.FAIL)
    assert found.related == ()


def test_a_place_in_another_object() -> None:
    objects = estate()
    web, odoo = named(objects, "web"), named(objects, "odoo")
    at = {"resource": odoo.key, "path": ["data", "odoo.conf"], "line": 1}
    (found,) = failed(objects, web, violation(web, ["spec"], at=at))
    assert region(found) == (22, 5)
    assert found.key_line == 20
    assert found.place.object_id == odoo.id
    assert (found.resource_id, found.resource_name, found.resource_type) == (web.id, "web", "core/Service")
    assert found.path == ("data", "odoo.conf")
    assert [(one.place.line, one.place.object_id, one.message) for one in found.related] == [(3, web.id, "Service web")]
    del at["line"]
    (whole,) = failed(objects, web, violation(web, ["spec"], at=at))
    assert (region(whole), whole.key_line) == ((20, 3), 20)
    assert whole.fingerprint != found.fingerprint


def test_two_lines_of_one_text_are_two_findings() -> None:
    objects = estate()
    odoo = named(objects, "odoo")
    path: list[str | int] = ["data", "odoo.conf"]
    found = failed(
        objects,
        odoo,
        *(violation(odoo, path, at={"resource": odoo.key, "path": path, "line": line}) for line in (2, 1)),
    )
    assert [region(one) for one in found] == [(22, 5), (23, 5)]
    assert len({one.fingerprint for one in found}) == 2
    assert [one.related for one in found] == [(), ()]


def related(one: Resource, path: Path, text: str) -> dict[str, Any]:
    """A place that is related."""
    return {"resource": one.key, "path": list(path), "message": text}


def test_one_finding_per_policy_and_place() -> None:
    objects = estate()
    web, chat, odoo = (named(objects, name) for name in ("web", "chat", "odoo"))
    first, second = related(odoo, ("data",), "one"), related(chat, ("spec",), "two")
    gone = {**first, "resource": "nothing"}
    found = failed(
        objects,
        web,
        violation(web, ["spec"], values={"what": "x"}, related=[first]),
        violation(web, ["spec"], values={"what": "y"}, related=[second, first, gone]),
        violation(web, ["spec"], key="other"),
    )
    assert [len(one.related) for one in found] in ([2, 0], [0, 2])
    (merged,) = (one for one in found if one.related)
    assert [(one.message, one.place.line) for one in merged.related] == [("one", 19), ("two", 14)]
    assert merged.message == "Service web: x"
    other = [Verdict(policy(id_=id_), web, Outcome.FAIL, (violation(web, ["spec"]),)) for id_ in ("NET002", "NET001")]
    assert [one.policy for one in findings(other, objects)[0]] == ["NET001", "NET002"]


def test_objects_that_share_a_place_share_a_finding() -> None:
    objects = estate()
    web, chat, odoo = (named(objects, name) for name in ("web", "chat", "odoo"))
    at = {"resource": odoo.key, "path": ["data"]}
    rule = policy(severities=["medium", "low", "high"])
    verdicts = [
        Verdict(rule, one, Outcome.FAIL, (violation(one, [], at=at, severity=severity),))
        for one, severity in ((web, "medium"), (chat, "high"))
    ]
    for order in (verdicts, verdicts[::-1]):
        (found,) = findings(order, objects)[0]
        assert (found.severity, found.resource_name, found.resource_key) == (Severity.HIGH, "chat", "")
        assert [one.message for one in found.related] == ["Service chat", "Service web"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("high", "high"), ("low", "medium"), ("blocker", "medium"), (None, "medium"), (3, "medium"), ("medium", "medium")],
)
def test_a_severity_outside_the_list_falls_back(chosen: Any, expected: str) -> None:
    objects = estate()
    web = named(objects, "web")
    rule = policy(severities=["medium", "high"])
    (found,) = failed(objects, web, violation(web, [], severity=chosen), rule=rule)
    assert found.severity is Severity(expected)
    (plain,) = failed(objects, web, violation(web, []), rule=rule)
    assert plain.severity is Severity.MEDIUM


def test_undetermined_says_what_is_not_known() -> None:
    objects = estate()
    web = named(objects, "web")
    unknown = ("spec.ports.0.port", "whether a Secret exists elsewhere")
    verdict = Verdict(policy(), web, Outcome.UNDETERMINED, (), (), unknown, ("spec", "ports", 0, "port"))
    nothing, (found,) = findings([verdict], objects)
    assert nothing == []
    assert found.message == "The title (not known: spec.ports.0.port, whether a Secret exists elsewhere)"
    assert (found.outcome, region(found)) == (Outcome.UNDETERMINED, (7, 5))
    maybe = violation(web, ["spec"], values={"what": "x"})
    _, (found,) = findings([verdict._replace(undetermined=(maybe,))], objects)
    assert found.message.startswith("Service web: x (not known: spec.ports.0.port, ")
    assert region(found) == (4, 1)


def test_a_failure_beside_an_undetermined_violation() -> None:
    objects = estate()
    web = named(objects, "web")
    certain, maybe = violation(web, ["spec"]), violation(web, ["spec", "ports", 0])
    fails, open_ones = findings([Verdict(policy(), web, Outcome.FAIL, (certain,), (maybe,), ("x",))], objects)
    assert [region(one) for one in fails] == [(4, 1)]
    assert [(region(one), one.outcome) for one in open_ones] == [((6, 5), Outcome.UNDETERMINED)]
    assert findings([Verdict(policy(), web, Outcome.FAIL, (certain,), (), ("x",))], objects)[1] == []


def test_findings_are_sorted_by_place() -> None:
    objects = estate()
    web, chat = named(objects, "web"), named(objects, "chat")
    verdicts = [
        Verdict(policy(), chat, Outcome.FAIL, (violation(chat, ["spec"]),)),
        Verdict(policy(), web, Outcome.FAIL, (violation(web, ["spec", "ports", 1]), violation(web, ["metadata"]))),
    ]
    assert [one.place.line for one in findings(verdicts, objects)[0]] == [3, 8, 14]


def test_objects_in_memory_have_pointers() -> None:
    objects = Estate(from_memory([{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}]).resources)
    (web,) = objects
    (found,) = failed(objects, web, violation(web, ["spec", "a/b"]))
    assert found.place == Place(object_id=web.id, pointer="/spec/a~1b")
