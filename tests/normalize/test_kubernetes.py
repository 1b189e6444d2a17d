"""A Kubernetes object to a resource: ids, namespaces, clusters, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.estate import Estate
from erpguard.model import Resource
from erpguard.normalize.kubernetes import Normalized, is_cluster_scoped, resource
from erpguard.sources.documents import DocumentOrigin
from erpguard.sources.yaml_documents import load
from tests.analysis.estates import FakeOrigin


def read(text: str, file: str = "a/b.yaml", settings: dict[str, Any] | None = None) -> Normalized:
    """The object of a YAML document, with its places."""
    loaded = load(text.encode(), file)
    assert not loaded.problems
    return resource(loaded.documents[0].value, DocumentOrigin(loaded.documents[0]), settings)


def made(
    kind: str = "ConfigMap",
    api_version: str = "v1",
    file: str = "a/b.yaml",
    settings: dict[str, Any] | None = None,
    **metadata: Any,
) -> Resource:
    """The resource of an object with that metadata."""
    body = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", **metadata}}
    one = resource(body, FakeOrigin(file), settings).resource
    assert one is not None
    return one


def told(normalized: Normalized) -> list[tuple[str, str, int]]:
    """Code, message and line of the problems."""
    return [(problem.code, problem.message, problem.place.line) for problem in normalized.problems]


def test_a_resource() -> None:
    labels, annotations = {"app": "odoo"}, {"note": "${X}"}
    one = made("Deployment", "apps/v1", namespace="erp", labels=labels, annotations=annotations)
    assert (one.type, one.kind, one.name, one.namespace, one.cluster) == (
        "apps/Deployment",
        "Deployment",
        "x",
        "erp",
        "default",
    )
    assert one.id == one.identity == "default/apps/Deployment/erp/x"
    assert (one.labels, one.annotations) == (labels, annotations)
    assert (one.source, one.assumed, one.unknown) == ("kubernetes_manifest", frozenset(), frozenset())


@pytest.mark.parametrize(
    ("metadata", "namespace", "assumed"),
    [
        ({"namespace": "erp"}, "erp", True),
        ({}, "shop", False),
        ({"namespace": ""}, "shop", False),
        ({"namespace": None}, "shop", False),
        ({"namespace": 5}, "shop", False),
    ],
)
def test_the_namespace_is_declared_or_that_of_the_file(metadata: dict[str, Any], namespace: str, assumed: bool) -> None:
    settings = {"namespaces": {"b/*": "other", "a/*": "shop", "*": "rest"}}
    for given, expected in ((settings, namespace), ({}, namespace if assumed else "default")):
        one = made(settings=given, **metadata)
        assert one.namespace == expected
        assert one.id == f"default/core/ConfigMap/{expected}/x"
        assert one.assumed == (frozenset() if assumed else {("metadata", "namespace")})


def test_the_first_matching_glob_wins() -> None:
    settings = {"namespaces": {"a/*": "one", "*": "two"}, "clusters": {"*/b.yaml": "east", "*": "west"}}
    assert (made(settings=settings).namespace, made(settings=settings).cluster) == ("one", "east")
    other = made(settings=settings, file="c/d.yaml")
    assert (other.namespace, other.cluster, other.id) == ("two", "west", "west/core/ConfigMap/two/x")
    assert made(settings={"namespaces": {"A/*": "one"}}).namespace == "default"


@pytest.mark.parametrize(
    ("api_version", "kind", "scoped"),
    [
        ("v1", "Namespace", True),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", True),
        ("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", True),
        ("networking.k8s.io/v1", "IngressClass", True),
        ("cert-manager.io/v1", "ClusterIssuer", True),
        ("extensions/v1beta1", "PodSecurityPolicy", True),
        ("rbac.authorization.k8s.io/v1", "Role", False),
        ("networking.k8s.io/v1", "Ingress", False),
        ("example.org/v1", "Namespace", False),
        ("v1", "ClusterRole", False),
    ],
)
def test_cluster_scoped_kinds_have_no_namespace(api_version: str, kind: str, scoped: bool) -> None:
    for metadata in ({}, {"namespace": "erp"}):
        one = made(kind, api_version, settings={"namespaces": {"*": "erp"}}, **metadata)
        assert is_cluster_scoped(one.type) is scoped
        assert one.namespace == ("" if scoped else "erp")
        assert one.id == f"default/{one.type}/{one.namespace}/x"
        assert not (scoped and one.assumed)


def test_generated_names() -> None:
    normalized = read("apiVersion: batch/v1beta2\nkind: Thing\nmetadata:\n  generateName: dump-\n")
    assert told(normalized) == []
    assert normalized.resource is not None
    assert normalized.resource.name == "dump-*"
    named = made(generateName="dump-")
    assert named.name == "x"


@pytest.mark.parametrize(
    ("metadata", "column"),
    [("{}", 1), ("{generateName: ''}", 1), ("{generateName: 5}", 1), ("", 1), ("{name: ''}", 12), ("{name: }", 12)],
)
def test_an_object_without_a_name(metadata: str, column: int) -> None:
    normalized = read(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\n")
    assert [code for code, _, _ in told(normalized)] == ["no-name"]
    assert normalized.problems[0].place[1:3] == (3, column)
    assert normalized.resource is not None
    assert normalized.resource.name == ""


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ("3", "ConfigMap: metadata must be an object, not the number 3"),
        ("{name: 3}", "ConfigMap: metadata.name must be a string, not the number 3: put it in quotes"),
    ],
)
def test_a_name_of_a_wrong_type_is_told_once(metadata: str, says: str) -> None:
    normalized = read(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\n")
    assert told(normalized) == [("invalid-value", says, 3)]


def test_a_misfit_has_its_place_and_is_taken_out() -> None:
    normalized = read(
        """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {a: 1, b: two, c: "${C}"}
