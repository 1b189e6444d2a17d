"""Every row of the verified table of names, with made-up values, through both providers.

`azure-mapping.tsv` beside this file is the table that the project was given: property names of ARM, azurerm and
azure-native, each verified to exist in the providers' own schemas. What a transform makes of a value is said here once
more, independent of the mappings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.azure.mapping import mapping
from tests.normalize.azure.declared import GROUP, declare, made

TABLE = Path(__file__).with_name("azure-mapping.tsv")

ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.X/y/z"

# The text of the column "transform" -> the value of azurerm, and what ARM has then.
SAMPLES: dict[str, tuple[Any, Any]] = {
    "absent -> false": (True, True),
    'bool -> "true"/"false"': (True, "true"),
    "bool -> Enabled/Disabled": (False, "Disabled"),
    "NOT, string": (True, "false"),
    "NOT": (True, False),
    "set -> sorted list": (["b", "a"], ["a", "b"]),
    "-1 -> absent": (7, 7),
    "MB/1024": (131072, 128),
    "lower-case": (["Get", "List"], ["get", "list"]),
    "location-normalise": ("West Europe", "westeurope"),
    "split: GP_Standard_D4s_v3 -> name": ("GP_Standard_D4s_v3", "Standard_D4s_v3"),
    "split: B/GP/MO": ("MO_Standard_E4s_v3", "MemoryOptimized"),
    "private/blob/container": ("container", "Container"),
    'set -> "AzureServices, Logging"': (["Logging", "AzureServices"], "AzureServices, Logging"),
    'set -> "SMB3.0': (["SMB3.1.1", "SMB3.0"], "SMB3.0;SMB3.1.1"),
    "set -> ;-joined": (["AES-256-GCM"], "AES-256-GCM"),
    "split key id": ("https://kv-erp.vault.azure.net/keys/storage/1", "storage"),
    "presence -> Microsoft.Keyvault": (
        [{"key_vault_key_id": "https://kv-erp.vault.azure.net/keys/s"}],
        "Microsoft.Keyvault",
    ),
    "presence -> Enabled": ([{"day_of_week": 1}], "Enabled"),
    "name -> id lookup": (
        "Contributor",
        "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
    ),
    "false -> ARM null": (True, True),
}

# What a row needs besides its own attribute: azurerm path -> values.
BESIDE: dict[str, dict[str, Any]] = {
    "account_tier": {"account_replication_type": "GRS"},
    "account_replication_type": {"account_tier": "Standard"},
    "private_service_connection[0].request_message": {"private_service_connection": [{"is_manual_connection": True}]},
    "snapshot_retention_in_days": {"backup_tier": "vault-standard"},
}
EXPECTED = {"account_tier": ("Premium", "Premium_GRS"), "account_replication_type": ("ZRS", "Standard_ZRS")}

# Rows of older names that are a block of their own: `metric` has what `enabled_metric[].category` has.
OLD_PATHS = {"metric": "metric[].category", "service_endpoints": "service_endpoints[]", "storage_account_name": ""}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))


def bare(text: str) -> str:
    """A type without the remark behind it."""
    return re.sub(r" \(.*", "", text)


def kind(arm: str, path: str) -> Any:
    """What the shape of an ARM type has at a path."""
    described = arm_type(arm)
    shape: Any = described.shape if described else {}
    for step in steps(path):
        if isinstance(shape, list):
            shape = shape[0] if isinstance(step, int) else None
        elif isinstance(shape, dict):
            shape = shape.get(step, shape.get("*"))
    return shape


def steps(path: str) -> list[str | int]:
    found: list[str | int] = []
    for part in path.split("."):
        key, *indexes = re.split(r"\[(\d*)\]", part)
        found.append(key)
        found += [int(one or 0) for one in indexes if one or one == ""][: part.count("[")]
    return found


def sample(row: dict[str, str]) -> tuple[Any, Any]:
    """The value of azurerm and that of ARM."""
    if row["azurerm_path_v5"] in EXPECTED:
        return EXPECTED[row["azurerm_path_v5"]]
    text = row["transform_azurerm_to_arm"]
    for prefix, found in SAMPLES.items():
        if text.startswith(prefix):
            return found
    if row["arm_path"] == "tags":
        return {"team": "erp"}, {"team": "erp"}
    shape = kind(bare(row["arm_type"]), row["arm_path"])
    value: Any = [ID] if isinstance(shape, list) else {"bool": True, "int": 14, "number": 14}.get(str(shape), ID)
    return value, value


def nested(path: str, value: Any, merged: dict[str, Any] | None = None) -> dict[str, Any]:
    """Values with something at a path."""
    whole: dict[str, Any] = merged or {}
    node: Any = whole
    found = steps(path)
    for step, following in zip(found, found[1:], strict=False):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(node, list):
            node.append(empty) if len(node) <= int(step) else None
            node = node[int(step)]
        else:
            node = node.setdefault(step, empty)
    if isinstance(node, list):
        node.append(value)
    else:
        node[found[-1]] = value
    return whole


def cases() -> Iterator[Any]:
    for row in rows():
        path = row["arm_path"]
        if path.startswith("("):
            continue
        type_ = bare(row["azurerm_type"])
        old = OLD_PATHS.get(row["azurerm_path_v4_if_different"], row["azurerm_path_v4_if_different"])
        for source in (row["azurerm_path_v5"], old):
            if source not in ("", "-") and path != "id":
                yield pytest.param(row, type_, source, id=f"{type_}-{path}-{source}")


def values_of(row: dict[str, str], source: str) -> tuple[dict[str, Any], Any]:
    value, expected = sample(row)
    transform = row["transform_azurerm_to_arm"]
    if source != row["azurerm_path_v5"] and "v4 bool" in transform:
        value, expected = False, "Disabled"
    if source == "local_authentication_disabled":
        value = expected
    lists = row["arm_path"].count("[]") - source.count("[]")
    if lists > 0 and transform.startswith(("wrap id", "wrap {", "split to child", "FOLD")):
        value = [value]
    beside = deepcopy(BESIDE.get(source, {}))
    return nested(source, value, {"resource_group_name": GROUP, **beside}), expected


def read(body: Any, path: str) -> list[Any]:
    """What stands at a path, in any item of its lists."""
    values = [body]
    for step in steps(path):
        if isinstance(step, int):
            values = [item for value in values if isinstance(value, list) for item in value]
        else:
            values = [value[step] for value in values if isinstance(value, dict) and step in value]
    return values


@pytest.mark.parametrize(("row", "type_", "source"), list(cases()))
def test_azurerm(row: dict[str, str], type_: str, source: str) -> None:
    values, expected = values_of(row, source)
    arm, path = bare(row["arm_type"]), row["arm_path"]
    declared = [declare(f"{type_}.a", values)]
    if type_ == "azurerm_subnet_network_security_group_association":
        id_ = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/db"
        declared = [declare(f"{type_}.a", {**values, "subnet_id": id_}), declare("azurerm_subnet.b", {"id": id_})]
    found = made(*declared)
    assert found.problems == []
    resource = next(one for one in found.resources if one.type == arm)
    assert expected in read(resource.body, path)


def native_cases() -> Iterator[Any]:
    for row in rows():
        path, source = row["arm_path"], row["pulumi_input_path"]
        token = bare(row["pulumi_token"])
        if source in ("-", "") or not token.startswith("azure-native:") or path.startswith("(") or path == "id":
            continue
        if source in ("addonProfiles", "properties.policyRules"):
            continue  # the same shape as ARM's, and covered by the test of whole bodies below
        tokens = [token, *re.findall(r"v2: ([\w:-]+)", row["pulumi_token"])]
        for one in tokens:
            yield pytest.param(row, one, id=f"{one}-{path}")


@pytest.mark.parametrize(("row", "token"), list(native_cases()))
def test_azure_native(row: dict[str, str], token: str) -> None:
    arm, path = bare(row["arm_type"]), row["arm_path"]
    _, expected = sample(row)
    values = nested(row["pulumi_input_path"], expected, {"resourceGroupName": GROUP})
    found = made(declare(f"urn:pulumi:prod::erp::{token}::a", values))
    assert found.problems == []
    resource = next(one for one in found.resources if one.type == arm)
    assert expected in read(resource.body, path)


def test_the_whole_table_is_walked() -> None:
    assert len(rows()) == 346
    assert len(list(cases())) > 320
    assert len(list(native_cases())) > 310


def test_every_type_of_the_table_has_a_mapping() -> None:
    missing = set()
    for row in rows():
        if mapping("azurerm", bare(row["azurerm_type"])) is None:
            missing.add(row["azurerm_type"])
        token = bare(row["pulumi_token"])
        if token.startswith("azure-native:") and mapping("azure-native", token) is None:
            missing.add(token)
    assert missing == set()
