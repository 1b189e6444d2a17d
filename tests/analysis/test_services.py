"""Which workloads a Service selects, and who may reach its load balancer."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.network.load_balancers import openings
from erpguard.analysis.workloads.service_bodies import ServiceBody
from erpguard.analysis.workloads.services import selected_pods
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource

LABELS = {"app": "odoo", "tier": "web"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "odoo", "image": "odoo:18"}]}}


def _workload(kind: str, name: str = "odoo", **spec: Any) -> Resource:
    group = {"Job": "batch/v1"}.get(kind, "apps/v1")
    selector = {"matchLabels": LABELS}
    return resource(group, kind, name, spec={"selector": selector, "template": TEMPLATE, **spec})


def _selected(service_spec: dict[str, Any], *workloads: Resource) -> list[tuple[str, bool | None]]:
    service = resource("v1", "Service", "service", spec=service_spec)
    found = selected_pods(Analyses(Estate([service, *workloads])), service)
    return [(pod.resource.name, answer) for pod, answer in found]


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({"selector": {"app": "odoo"}}, True),
        ({"selector": {"app": "odoo", "tier": "web"}}, True),
        ({"selector": {"app": "odoo", "tier": "data"}}, False),
        ({"selector": {"app": "odoo", "other": "x"}}, False),
        ({"selector": {}}, False),
        ({}, False),
        ({"selector": None}, False),
        ({"selector": {"app": "odoo"}, "type": "ExternalName"}, False),
        ({"selector": {"app": "${APP}"}}, None),
        ({"selector": {"app": "${APP}", "tier": "data"}}, False),
        ({"selector": {"app": 5}}, None),
        ({"selector": "app"}, None),
        ({"selector": {"app": "odoo"}, "type": "${TYPE}"}, None),
        ({"selector": {"pod-template-hash": "abc"}}, None),
        ("nothing", None),
    ],
)
def test_selectors(spec: Any, answer: bool | None) -> None:
    assert _selected(spec, _workload("Deployment")) == ([] if answer is False else [("odoo", answer)])


@pytest.mark.parametrize(
    ("ordinals", "number", "answer"),
    [({}, 1, True), ({}, 2, False), ({"start": 2}, 3, True), ({"start": 2}, 1, False), ({"start": "${N}"}, 1, None)],
)
def test_one_pod_of_a_stateful_set(ordinals: dict[str, Any], number: int, answer: bool | None) -> None:
    spec = {"selector": {"statefulset.kubernetes.io/pod-name": f"odoo-{number}"}}
    found = _selected(spec, _workload("StatefulSet", replicas=2, ordinals=ordinals))
    assert found == ([] if answer is False else [("odoo", answer)])


def test_services_of_a_cluster_that_cannot_be_read() -> None:
    cluster = resource("postgresql.cnpg.io/v1", "Cluster", "db", spec={"instances": 1, "managed": "none"})
    (hidden,) = Analyses(Estate([cluster])).view("services").unknown.values()
    assert {"published", "openings", "inner_pods", "type"} <= hidden


def test_another_namespace() -> None:
    pod = resource("v1", "Pod", "odoo", metadata={"namespace": "web", "labels": LABELS}, spec=TEMPLATE["spec"])
    assert _selected({"selector": LABELS}, pod) == []
    pod = resource("v1", "Pod", "odoo", metadata={"namespace": "${NS}", "labels": LABELS}, spec=TEMPLATE["spec"])
    assert _selected({"selector": LABELS}, pod) == [("odoo", None)]


@pytest.mark.parametrize(
    ("replicas", "name", "answer"),
    [(2, "odoo-1", True), (2, "odoo-2", False), (0, "odoo-0", True), ("${N}", "odoo-0", None), (99, "odoo-5", None)],
)
def test_a_service_for_one_replica(replicas: Any, name: str, answer: bool | None) -> None:
    found = _selected(
        {"selector": {"statefulset.kubernetes.io/pod-name": name}}, _workload("StatefulSet", replicas=replicas)
    )
    assert found == ([] if answer is False else [("odoo", answer)])


def test_the_pods_of_a_job() -> None:
    assert _selected({"selector": {"batch.kubernetes.io/job-name": "import"}}, _workload("Job", "import"))
    assert not _selected({"selector": {"job-name": "export"}}, _workload("Job", "import"))


CLUSTER = ("postgresql.cnpg.io/v1", "Cluster")
POOLER = ("postgresql.cnpg.io/v1", "Pooler")
ZALANDO = ("acid.zalan.do/v1", "postgresql")


@pytest.mark.parametrize(
    ("kind", "spec", "selector", "answer"),
    [
        (CLUSTER, {"instances": 2}, {"cnpg.io/cluster": "db"}, True),
        (CLUSTER, {"instances": 2}, {"cnpg.io/cluster": "db", "role": "primary"}, True),
        (CLUSTER, {"instances": 2}, {"cnpg.io/instanceRole": "replica"}, True),
        (CLUSTER, {"instances": 1}, {"cnpg.io/instanceRole": "replica"}, False),
        (CLUSTER, {"instances": "${N}"}, {"cnpg.io/instanceRole": "replica"}, None),
        (CLUSTER, {"instances": "${N}"}, {"cnpg.io/instanceRole": "primary"}, True),
        (CLUSTER, {}, {"cnpg.io/cluster": "other"}, False),
        (CLUSTER, {}, {"cnpg.io/instanceName": "db-1"}, None),
        (CLUSTER, {}, {"owner": "erp"}, None),
        (CLUSTER, {}, {"other": "erp"}, False),
        (CLUSTER, {"inheritedMetadata": {"labels": {"app": "db"}}}, {"app": "db"}, True),
        (CLUSTER, {"inheritedMetadata": {"labels": {"app": "db"}}}, {"app": "erp"}, False),
        (POOLER, {}, {"cnpg.io/poolerName": "db"}, True),
        (POOLER, {"template": {"metadata": {"labels": {"app": "db"}}}}, {"app": "db"}, True),
        (POOLER, {}, {"cnpg.io/cluster": "db"}, None),
        (ZALANDO, {"numberOfInstances": 2}, {"cluster-name": "db", "spilo-role": "master"}, True),
        (ZALANDO, {"numberOfInstances": 2}, {"application": "spilo", "spilo-role": "primary"}, False),
    ],
)
def test_operator_workloads(kind: tuple[str, str], spec: Any, selector: dict[str, str], answer: bool | None) -> None:
    made = resource(*kind, "db", metadata={"labels": {"owner": "erp"}}, spec=spec)
    assert _selected({"selector": selector}, made) == ([] if answer is False else [("db", answer)])


def test_the_name_of_an_operator_workload_may_not_be_known() -> None:
    made = resource(*CLUSTER, "db", metadata={"name": 5}, spec={"instances": 2})
    assert _selected({"selector": {"cnpg.io/cluster": "db"}}, made) == [("", None)]


AZURE = "service.beta.kubernetes.io/azure-"
INTERNAL, RANGES, TAGS = AZURE + "load-balancer-internal", AZURE + "allowed-ip-ranges", AZURE + "allowed-service-tags"


@pytest.mark.parametrize(
    ("annotations", "spec", "answer"),
    [
        ({}, {}, True),
        ({}, {"type": "NodePort"}, False),
        ({}, {"type": "${TYPE}"}, None),
        ({INTERNAL: "true"}, {}, False),
        ({INTERNAL: "TRUE"}, {}, True),  # `requiresInternalLoadBalancer` compares with "true"
        ({INTERNAL: " true"}, {}, True),
        ({TAGS: " , "}, {}, True),
        ({INTERNAL: "false"}, {}, True),
        ({INTERNAL: "{{ internal }}"}, {}, None),
        ({INTERNAL: True}, {}, None),
        ({}, {"loadBalancerSourceRanges": []}, True),
        ({}, {"loadBalancerSourceRanges": ["10.0.0.0/8"]}, False),
        ({}, {"loadBalancerSourceRanges": ["10.0.0.0/8", " 0.0.0.0/0 "]}, True),
        ({}, {"loadBalancerSourceRanges": ["::/1", "8000::/1"]}, True),
        ({}, {"loadBalancerSourceRanges": ["${RANGE}"]}, None),
        ({}, {"loadBalancerSourceRanges": ["${RANGE}", "0.0.0.0/0"]}, True),
        ({INTERNAL: "true"}, {"loadBalancerSourceRanges": ["${RANGE}"]}, False),
        ({}, {"loadBalancerSourceRanges": "10.0.0.0/8"}, None),
        ({}, {"loadBalancerSourceRanges": [10]}, None),
        ({RANGES: "10.0.0.0/8,192.0.2.0/24"}, {}, False),
        ({RANGES: "0.0.0.0/0"}, {}, True),
        ({RANGES: "${RANGES}"}, {}, None),
        ({RANGES: 5}, {}, None),
        ({"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8"}, {}, False),
        ({TAGS: "AzureFrontDoor.Backend"}, {}, False),
        ({TAGS: "AzureFrontDoor.Backend, Internet"}, {}, True),
        ({TAGS: "AzureCloud.westeurope"}, {}, True),
        ({TAGS: "AzureFrontDoor.Backend", RANGES: "0.0.0.0/0"}, {}, True),
        ({TAGS: "${TAG}"}, {}, None),
        ("none", {}, None),
    ],
)
def test_load_balancers(annotations: Any, spec: dict[str, Any], answer: bool | None) -> None:
    metadata = {"annotations": annotations}
    service = resource("v1", "Service", "s", metadata=metadata, spec={"type": "LoadBalancer", **spec})
    found = [answer for _, answer in openings(ServiceBody(service))]
    assert (True if True in found else None if None in found else False) is answer
