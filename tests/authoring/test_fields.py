"""Types, paths and fields: what exists, what does not, and what is not known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from erpguard.authoring.fields import Answer, of_body, of_view
from erpguard.errors import UsageError
from erpguard.normalize.azure import arm_types
from erpguard.normalize.kubernetes_types import Shape, all_names, shape_of
from erpguard.packs import types
from erpguard.packs.types import resolve, unreachable
from tools import kubernetes_fields, views

CONTAINERS = ("spec", "template", "spec", "containers")


@pytest.mark.parametrize(
    ("type_", "path", "wrong"),
    [
        (
            "apps/Deployment",
            (*CONTAINERS, "*", "imagePulPolicy"),
            "has no imagePulPolicy: did you mean imagePullPolicy?",
        ),
        (
            "apps/Deployment",
            (*CONTAINERS, "name"),
            f"{'.'.join(CONTAINERS)} is a list: write {'.'.join(CONTAINERS)}[*]",
        ),
        ("apps/Deployment", ("spec", "nothingLikeIt"), "apps/Deployment: spec has no nothingLikeIt"),
        ("apps/Deployment", ("spec", "replicas", "x"), "spec.replicas is no object (int): it has no x"),
        ("apps/Deployment", ("metadata", "label"), "metadata has no label: did you mean labels?"),
        ("policy/PodDisruptionBudget", ("spec", "minAvailble"), "spec has no minAvailble: did you mean minAvailable?"),
        ("traefik.io/IngressRoute", ("spec", "route"), "spec has no route: did you mean routes?"),
        ("traefik.io/IngressRoute", ("specs",), "traefik.io/IngressRoute has no specs: did you mean spec?"),
        ("Microsoft.Cache/redis", ("properties", "enableNonSSLPort"), "did you mean enableNonSslPort?"),
        ("Microsoft.Cache/redis", ("property",), "Microsoft.Cache/redis has no property: did you mean properties?"),
    ],
)
def test_paths_that_do_not_exist(type_: str, path: tuple[str, ...], wrong: str) -> None:
    found = of_body(type_, path)
    assert wrong in found.wrong
    assert found.unknown == ""


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("apps/Deployment", (*CONTAINERS, "*", "image")),
        ("core/ConfigMap", ("data", "odoo.conf")),
        ("core/Pod", ("metadata", "annotations", "a.b/c")),
        ("core/Pod", ("spec", "nodeSelector", "*")),
        ("Microsoft.Cache/redis", ("tags", "owner")),
        ("Microsoft.Cache/redis", ("sku", "name")),
        ("traefik.io/IngressRoute", ("spec", "routes", "*", "match")),
        ("example.com/Widget", ("whatever",)),
        ("Microsoft.Nothing/known", ("whatever",)),
    ],
)
def test_paths_that_exist_or_may(type_: str, path: tuple[str, ...]) -> None:
    assert of_body(type_, path) == Answer()


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("apps/Deployment", ("spec", "revisionHistoryLimit")),
        ("Microsoft.Cache/redis", ("properties", "linkedServers")),
        ("traefik.io/IngressRouteTCP", ("spec", "parentRefs")),
    ],
)
def test_paths_that_nobody_checks(type_: str, path: tuple[str, ...]) -> None:
    text = f"{'.'.join(path)}: not checked in {type_}: a placeholder there is ordinary text"
    assert of_body(type_, path) == Answer(unknown=text)


def test_views() -> None:
    assert of_view("pods", "tier") == of_view("pods", "environment") == of_view("pods", "key") == ""
    assert of_view("pod", "tier") == "there is no view pod: did you mean pods?"
    assert of_view("pods", "teir") == "the view pods has no field teir: did you mean tier?"
    assert of_view("pods", "nothing").startswith("the view pods has no field nothing")


@pytest.mark.parametrize(
    ("type_", "wrong"),
    [
        ("apps/Deployment", ""),
        ("core/Node", ""),
        ("workloads", ""),
        ("erpguard/Deletion", ""),
        ("example.com/Widget", ""),
        ("Microsoft.Cache/redis", ""),
        ("apps/deployment", "the API group apps has no such kind: did you mean apps/Deployment?"),
        ("apps/v1/Deployment", "types have no version: write apps/Deployment"),
        ("v1/Pod", "types have no version: write core/Pod"),
        (
            "Ingress",
            "a type is GROUP/KIND, such as apps/Deployment or core/Service: did you mean networking.k8s.io/Ingress?",
        ),
        ("extensions/Ingress", "its objects are converted: write networking.k8s.io/Ingress"),
        ("traefik.containo.us/Middleware", "its objects are converted: write traefik.io/Middleware"),
        ("traefik.io/IngresRoute", "no source makes such a resource: did you mean traefik.io/IngressRoute?"),
        ("batch/Deployment", "the API group batch has no such kind: did you mean apps/Deployment?"),
        ("core/Nothing", "the API group core has no such kind"),
        ("Microsoft.Cache/Redis", "ARM spells it Microsoft.Cache/redis"),
        ("Microsoft.Cache/redi", "no source makes such a resource: did you mean Microsoft.Cache/redis?"),
        ("Microsoft.Nothing/known", "no source makes such a resource"),
    ],
)
def test_types_that_no_resource_has(type_: str, wrong: str) -> None:
    assert unreachable(type_) == wrong


def test_types_that_new_refuses() -> None:
    assert resolve("core/Service") == "core/Service"
    with pytest.raises(UsageError, match="--type workloads: a group of types: name one, such as core/Pod"):
        resolve("workloads")
    with pytest.raises(UsageError, match="--type pod: a type is GROUP/KIND"):
        resolve("pod")


def _paths(shape: Shape, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """All paths of a shape."""
    found = [path] if path else []
    if isinstance(shape, list):
        found += _paths(shape[0], (*path, "*"))
    if isinstance(shape, dict):
        for key, inner in shape.items():
            found += _paths(inner, (*path, key.rstrip("!+")))
    return found


OLD = {"targetAverageUtilization", "metricName"}
"""Fields of versions that the API no longer serves."""


@pytest.mark.parametrize("type_", sorted(set(all_names())))
def test_every_path_of_a_shape_exists(type_: str) -> None:
    """Two descriptions of the same kinds: what erpguard checks, and what the API has."""
    assert unreachable(type_) == ""
    missing = {path[-1] for path in _paths(shape_of(type_)) if of_body(type_, path).wrong}
    assert missing <= OLD


def test_every_arm_type_is_reachable() -> None:
    assert [name for name in arm_types.all_names() if unreachable(name)] == []


def test_the_fields_of_kubernetes_are_those_of_the_client() -> None:
    file = Path(types.__file__).with_name("kubernetes_fields.json")
    assert file.read_text(encoding="utf-8") == kubernetes_fields.text(), "run `make docs`"


def test_the_fields_of_views_are_those_that_examples_show() -> None:
    found = views.seen()
    file = Path(types.__file__).with_name("view_fields.json")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(views.text(found)), "run `make docs`"
    assert views.PAGE.read_text(encoding="utf-8") == views.page(found), "run `make docs`"
