"""What a controller made of another workload is not judged beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.sides.made import leave_out_made
from tests.analysis.estates import resource
from tests.sides.test_sides import collected

WORDS = ("v1", "apps/v1", "batch/v1", "postgresql.cnpg.io/v1")


def workload(kind: str, uid: object, owner: object = None, *, controller: object = True, **metadata: Any) -> Any:
    """A workload as an API server shows it, called by its uid."""
    group = {"Pod": 0, "Job": 2, "CronJob": 2, "Cluster": 3, "Pooler": 3}.get(kind, 1)
    owners = [{"apiVersion": "v1", "kind": "X", "name": "x", "uid": owner, "controller": controller}]
    metadata |= {"uid": uid, "ownerReferences": owners if owner else []}
    return resource(WORDS[group], kind, str(uid), metadata=metadata, spec={})


def left(*resources: Any) -> list[str]:
    """The names of what stays."""
    found = collected(*resources)
    leave_out_made(found)
    gone = len(resources) - len(found.resources)
    assert found.not_judged == ({"made by a workload that is judged": gone} if gone else {})
    return [one.name for one in found.resources]


def test_a_chain_is_its_first_workload() -> None:
    pod, replicas = workload("Pod", "c", "b"), workload("ReplicaSet", "b", "a")
    assert left(pod, replicas, workload("Deployment", "a")) == ["a"]
    assert left(pod, replicas) == ["b"]
    assert left(pod) == ["c"]


@pytest.mark.parametrize(
    ("maker", "made"),
    [("CronJob", "Job"), ("Job", "Pod"), ("StatefulSet", "Pod"), ("Cluster", "Pod"), ("Pooler", "Deployment")],
)
def test_controllers_that_are_judged(maker: str, made: str) -> None:
    assert left(workload(maker, "a"), workload(made, "b", "a")) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        workload("Deployment", "a"),  # it makes ReplicaSets, not pods
        workload("ReplicaSet", "z"),
        workload("ReplicaSet", "a", namespace="shop"),
        workload("Rollout", "a"),
        workload("ReplicaSet", None),
    ],
)
def test_a_pod_whose_controller_is_not_there_stays(other: Any) -> None:
    assert left(other, workload("Pod", "b", "a")) == [other.name, "b"]


@pytest.mark.parametrize("controller", [False, None, "true"])
def test_an_owner_that_does_not_control_it(controller: object) -> None:
    assert left(workload("ReplicaSet", "a"), workload("Pod", "b", "a", controller=controller)) == ["a", "b"]


def test_no_ring_hides_its_members() -> None:
    ring = [workload("Deployment", "a", "c"), workload("ReplicaSet", "b", "a"), workload("Pod", "c", "b")]
    assert left(*ring) == ["a"]
    assert left(workload("Pod", "a", "a")) == ["a"]


def test_what_is_printed_of_a_cluster_is_counted_once(tmp_path: Path) -> None:
    pod = {"containers": [{"name": "odoo", "image": "odoo:18.0", "args": ["--max-cron-threads=0", "--db_host=db-rw"]}]}
    spec = {"selector": {}, "template": {"spec": pod}}
    owners = {uid: [{"uid": owner, "controller": True}] for uid, owner in {"b": "a", "c": "b"}.items()}

    def item(group: str, kind: str, uid: str, spec: dict[str, Any]) -> dict[str, Any]:
        metadata = {"name": uid, "namespace": "erp", "uid": uid, "ownerReferences": owners.get(uid, [])}
        return {"apiVersion": group, "kind": kind, "metadata": metadata, "spec": spec}

    items = [
        item("apps/v1", "Deployment", "a", spec),
        item("apps/v1", "ReplicaSet", "b", spec),
        item("v1", "Pod", "c", pod),
        item("postgresql.cnpg.io/v1", "Cluster", "db", {"instances": 1}),
    ]
    (tmp_path / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    result = erpguard.scan([tmp_path / "all.json"], select=["RES010"], root=str(tmp_path))
    assert result.findings == []
    assert result.counts["RES010"].passed == 1
    assert result.not_judged == {"made by a workload that is judged": 2}
