"""Effective resources: own, the namespace's defaults, the pod's; compared with an oracle that follows the admission."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.values.amounts import spelled
from erpguard.estate import Estate
from tests.analysis.estates import analyses, resource

AMOUNTS = st.sampled_from([None, "0", "512Mi", "1Gi", "1073741824", "2G", "2Gi"])
BYTES = {"0": 0, "512Mi": 2**29, "1Gi": 2**30, "1073741824": 2**30, "2G": 2 * 10**9, "2Gi": 2**31}


def _map(amount: str | None) -> dict[str, str]:
    return {} if amount is None else {"memory": amount}


def _estate(limit: Any, request: Any, default: Any, default_request: Any, pod: tuple[Any, Any]) -> Analyses:
    container = {"name": "c", "resources": {"limits": _map(limit), "requests": _map(request)}}
    spec = {"containers": [container], "resources": {"limits": _map(pod[0]), "requests": _map(pod[1])}}
    item = {"type": "Container", "default": _map(default), "defaultRequest": _map(default_request)}
    limit_range = resource("v1", "LimitRange", "defaults", spec={"limits": [item]})
    return Analyses(Estate([resource("v1", "Pod", "odoo", spec=spec), limit_range]))


@given(limit=AMOUNTS, request=AMOUNTS, default=AMOUNTS, default_request=AMOUNTS, pod=st.tuples(AMOUNTS, AMOUNTS))
def test_defaults_are_applied_as_by_the_api_server(
    limit: str | None, request: str | None, default: str | None, default_request: str | None, pod: tuple[Any, Any]
) -> None:
    # Step by step what happens to the object: defaults of the pod, then those of the LimitRange, and its validation.
    limits, requests = dict(_map(limit)), dict(_map(request))
    for name, value in limits.items():
        requests.setdefault(name, value)
    standard, standard_request = dict(_map(default)), dict(_map(default_request))
    for name, value in standard.items():
        standard_request.setdefault(name, value)
    pod_limits, pod_requests = dict(_map(pod[0])), dict(_map(pod[1]))
    for name, value in (requests if pod_limits else {}).items():
        pod_requests.setdefault(name, value)
    for name, value in pod_limits.items():
        pod_requests.setdefault(name, value)
    for name, value in standard.items():
        limits.setdefault(name, value)
    for name, value in standard_request.items():
        requests.setdefault(name, value)

    view = _estate(limit, request, default, default_request, pod)
    row = next(iter(view.view("container_resources").rows.values()))
    bounds = [BYTES[given["memory"]] for given in (limits, pod_limits) if given and BYTES[given["memory"]]]
    assert row.get("memory_limit") == (min(bounds) if bounds else None)
    asked = [BYTES[given["memory"]] for given in (requests, pod_requests) if given and BYTES[given["memory"]]]
    assert row.get("memory_request") == (asked[0] if asked else None)

    refused = bool(requests) and any(
        BYTES[requests["memory"]] > BYTES[given["memory"]] for given in (limits, pod_limits) if given
    )
    rows = view.view("resource_bounds").rows.values()
    assert any(row["exceeds"] for row in rows if row["container"] == "c") == refused
    refused = bool(pod_limits) and BYTES[pod_requests["memory"]] > BYTES[pod_limits["memory"]]
    refused = refused and (bool(pod[1]) or not any(row["exceeds"] for row in rows if row["container"] == "c"))
    assert any(row["exceeds"] for row in rows if row["container"] == "") == refused


POD = """
apiVersion: v1
kind: Pod
metadata: {name: odoo, namespace: erp}
spec:
  initContainers:
  - {name: wait, image: busybox}
  - {name: logs, image: busybox, restartPolicy: Always, resources: {limits: {cpu: 0.5, memory: 1.5Gi}}}
  containers:
  - {name: odoo, image: odoo, resources: {requests: {cpu: 1500m}}}
  ephemeralContainers:
  - {name: debugger, image: busybox}
