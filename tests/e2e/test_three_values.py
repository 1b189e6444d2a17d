"""What a plan knows of a value, and what a policy makes of it: one table for each kind of decision."""

from __future__ import annotations

import json
from typing import Any

import pytest

import erpguard
from tests.plans import UNKNOWN, UNSET, Ref, Sensitive, plan, resource

GROUP: dict[str, Any] = {"resource_group_name": "rg-erp-prod", "location": "westeurope"}
PASS, FAIL, UNDETERMINED = "pass", "fail", "undetermined"


def outcome(policy: str, judged: str, *resources: dict[str, Any]) -> str:
    """What a policy says about the resource with that name."""
    text = json.dumps(plan(*resources)).encode()
    result = erpguard.scan(["-"], stdin=text, select=[policy])
    assert [problem for problem in result.problems if problem.level == "error"] == []
    if any(finding.resource_name == judged for finding in result.findings):
        return FAIL
    if any(finding.resource_name == judged for finding in result.undetermined):
        return UNDETERMINED
    counts = result.counts[policy]
    assert counts.passed, f"{policy} does not judge {judged}"
    return PASS


def storage(**attributes: Any) -> dict[str, Any]:
    given = {"account_tier": "Standard", "account_replication_type": "ZRS", **GROUP, **attributes}
    return resource("azurerm_storage_account", "erp", name="sterp", **given)


def server(**attributes: Any) -> dict[str, Any]:
    return resource("azurerm_postgresql_flexible_server", "erp", name="psql-erp", **GROUP, **attributes)


def cluster(**attributes: Any) -> dict[str, Any]:
    pool = [{"name": "system", "vm_size": "Standard_D4s_v5"}]
    given = {"default_node_pool": pool, "role_based_access_control_enabled": True, **GROUP, **attributes}
    return resource("azurerm_kubernetes_cluster", "erp", name="aks-erp", **given)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, PASS),
        (False, FAIL),
        (UNKNOWN, UNDETERMINED),
        (UNSET, PASS),  # supportsHttpsTrafficOnly is true by default since API version 2019-04-01
        (None, PASS),
        (Sensitive(False), UNDETERMINED),
        (Sensitive(True), UNDETERMINED),
        (Ref("azurerm_other.x.flag"), UNDETERMINED),
    ],
)
def test_a_switch(value: Any, expected: str) -> None:
    assert outcome("TLS006", "sterp", storage(https_traffic_only_enabled=value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (False, PASS),
        (True, FAIL),
        (UNKNOWN, UNDETERMINED),
        (UNSET, FAIL),  # allowSharedKeyAccess: null is the same as true
        (None, FAIL),
        (Sensitive(True), UNDETERMINED),
    ],
)
def test_a_switch_whose_default_is_bad(value: Any, expected: str) -> None:
    assert outcome("RBAC109", "sterp", storage(shared_access_key_enabled=value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.2", PASS),
        ("1.0", FAIL),
        ("1.1", FAIL),
        (UNKNOWN, UNDETERMINED),
        (Sensitive("1.0"), UNDETERMINED),
        (Ref("azurerm_other.x.version"), UNDETERMINED),
    ],
)
def test_a_choice(value: Any, expected: str) -> None:
    cache = resource("azurerm_redis_cache", "erp", name="redis-erp", minimum_tls_version=value, **GROUP)
    assert outcome("TLS003", "redis-erp", cache) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (35, PASS),
        (30, PASS),
        (29, FAIL),
        (UNKNOWN, UNDETERMINED),
        (UNSET, FAIL),  # backupRetentionDays is 7 by default
        (None, FAIL),
        (Sensitive(35), UNDETERMINED),
    ],
)
def test_a_number(value: Any, expected: str) -> None:
    assert outcome("BAK001", "psql-erp", server(backup_retention_days=value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"authorized_ip_ranges": ["192.0.2.0/24"]}], PASS),
        ([{"authorized_ip_ranges": ["0.0.0.0/0"]}], FAIL),
        ([{"authorized_ip_ranges": ["192.0.2.0/24", "0.0.0.0/0"]}], FAIL),
        ([{"authorized_ip_ranges": UNKNOWN}], UNDETERMINED),
        ([{"authorized_ip_ranges": ["192.0.2.0/24", UNKNOWN]}], UNDETERMINED),
        ([{"authorized_ip_ranges": Sensitive(["192.0.2.0/24"])}], UNDETERMINED),
        (UNKNOWN, UNDETERMINED),
        ([], FAIL),
        (None, FAIL),
    ],
)
def test_a_list(value: Any, expected: str) -> None:
    assert outcome("NET109", "aks-erp", cluster(api_server_access_profile=value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"azure_rbac_enabled": True, "tenant_id": "t"}], PASS),
        ([{"azure_rbac_enabled": False, "tenant_id": "t"}], FAIL),
        ([{"azure_rbac_enabled": UNKNOWN, "tenant_id": "t"}], UNDETERMINED),
        ([], FAIL),
        (None, FAIL),
        (UNKNOWN, UNDETERMINED),
    ],
)
def test_a_block(value: Any, expected: str) -> None:
    aks = cluster(azure_active_directory_role_based_access_control=value, local_account_disabled=True)
    assert outcome("RBAC108", "aks-erp", aks) == expected