spec:
  containers:
  - name: a
    resources:
      limits:
        memory: lots
        cpu: "{{ .Values.cpu }}"
  - 5
"""
    )
    one = normalized.resource
    assert one is not None
    quantity = "must be a quantity such as 500m, 1Gi or 2"
    assert told(normalized) == [
        ("invalid-value", "Pod web: metadata.labels.a must be a string, not the number 1: put it in quotes", 5),
        ("invalid-value", f'Pod web: spec.containers[0].resources.limits.memory {quantity}, not the string "lots"', 11),
        ("invalid-value", "Pod web: spec.containers[1] must be an object, not the number 5", 13),
    ]
    limits = ("spec", "containers", 0, "resources", "limits")
    assert one.invalid == {("metadata", "labels", "a"), (*limits, "memory"), ("spec", "containers", 1)}
    assert one.unknown == {("metadata", "labels", "c"), (*limits, "cpu")}
    assert one.labels == {"b": "two", "c": "${C}"}
    assert one.body["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "{{ .Values.cpu }}"}
    assert one.is_hidden((*limits, "cpu"))
    assert not one.is_hidden(limits)
    assert not one.is_known(limits)


def test_types_that_no_policy_reads_are_left_alone() -> None:
    normalized = read("apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\nspec: {replicas: ['${X}']}\n")
    assert told(normalized) == []
    assert normalized.resource is not None
    assert normalized.resource.body["spec"] == {"replicas": ["${X}"]}
    assert normalized.resource.unknown == frozenset()


def test_problems_of_objects_without_a_file_name_the_object() -> None:
    normalized = read("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: 3}\n", file="")
    assert [problem.place.object_id for problem in normalized.problems] == ["default/core/ConfigMap/default/a"]


def test_duplicates_are_kept_apart_and_found() -> None:
    copies = [made(namespace="erp", file=file) for file in ("base/x.yaml", "test/x.yaml", "live/x.yaml")]
    estate = Estate([*copies, made("Secret")])
    assert [one.key.partition("~")[2] for one in copies] == ["", "2", "3"]
    assert [(one.id, one.resources) for one in estate.duplicates()] == [(copies[0].id, tuple(copies))]
