"""What must not change a verdict: the order of objects, how a quantity is written, defaults that stand there."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

import erpguard
from tests.policy_examples import Case, cases, is_manifest

Objects = list[dict[str, Any]]
Change = Callable[[Objects], None]


def _templates(objects: Objects) -> list[dict[str, Any]]:
    """The specs of the pods that workloads make."""
    found = []
    for one in objects:
        spec: Any = one.get("spec") or {}
        if one["kind"] == "CronJob":
            spec = (spec.get("jobTemplate") or {}).get("spec") or {}
        template = one if one["kind"] == "Pod" else spec.get("template")
        if one["apiVersion"] in ("v1", "apps/v1", "batch/v1") and isinstance(template, dict):
            found.append(template.get("spec"))
    return [spec for spec in found if isinstance(spec, dict)]


def _containers(objects: Objects) -> list[dict[str, Any]]:
    lists = [spec.get(key) or [] for spec in _templates(objects) for key in ("containers", "initContainers")]
    return [one for some in lists if isinstance(some, list) for one in some if isinstance(one, dict)]


def shuffled(objects: Objects) -> None:
    """`kubectl apply` of a folder, in another order."""
    random.Random(len(objects)).shuffle(objects)


def respelled(objects: Objects) -> None:
    """kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/: `2Gi` is 2147483648, `1` is `1000m`."""
    units = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
    for container in _containers(objects):
        resources = container.get("resources")
        for amounts in resources.values() if isinstance(resources, dict) else ():
            for name, amount in amounts.items() if isinstance(amounts, dict) else ():
                number, unit = str(amount)[:-2], str(amount)[-2:]
                if number.isdecimal() and unit in units:
                    amounts[name] = int(number) * units[unit]
                elif str(amount).isdecimal():
                    amounts[name] = f"{amount}000m"


def defaulted(objects: Objects) -> None:
    """What the API server fills in (pkg/apis/core/v1/defaults.go and its neighbours)."""
    for pod in _templates(objects):
        pod.setdefault("dnsPolicy", "ClusterFirst")
        pod.setdefault("schedulerName", "default-scheduler")
    for container in _containers(objects):
        for port in container.get("ports") or ():
            if isinstance(port, dict):
                port.setdefault("protocol", "TCP")
    for one in objects:
        spec: Any = one.get("spec")
        if one["kind"] in ("Deployment", "StatefulSet") and isinstance(spec, dict):
            spec.setdefault("replicas", 1)
        elif one["kind"] == "NetworkPolicy" and isinstance(spec, dict) and one["apiVersion"] == "networking.k8s.io/v1":
            spec.setdefault("podSelector", {})
            spec.setdefault("policyTypes", ["Ingress", *(["Egress"] if spec.get("egress") else [])])
        elif one["kind"] == "Service" and isinstance(spec, dict):
            spec.setdefault("type", "ClusterIP")


def emptied(objects: Objects) -> None:
    """`null` for what is not set, as templates of charts leave it behind."""
    for spec in _templates(objects):
        for key in ("volumes", "initContainers", "hostNetwork", "serviceAccountName", "priorityClassName", "overhead"):
            spec.setdefault(key, None)
    for container in _containers(objects):
        for key in ("resources", "env", "envFrom", "ports", "volumeMounts", "command", "args"):
            container.setdefault(key, None)


def managed(objects: Objects) -> None:
    """What Helm and the API server add to the metadata."""
    for number, one in enumerate(objects):
        metadata = one.get("metadata")
        if isinstance(metadata, dict):
            metadata.update(uid=f"u{number}", resourceVersion="1", creationTimestamp="2026-01-01T00:00:00Z")
            if isinstance(labels := metadata.setdefault("labels", {}), dict):
                labels["app.kubernetes.io/managed-by"] = "Helm"


CHANGES: list[Change] = [shuffled, respelled, defaulted, emptied, managed]


def _objects(case: Case) -> Objects:
    """The Kubernetes objects of an example; none where a file is not only these."""
    found = [one for text in case.files.values() for one in yaml.load_all(text, _Plain)]
    return found if all(isinstance(one, dict) and {"apiVersion", "kind"} <= one.keys() for one in found) else []


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Dates stay texts."""


_Plain.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

EXAMPLES = [case for case in cases() if is_manifest(case)]


def _verdicts(case: Case, objects: Objects) -> tuple[object, ...]:
    options = case.options
    parameters = {case.policy: options["parameters"]} if options.get("parameters") else {}
    result = erpguard.scan(
        resources=objects,
        select=[case.policy],
        config={"estate": dict(options.get("estate") or {}), "parameters": parameters},
        complete=not options.get("partial"),
        as_of="2026-01-31",
    )
    found = sorted((one.namespace, str(one.severity)) for one in result.findings)
    return found, [(one.namespace, one.outcome) for one in result.undetermined], result.counts[case.policy]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_that_means_nothing(change: Change) -> None:
    """A change takes every fortieth example, others than the next change."""
    wrong = []
    for case in EXAMPLES[CHANGES.index(change) :: 8 * len(CHANGES)]:
        objects = _objects(case)
        changed = deepcopy(objects)
        change(changed)
        if objects and _verdicts(case, deepcopy(objects)) != _verdicts(case, changed):
            wrong.append(case.title)
    assert wrong == []
