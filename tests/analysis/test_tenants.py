"""Which tenant a workload belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.workloads.pods import all_pods
from erpguard.analysis.workloads.tenants import Tenant, tenant_of
from tests.analysis.estates import analyses


def _tenant(pod: str = "", workload: str = "", namespace: str = "", settings: dict[str, Any] | None = None) -> Any:
    made = analyses(
        f"""
apiVersion: v1
kind: Namespace
metadata: {{name: erp, labels: {{{namespace}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: it, namespace: erp, labels: {{{workload}}}}}
spec:
  template:
    metadata: {{labels: {{{pod}}}}}
    spec: {{containers: [{{name: it, image: it}}]}}
""",
        settings=settings,
    )
    (found,) = all_pods(made)
    return tenant_of(made, found)


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ({}, None),
        ({"pod": "app: odoo"}, None),
        ({"pod": "tenant: acme"}, "acme"),
        ({"workload": "erp.example/tenant: acme"}, "acme"),
        ({"namespace": "capsule.clastix.io/tenant: acme"}, "acme"),
        ({"pod": "x/tenant: acme", "workload": "tenant: globex", "namespace": "tenant: umbrella"}, "acme"),
        ({"workload": "a/tenant: globex, tenant: acme"}, "acme"),
        ({"pod": "tenants: acme", "namespace": "my-tenant: acme"}, None),
        ({"pod": "tenant: acme", "settings": {"tenant_labels": ["customer"]}}, None),
        ({"pod": "customer: acme", "settings": {"tenant_labels": ["customer"]}}, "acme"),
    ],
)
def test_tenant(labels: dict[str, Any], wanted: str | None) -> None:
    assert _tenant(**labels) == (None if wanted is None else Tenant(wanted))


def test_a_label_of_a_wrong_type_hides_the_tenant() -> None:
    assert _tenant(pod="tenant: [acme]", namespace="tenant: globex") == Tenant(None)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("acme", "acme", False),
        ("acme", "globex", True),
        ("${A}", "${A}", False),
        ("${A}", "${B}", None),
        ("acme", "${B}", None),
        (None, "acme", None),
        (None, None, None),
    ],
)
def test_differs(one: str | None, other: str | None, wanted: bool | None) -> None:
    assert Tenant(one).differs(Tenant(other)) is wanted
    assert Tenant(other).differs(Tenant(one)) is wanted
