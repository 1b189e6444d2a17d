"""A finding stands at the item, the attribute or the block that one has to change: read back from the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.model import Place
from tests.sources.terraform.plans import change, plan, resource, written

LOCATED = {"resource_group_name": "rg-erp-prod", "location": "westeurope"}
RANGES = ["0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32"]
CLUSTER = {
    "name": "aks", **LOCATED, "default_node_pool": [{"name": "system", "vm_size": "Standard_D4s_v5"}],
    "api_server_access_profile": [{"authorized_ip_ranges": RANGES}],
}  # fmt: skip
OLDER = {**CLUSTER, "api_server_access_profile": [], "api_server_authorized_ip_ranges": RANGES}
RULES = {"default_action": "Deny", "ip_rules": ["0.0.0.0/0", "203.0.113.7"], "bypass": ["AzureServices"]}
ACCOUNT = {
    "name": "sterp", **LOCATED, "account_tier": "Standard", "account_replication_type": "ZRS",
    "public_network_access_enabled": True, "network_rules": [RULES],
}  # fmt: skip
ROLE = {
    "name": "operator", "scope": "/subscriptions/0", "assignable_scopes": ["/subscriptions/0"],
    "permissions": [{"actions": ["Microsoft.Web/*/read", "*"], "not_actions": []}],
}  # fmt: skip
CASES: dict[str, tuple[str, str, dict[str, Any], str, str, str]] = {
    "item of a set": (
        "NET109", "azurerm_kubernetes_cluster", CLUSTER, '"0.0.0.0/0"',
        'api_server_access_profile {\n    authorized_ip_ranges = ["203.0.113.7/32", "10.0.0.0/8", "0.0.0.0/0"]\n  }',
        '"0.0.0.0/0"',
    ),
    "item of a set, by an older name": (
        "NET109", "azurerm_kubernetes_cluster", OLDER, '"0.0.0.0/0"',
        'api_server_authorized_ip_ranges = [var.office, "0.0.0.0/0", "10.0.0.0/8"]', '"0.0.0.0/0"',
    ),
    "item of a set, not written out": (
        "NET109", "azurerm_kubernetes_cluster", CLUSTER, '"0.0.0.0/0"',
        "api_server_access_profile {\n    authorized_ip_ranges = var.ranges\n  }", "authorized_ip_ranges = var.ranges",
    ),
    "item that ARM has as an object": (
        "NET107", "azurerm_storage_account", ACCOUNT, '"0.0.0.0/0"',
        'network_rules {\n    default_action = "Deny"\n    ip_rules = ["203.0.113.7", "0.0.0.0/0"]\n  }', '"0.0.0.0/0"',
    ),
    "item of a list": (
        "RBAC103", "azurerm_role_definition", ROLE, '"*"',
        'permissions {\n    actions = ["Microsoft.Web/*/read", "*"]\n  }', '"*"',
    ),
    "attribute that is null": (
        "RBAC108", "azurerm_kubernetes_cluster", {**CLUSTER, "local_account_disabled": None,
        "azure_active_directory_role_based_access_control": [{"azure_rbac_enabled": True}]},
        '"local_account_disabled": null', "", 'resource "azurerm_kubernetes_cluster" "erp"',
    ),
    "attribute that is not there": (
        "RBAC108", "azurerm_kubernetes_cluster", {**CLUSTER,
        "azure_active_directory_role_based_access_control": [{"azure_rbac_enabled": True}]},
        '"after"', 'default_node_pool {\n    name = "system"\n  }', 'resource "azurerm_kubernetes_cluster" "erp"',
    ),
    "attribute of a block that is not there": (
        "NET110", "azurerm_kubernetes_cluster", {**CLUSTER, "network_profile": [{"network_plugin": "azure"}]},
        '{\n              "network_plugin"', 'network_profile {\n    network_plugin = "azure"\n  }', "network_profile",
    ),
}  # fmt: skip


def read_back(text: str, place: Place) -> str:
    """What stands in a region: lines and columns counted once more, by hand."""
    lines = text.split("\n")
    first, last = lines[place.line - 1], lines[place.end_line - 1]
    if place.line == place.end_line:
        return first[place.column - 1 : place.end_column - 1]
    between = lines[place.line : place.end_line - 1]
    return "\n".join((first[place.column - 1 :], *between, last[: place.end_column - 1]))


@pytest.mark.parametrize("case", CASES)
def test_a_finding_stands_where_one_changes_it(case: str, tmp_path: Path) -> None:
    policy, type_, after, in_plan, block, in_source = CASES[case]
    address = f"{type_}.erp"
    given = json.dumps(plan(change(address, after), configuration=written(resource(address))), indent=2)
    source = f'# The platform.\nresource "{type_}" "erp" {{\n  name = "{after["name"]}"\n  {block}\n}}\n'
    (tmp_path / "plan.json").write_text(given)
    (tmp_path / "main.tf").write_text(source)
    for folder, text, expected in (("", given, in_plan), (str(tmp_path), source, in_source)):
        result = erpguard.scan([str(tmp_path / "plan.json")], root=str(tmp_path), select=[policy], source_dir=folder)
        (found,) = result.findings
        assert found.place.file == ("main.tf" if folder else "plan.json")
        assert read_back(text, found.place) == expected
