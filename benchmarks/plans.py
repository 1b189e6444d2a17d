"""Terraform plans of any size, as `terraform show -json` writes them: all on one line, every value several times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_PROVIDER = "registry.terraform.io/hashicorp/azurerm"
_TEXT = "An allowed connection between tiers of the platform, reviewed with the network team. " * 2


def write_plan(path: str, megabytes: int) -> int:
    """Write a plan of about that size; returns the number of its resources.

    Network security groups with 30 rules each, subnets with their associations, storage accounts, databases and disks,
    in `planned_values`, `resource_changes`, `prior_state` and `configuration`, as they are in real plans.
    """
    sample = [_change(number) for number in range(100)]
    each = sum(len(json.dumps(one["change"]["after"])) * 2.93 + 640 for one in sample) / 100
    count = int(megabytes * 1_000_000 / each)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{_values(count)}')
        file.write(',"resource_changes":[')
        for number in range(count):
            file.write(("," if number else "") + _compact(_change(number)))
        file.write(f'],"prior_state":{{"format_version":"1.0","values":{_values(count)}}}')
        file.write(f',"configuration":{_configuration(count)},"timestamp":"2026-01-31T10:00:00Z","errored":false}}')
    return count


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _values(count: int) -> str:
    resources = ",".join(
        _compact({**_head(number), "schema_version": 0, "values": _attributes(number), "sensitive_values": {}})
        for number in range(count)
    )
    return f'{{"root_module":{{"resources":[{resources}]}}}}'


def _change(number: int) -> dict[str, Any]:
    after = _attributes(number)
    change = {
        "actions": ["create"],
        "before": None,
        "after": after,
        "after_unknown": {"id": True, **({"subnet_id": True} if "subnet_id" in after else {})},
        "before_sensitive": False,
        "after_sensitive": {},
    }
    return {**_head(number), "provider_name": _PROVIDER, "change": change}


_TYPES = (
    "azurerm_network_security_group",
    "azurerm_subnet",
    "azurerm_storage_account",
    "azurerm_postgresql_flexible_server",
    "azurerm_managed_disk",
)


def _head(number: int) -> dict[str, Any]:
    type_ = _TYPES[number % len(_TYPES)]
    name = f"r{number // len(_TYPES)}"
    return {"address": f"{type_}.{name}", "mode": "managed", "type": type_, "name": name}


def _attributes(number: int) -> dict[str, Any]:
    index = number // len(_TYPES)
    common = {"name": f"erp-{number}", "resource_group_name": f"rg-erp-{index % 50}", "location": "westeurope"}
    return {
        **common,
        "tags": {"environment": "production", "owner": "platform"},
        **_MAKERS[number % len(_TYPES)](index),
    }


def _group(index: int) -> dict[str, Any]:
    return {"security_rule": [_rule(index, number) for number in range(30)]}


def _rule(index: int, number: int) -> dict[str, Any]:
    return {
        "name": f"rule-{number}",
        "priority": 100 + number,
        "direction": "Inbound" if number % 3 else "Outbound",
        "access": "Allow" if number % 5 else "Deny",
        "protocol": "Tcp",
        "description": _TEXT,
        "source_port_range": "*",
        "source_port_ranges": [],
        "destination_port_range": "",
        "destination_port_ranges": ["443", str(8000 + number)],
        "source_address_prefix": "",
        "source_address_prefixes": [f"10.{index % 250}.{number}.0/24"],
        "source_application_security_group_ids": [],
        "destination_address_prefix": "*",
        "destination_address_prefixes": [],
        "destination_application_security_group_ids": [],
    }


def _subnet(index: int) -> dict[str, Any]:
    return {"virtual_network_name": "hub", "address_prefixes": [f"10.{index % 250}.0.0/16"]}


def _storage(index: int) -> dict[str, Any]:
    return {
        "account_tier": "Standard",
        "account_replication_type": "ZRS",
        "min_tls_version": "TLS1_2" if index % 7 else "TLS1_0",
        "https_traffic_only_enabled": True,
        "shared_access_key_enabled": False,
        "public_network_access_enabled": bool(index % 2),
        "network_rules": [{"default_action": "Deny", "bypass": ["AzureServices"], "ip_rules": []}],
    }


def _server(index: int) -> dict[str, Any]:
    return {"version": "16", "sku_name": "GP_Standard_D4s_v3", "backup_retention_days": 35 if index % 9 else 7}


def _disk(index: int) -> dict[str, Any]:
    return {"storage_account_type": "Premium_LRS", "disk_size_gb": 128 + index % 100, "create_option": "Empty"}


_MAKERS = (_group, _subnet, _storage, _server, _disk)


def _configuration(count: int) -> str:
    def resources() -> Iterator[str]:
        for number in range(count):
            expressions = {key: {"constant_value": value} for key, value in _plain(number)}
            entry = {**_head(number), "provider_config_key": "azurerm", "expressions": expressions, "schema_version": 0}
            yield _compact(entry)

    return f'{{"root_module":{{"resources":[{",".join(resources())}]}}}}'


def _plain(number: int) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in _attributes(number).items() if not isinstance(value, (list, dict))]