def network(*others: dict[str, Any]) -> list[dict[str, Any]]:
    vnet = resource("azurerm_virtual_network", "hub", name="hub", address_space=["10.0.0.0/8"], subnet=UNSET, **GROUP)
    subnet = resource(
        "azurerm_subnet",
        "db",
        name="db",
        resource_group_name="rg-erp-prod",
        virtual_network_name="hub",
        address_prefixes=["10.0.1.0/24"],
    )
    group = resource("azurerm_network_security_group", "db", name="nsg-db", security_rule=UNSET, **GROUP)
    return [vnet, subnet, group, *others]


def association(subnet: Any, group: Any = None) -> dict[str, Any]:
    group = group or Ref("azurerm_network_security_group.db.id")
    type_ = "azurerm_subnet_network_security_group_association"
    return resource(type_, "db", subnet_id=subnet, network_security_group_id=group)


ELSEWHERE = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/shared"


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([association(Ref("azurerm_subnet.db.id"))], PASS),
        ([association(Ref("azurerm_subnet.db.id"), ELSEWHERE)], PASS),
        ([association(Ref("azurerm_subnet.db.id"), UNKNOWN)], UNDETERMINED),
        ([association(UNKNOWN)], UNDETERMINED),
        ([association(Ref("azurerm_subnet.other.id"))], UNDETERMINED),  # nobody knows what that is
        ([], FAIL),
    ],
)
def test_a_link(others: list[dict[str, Any]], expected: str) -> None:
    judged = outcome("NET105", "hub", *network(*others))
    assert judged == expected


def lock(scope: Any, level: Any = "CanNotDelete", **options: Any) -> dict[str, Any]:
    return resource("azurerm_management_lock", "keep", name="keep", scope=scope, lock_level=level, **options)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([lock(Ref("azurerm_postgresql_flexible_server.erp.id"))], PASS),
        ([lock(Ref("azurerm_postgresql_flexible_server.erp.id"), UNKNOWN)], UNDETERMINED),
        ([lock("/subscriptions/1/resourceGroups/rg-erp-prod")], PASS),
        ([lock("/subscriptions/1/resourceGroups/rg-other")], FAIL),
        ([lock(UNKNOWN)], UNDETERMINED),
        ([], FAIL),
        ([lock(Ref("azurerm_postgresql_flexible_server.erp.id"), actions=("delete",))], FAIL),
    ],
)
def test_something_that_is_missing(others: list[dict[str, Any]], expected: str) -> None:
    assert outcome("BAK020", "psql-erp", server(), *others) == expected
