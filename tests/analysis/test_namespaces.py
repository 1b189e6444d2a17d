"""Namespaces with their workloads, copies in overlays told apart."""

from __future__ import annotations

from erpguard.analysis.workloads.namespaces import (
    namespace_labels,
    namespaces_with_workloads,
    pods_near,
    same_namespace,
)
from tests.analysis.estates import analyses, resource

POD = "{{apiVersion: v1, kind: Pod, metadata: {{name: {0}, namespace: erp}}, spec: {{containers: []}}}}"
NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: erp, labels: {team: a}}}"


def _groups(files: dict[str, str]) -> list[tuple[str, list[str]]]:
    found = namespaces_with_workloads(analyses(files=files))
    return [(one.place.origin.file, [pod.resource.origin.file for pod in one.pods]) for one in found]


def test_the_first_workload_stands_for_a_namespace_without_an_object() -> None:
    files = {"a.yaml": POD.format("b"), "b.yaml": POD.format("a")}
    assert _groups(files) == [("a.yaml", ["a.yaml", "b.yaml"])]


def test_copies_without_a_namespace_object() -> None:
    files = {"prod/a.yaml": POD.format("odoo"), "test/a.yaml": POD.format("odoo"), "test/db.yaml": POD.format("db")}
    assert _groups(files) == [("prod/a.yaml", ["prod/a.yaml"]), ("test/a.yaml", ["test/a.yaml", "test/db.yaml"])]


def test_copies_with_their_namespace_objects() -> None:
    files = {f"{name}/{kind}.yaml": text for name in ("prod", "test") for kind, text in _COPY.items()}
    assert _groups(files) == [("prod/ns.yaml", ["prod/pod.yaml"]), ("test/ns.yaml", ["test/pod.yaml"])]


_COPY = {"ns": NAMESPACE, "pod": POD.format("odoo")}


def test_pods_near_leaves_the_other_copy_out() -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: odoo, namespace: erp}, spec: {}}"
    files = {f"{name}/all.yaml": POD.format("odoo") + "\n---\n" + service for name in ("prod", "test")}
    made = analyses(files=files)
    for asking in made.estate.of_type("core/Service"):
        near = [(pod.resource.origin.file, answer) for pod, answer in pods_near(made, asking)]
        assert near == [(asking.origin.file, True)]


def test_same_namespace() -> None:
    erp, web = resource("v1", "Pod", "a"), resource("v1", "Pod", "a", metadata={"namespace": "web"})
    hidden = resource("v1", "Pod", "a", metadata={"namespace": "${NS}"})
    broken = resource("v1", "Pod", "a", metadata={"namespace": 5})
    assert (same_namespace(erp, erp), same_namespace(erp, web)) == (True, False)
    assert (same_namespace(hidden, hidden), same_namespace(erp, hidden)) == (True, None)
    assert (same_namespace(broken, broken), same_namespace(broken, erp)) == (None, None)


def test_labels_of_a_namespace() -> None:
    made = analyses(POD.format("odoo") + "\n---\n" + NAMESPACE)
    labels = namespace_labels(made, made.estate.of_type("core/Pod")[0])
    assert labels.labels == {"team": "a", "kubernetes.io/metadata.name": "erp"}
    assert labels.match({"matchLabels": {"team": "b"}}) is False
    made = analyses(POD.format("odoo"))
    labels = namespace_labels(made, made.estate.of_type("core/Pod")[0])
    assert labels.match({"matchLabels": {"kubernetes.io/metadata.name": "erp"}}) is True
    assert labels.match({"matchLabels": {"team": "a"}}) is None