"""


def test_roles_and_numbers() -> None:
    rows = analyses(POD).view("container_resources").rows.values()
    roles = {row["container"]: row["role"] for row in rows}
    assert roles == {"odoo": "main", "wait": "init", "logs": "sidecar"}
    by_name = {row["container"]: row for row in rows}
    assert by_name["odoo"]["cpu_request"] == 1.5 and "memory_limit" not in by_name["odoo"]
    assert by_name["logs"]["cpu_limit"] == 0.5
    assert by_name["logs"]["memory_limit"] == by_name["logs"]["memory_request"] == 1610612736
    assert by_name["odoo"]["tier"] == "erp"


def _unknown(text: str, view: str = "container_resources") -> dict[str, set[str]]:
    made = analyses(text).view(view)
    return {made.rows[key]["container"]: set(names) for key, names in made.unknown.items()}


def test_a_placeholder_hides_its_own_field_only() -> None:
    text = POD.replace("requests: {cpu: 1500m}", "requests: {cpu: 1500m, memory: '${M}'}")
    assert _unknown(text) == {"odoo": {"memory_request"}}
    text = POD.replace("requests: {cpu: 1500m}", "limits: {memory: '${M}'}")
    assert _unknown(text) == {"odoo": {"memory_request", "memory_limit"}}


def test_a_wrong_type_hides_what_is_below_it() -> None:
    hidden = _unknown(POD.replace("resources: {requests: {cpu: 1500m}}", "resources: [1]"))["odoo"]
    names = ("memory", "cpu", "ephemeral_storage")
    assert hidden == {f"{name}_{kind}" for name in names for kind in ("limit", "request")}
    assert _unknown(POD.replace("restartPolicy: Always", "restartPolicy: '${P}'")) == {"logs": {"role"}}


def test_containers_that_cannot_be_read_are_one_row_without_fields() -> None:
    view = analyses("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: x}").view("container_resources")
    assert [row["path"] for row in view.rows.values()] == [["spec", "containers"]]
    assert "memory_limit" in next(iter(view.unknown.values()))


LIMIT_RANGE = """
---
apiVersion: v1
kind: LimitRange
metadata: {name: %s, namespace: erp}
spec: {limits: [{type: Container, max: {memory: %s}, min: {cpu: 10m}}]}
"""


def test_limit_ranges_that_differ_leave_the_amount_open() -> None:
    one, same, other = LIMIT_RANGE % ("a", "1Gi"), LIMIT_RANGE % ("b", "1024Mi"), LIMIT_RANGE % ("b", "2Gi")
    row = next(iter(analyses(POD + one + same).view("container_resources").rows.values()))
    assert row["memory_limit"] == row["memory_request"] == 2**30
    assert _unknown(POD + one + other)["odoo"] == {"memory_limit", "memory_request"}


def test_a_pooler_has_a_container_that_its_template_does_not_name() -> None:
    text = """
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: {name: pooler}
spec: {cluster: {name: db}, template: {spec: {containers: [{name: exporter}]}}}
"""
    rows = analyses(text).view("container_resources").rows.values()
    assert [(row["container"], row["path"][-1]) for row in rows] == [("exporter", 0), ("pgbouncer", 1)]
    assert "memory_limit" in _unknown(text.replace("exporter", "'${NAME}'"))["pgbouncer"]


def test_resources_of_a_cluster_stand_at_its_spec() -> None:
    text = """
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec: {instances: 3, resources: {limits: {memory: 4Gi}}}
---
apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: {name: other}
spec: {numberOfInstances: 2}
"""
    rows = list(analyses(text).view("container_resources").rows.values())
    assert [(row["path"], row["memory_request"]) for row in rows] == [(["spec"], 2**32)]


def test_amounts_are_spelled_as_people_write_them() -> None:
    whole = [spelled(Fraction(amount)) for amount in (0, 2, 1024, 3 * 2**30, 10**9)]
    assert whole == ["0", "2", "1Ki", "3Gi", "1000000000"]
    assert [spelled(amount) for amount in (Fraction(1, 2), Fraction(1, 3000))] == ["500m", str(1 / 3000)]
