"""Objects of lists -> items: whole, apart from what nobody judges; what others control is passed over."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from erpguard.sources.kubernetes_cluster.kinds import KINDS, Kind
from erpguard.sources.kubernetes_cluster.objects import WrongShapeError, item
from erpguard.sources.kubernetes_cluster.secret_values import TooDeepError
from erpguard.sources.live import Item
from tests.servers.kubernetes_api_harness import as_served, manifests


def kind(type_: str) -> Kind:
    return next(one for one in KINDS if one.type == type_)


def made(type_: str, raw: Any) -> Item | None:
    one = kind(type_)
    return item(raw, one, one.served[0], "erp")


def test_an_item_is_the_object_with_its_kind() -> None:
    raw = {"metadata": {"name": "a", "namespace": "b"}, "spec": {"replicas": 2}, "status": {"replicas": 2}}
    found = made("apps/Deployment", raw)
    assert found == Item(
        "kubernetes",
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "a", "namespace": "b"},
            "spec": {"replicas": 2},
        },
        "erp",
    )
    assert list(found.body) == ["apiVersion", "kind", "metadata", "spec"]


def test_an_object_cannot_say_that_it_is_something_else() -> None:
    found = made("core/Service", {"apiVersion": "x/v1", "kind": "Other", "metadata": {"name": "a"}})
    assert found is not None
    assert (found.body["apiVersion"], found.body["kind"]) == ("v1", "Service")


def test_of_the_status_only_what_is_judged() -> None:
    raw = {"metadata": {"name": "a"}, "status": {"phase": "completed", "stoppedAt": "2026-01-01", "error": "x"}}
    backup = made("postgresql.cnpg.io/Backup", {**raw, "metadata": {"name": "a"}})
    velero = made("velero.io/Backup", {**raw, "metadata": {"name": "a"}})
    service = made("core/Service", {**raw, "metadata": {"name": "a"}})
    assert backup is not None
    assert velero is not None
    assert service is not None
    assert backup.body["status"] == {"phase": "completed", "stoppedAt": "2026-01-01"}
    assert velero.body["status"] == {"phase": "completed"}
    assert "status" not in service.body


def test_copies_and_bookkeeping_are_dropped() -> None:
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "objectset.rio.cattle.io/applied": "H4sI",
        "erpguard.io/persistence": "none",
    }
    found = made("core/Service", {"metadata": {"name": "a", "managedFields": [{}], "annotations": annotations}})
    assert found is not None
    assert found.body["metadata"] == {"name": "a", "annotations": {"erpguard.io/persistence": "none"}}


def owner(api_version: str, kind_: str, controller: bool = True) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind_, "name": "o", "uid": "1", "controller": controller}


@pytest.mark.parametrize(
    ("type_", "by", "kept"),
    [
        ("core/Pod", owner("apps/v1", "ReplicaSet"), False),
        ("core/Pod", owner("batch/v1", "Job"), False),
        ("core/Pod", owner("postgresql.cnpg.io/v1", "Cluster"), False),
        ("core/Pod", owner("v1", "Node"), True),
        ("core/Pod", owner("argoproj.io/v1alpha1", "Rollout"), True),
        ("core/Pod", owner("apps/v1", "ReplicaSet", controller=False), True),
        ("apps/ReplicaSet", owner("apps/v1", "Deployment"), False),
        ("apps/ReplicaSet", owner("argoproj.io/v1alpha1", "Rollout"), True),
        ("apps/Deployment", owner("postgresql.cnpg.io/v1", "Pooler"), False),
        ("batch/Job", owner("batch/v1", "CronJob"), False),
        ("autoscaling/HorizontalPodAutoscaler", owner("keda.sh/v1alpha1", "ScaledObject"), False),
        ("core/Service", owner("postgresql.cnpg.io/v1", "Cluster"), True),
        ("cert-manager.io/Certificate", owner("networking.k8s.io/v1", "Ingress"), True),
    ],
)
def test_what_others_control(type_: str, by: dict[str, Any], kept: bool) -> None:
    found = made(type_, {"metadata": {"name": "a", "ownerReferences": [by]}, "spec": {}})
    assert (found is not None) == kept


def test_secrets_have_metadata_only() -> None:
    raw = {"metadata": {"name": "a", "namespace": "b"}, "type": "Opaque", "data": {"a": "eA=="}, "immutable": True}
    found = made("core/Secret", raw)
    assert found is not None
    assert found.body == {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "b"}}
    assert found.sensitive == (("data",), ("type",))


@pytest.mark.parametrize(
    "raw",
    [None, "x", [], {}, {"metadata": None}, {"metadata": {"name": ""}}, {"metadata": {"name": 1}}]
    + [{"metadata": {"name": "a", "namespace": 1}}],
)
def test_what_is_no_object(raw: Any) -> None:
    with pytest.raises(WrongShapeError):
        made("core/Service", raw)


ANYTHING: list[Any] = [None, 1, 1.5, True, "", "x", [], {}, [1, "a", None], {"name": "password", "value": 3}]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for step, one in steps for inner in _paths(one, (*path, step)))]


@pytest.mark.parametrize("seed", range(5))
def test_no_shape_breaks_the_collector(seed: int) -> None:
    """Some value of each object is replaced by another one: it becomes an item, or is told as none."""
    choose = random.Random(seed)
    by_kind = {one.kind: one for one in reversed(KINDS)}
    made_items = 0
    for body in manifests("platform", "tenants"):
        raw = json.loads(json.dumps(as_served(body)))
        path = choose.choice(_paths(raw)[1:])
        holder = raw
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = choose.choice(ANYTHING)
        if body["kind"] in by_kind:
            one = by_kind[body["kind"]]
            try:
                made_items += item(raw, one, one.served[0], "erp") is not None
            except (WrongShapeError, TooDeepError):
                continue
    assert made_items > 100
