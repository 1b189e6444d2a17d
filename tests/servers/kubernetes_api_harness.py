"""Collecting from the test server: nobody waits for a clock, and objects look as the API server gives them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from erpguard.sources.kubernetes_cluster import KubernetesCollector
from erpguard.sources.live import Gap, Item, KubernetesConnection, Run
from tests.servers.kubernetes_api import KubernetesApi, kubeconfig

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "erp-on-aks"


class QuickRun(Run):
    """Notes how long it should have waited, and goes on at once."""

    def __init__(self, concurrency: int = 4, budget: float = 0) -> None:
        super().__init__(concurrency, budget)
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> bool:
        """As if the time had passed."""
        self.slept.append(seconds)
        return self.over is None


class Found(NamedTuple):
    """What a collection gave."""

    items: list[Item]
    gaps: list[Gap]

    @property
    def names(self) -> list[str]:
        """`Kind/name` of all items, sorted."""
        return sorted(f"{one.body['kind']}/{one.body['metadata']['name']}" for one in self.items)

    @property
    def refused(self) -> set[tuple[str, str, int]]:
        """Operation, reason and status of the gaps."""
        return {(gap.operation, gap.reason, gap.status) for gap in self.gaps}

    def text(self) -> str:
        """Everything that left the collector."""
        return json.dumps([self.items, self.gaps])


def connection(
    api: KubernetesApi, folder: Path, user: dict[str, Any] | None = None, **cluster: Any
) -> KubernetesConnection:
    """A kubeconfig for the server in a folder."""
    file = folder / "kubeconfig"
    file.write_text(kubeconfig(api, user=user, **cluster))
    return KubernetesConnection(str(file))


def collect(
    api: KubernetesApi,
    folder: Path,
    namespaces: Iterable[str] = (),
    run: Run | None = None,
    user: dict[str, Any] | None = None,
    **cluster: Any,
) -> Found:
    """Everything that the collector gives."""
    collector = KubernetesCollector(connection(api, folder, user, **cluster), (), namespaces)
    records = list(collector.records(run or QuickRun()))
    return Found([one for one in records if isinstance(one, Item)], [one for one in records if isinstance(one, Gap)])


def manifests(*folders: str) -> list[dict[str, Any]]:
    """The objects of the ERP platform that ships as an example."""
    found: list[dict[str, Any]] = []
    for folder in folders:
        for file in sorted((EXAMPLE / folder).rglob("*.yaml")):
            documents = yaml.safe_load_all(file.read_text())
            found += [one for one in documents if isinstance(one, dict) and "kind" in one and "apiVersion" in one]
    return found


def as_served(body: dict[str, Any]) -> dict[str, Any]:
    """An object as the API server gives it: with what it and `kubectl apply` add."""
    metadata = dict(body["metadata"])
    applied = json.dumps(body)
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        "kubectl.kubernetes.io/last-applied-configuration": applied,
    }
    metadata["uid"] = str(uuid.uuid5(uuid.NAMESPACE_URL, applied))
    metadata["resourceVersion"] = "815"
    metadata["creationTimestamp"] = "2025-11-03T08:00:00Z"
    metadata["managedFields"] = [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}]
    return {**body, "metadata": metadata, "status": {"observedGeneration": 1}}


def owned(kind: str, name: str, owner: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """An object that another one controls."""
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": "5c1e1d6e-0000-4000-8000-000000000000",
        "controller": True,
    }
    version = {"ReplicaSet": "apps/v1", "Job": "batch/v1", "HorizontalPodAutoscaler": "autoscaling/v2"}.get(kind, "v1")
    namespace = owner["metadata"].get("namespace", "default")
    metadata = {"name": name, "namespace": namespace, "ownerReferences": [reference]}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}
