"""Blocks that `dynamic` makes over what is not known yet are in no plan: the source decides, where it is at hand."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import erpguard
from tests.sources.terraform.plans import change, plan, resource, written

NSG = "azurerm_network_security_group.db"
POLICY = "NET101"
LOCATED = {"resource_group_name": "rg-erp-prod", "location": "westeurope"}
HEAD = 'resource "azurerm_network_security_group" "db" {\n  name = "nsg-db"\n'
PLAIN = HEAD + "}\n"
DYNAMIC = (
    HEAD + '  dynamic "security_rule" {\n    for_each = var.rules\n    content {\n      name = "r"\n    }\n  }\n}\n'
)
SSH = {
    "name": "ssh", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
    "source_port_range": "*", "source_address_prefix": "*", "destination_address_prefix": "*",
    "destination_port_range": "22",
}  # fmt: skip


def group(address: str = NSG, unknown: Any = True, **after: Any) -> dict[str, Any]:
    """A group whose rules are not known."""
    mask = {"id": True, "security_rule": unknown}
    return change(address, {"name": "nsg-db", **LOCATED, **after}, after_unknown=mask)


def configured(**expressions: Any) -> dict[str, Any]:
    """What a plan says of the block: nothing of a `dynamic` one."""
    return resource(NSG, name={"constant_value": "nsg-db"}, **expressions)


def outcome(folder: Path, given: dict[str, Any], policy: str = POLICY, **settings: Any) -> tuple[int, int, int]:
    """(failed, undetermined, passed) of a plan in a folder."""
    (folder / "plan.json").write_text(json.dumps(given))
    files = [str(path) for path in sorted(folder.glob("plan.*"))]
    result = erpguard.scan(files, root=str(folder), select=[policy], **settings)
    assert result.problems == []
    counts = result.counts[policy]
    return counts.failed, counts.undetermined, counts.passed


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


FAILED, UNDETERMINED, PASSED = (1, 0, 0), (0, 1, 0), (0, 0, 1)
GIVEN = plan(group(), configuration=written(configured()))


def test_without_sources_it_has_no_rules(tmp_path: Path) -> None:
    """What is unknown and in no expression was asked for by nobody: the default of Azure, which is no rule."""
    assert outcome(tmp_path, GIVEN) == PASSED


@pytest.mark.parametrize(("source", "expected"), [(PLAIN, PASSED), (DYNAMIC, UNDETERMINED)])
def test_sources_decide(tmp_path: Path, source: str, expected: tuple[int, int, int]) -> None:
    write(tmp_path, main=source)
    assert outcome(tmp_path, GIVEN, source_dir=str(tmp_path)) == expected


@pytest.mark.parametrize(("source", "expected"), [(PLAIN, PASSED), (DYNAMIC, UNDETERMINED)])
def test_sources_within_a_binary_plan_decide(tmp_path: Path, source: str, expected: tuple[int, int, int]) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("tfplan", b"\x08\x03")
        opened.writestr("tfconfig/modules.json", json.dumps([{"Key": "", "Dir": "."}]))
        opened.writestr("tfconfig/m-/main.tf", source)
    (tmp_path / "plan.tfplan").write_bytes(made.getvalue())
    assert outcome(tmp_path, GIVEN) == expected


def test_a_rule_that_is_known_decides_beside_them(tmp_path: Path) -> None:
    """With one that is known, Terraform knows the number of blocks: what is open is open."""
    write(tmp_path, main=DYNAMIC)
    given = plan(group(unknown=[{}], security_rule=[SSH]), configuration=written(configured()))
    assert outcome(tmp_path, given, source_dir=str(tmp_path)) == FAILED
    assert outcome(tmp_path, given) == FAILED


def test_what_a_dynamic_block_leaves_open_is_not_the_default(tmp_path: Path) -> None:
    """One rule is written in full, the other is made by a `dynamic` block, which sets what the first does not."""
    other = {**SSH, "name": "b", "priority": 110}
    del other["source_address_prefix"]
    known = {**SSH, "name": "a", "source_address_prefix": "10.0.0.0/8"}
    mask = [{}, {"source_address_prefix": True}]
    block = {key: {"constant_value": value} for key, value in known.items() if key != "source_address_prefix"}
    entry = group(unknown=mask, security_rule=[known, other])
    given = plan(entry, configuration=written(configured(security_rule=[block])))
    static = 'security_rule {\n    name = "a"\n  }\n'
    write(tmp_path, main=DYNAMIC.replace("  dynamic", f"  {static}  dynamic"))
    assert outcome(tmp_path, given, source_dir=str(tmp_path)) == UNDETERMINED
    assert outcome(tmp_path, given) == UNDETERMINED


@pytest.mark.parametrize("instance", ["module.net", 'module.net["a"]', "module.net[0]"])
@pytest.mark.parametrize(("source", "expected"), [(PLAIN, PASSED), (DYNAMIC, UNDETERMINED)])
def test_in_a_module(tmp_path: Path, instance: str, source: str, expected: tuple[int, int, int]) -> None:
    call = {"source": "./net", "module": {"resources": [configured()]}}
    write(tmp_path, main='module "net" {\n  source = "./net"\n}\n', net__main=source)
    given = plan(group(f"{instance}.{NSG}"), configuration=written(module_calls={"net": call}))
    assert outcome(tmp_path, given, source_dir=str(tmp_path)) == expected


def test_a_downloaded_module_is_not_at_hand(tmp_path: Path) -> None:
    """Its files are in no repository; so it is judged as without sources."""
    call = {"source": "Azure/net/azurerm", "module": {"resources": [configured()]}}
    write(tmp_path, main='module "net" {\n  source = "Azure/net/azurerm"\n}\n')
    given = plan(group(f"module.net.{NSG}"), configuration=written(module_calls={"net": call}))
    assert outcome(tmp_path, given, source_dir=str(tmp_path)) == PASSED


def test_an_override_may_add_one(tmp_path: Path) -> None:
    write(tmp_path, main=PLAIN, override=DYNAMIC)
    assert outcome(tmp_path, GIVEN, source_dir=str(tmp_path)) == UNDETERMINED


ACCOUNT = "azurerm_storage_account.dump"
ACCOUNT_HEAD = 'resource "azurerm_storage_account" "dump" {\n  name = "stdump"\n'
NESTED = (
    ACCOUNT_HEAD + "  blob_properties {\n    versioning_enabled = true\n"
    '    dynamic "delete_retention_policy" {\n      for_each = var.days\n      content {}\n    }\n  }\n}\n'
)
MADE = (
    ACCOUNT_HEAD + '  dynamic "blob_properties" {\n    for_each = var.blobs\n    content {\n'
    '      dynamic "delete_retention_policy" {\n        for_each = var.days\n        content {}\n      }\n'
    "    }\n  }\n}\n"
)
ELSEWHERE = ACCOUNT_HEAD + (
    "  blob_properties {\n    versioning_enabled = true\n  }\n"
    '  dynamic "delete_retention_policy" {\n    for_each = var.days\n    content {}\n  }\n}\n'
)
STATIC = ACCOUNT_HEAD + "  blob_properties {\n    versioning_enabled = true\n  }\n}\n"


@pytest.mark.parametrize(
    ("source", "expected"), [(NESTED, UNDETERMINED), (MADE, UNDETERMINED), (STATIC, FAILED), (ELSEWHERE, FAILED)]
)
def test_within_a_block(tmp_path: Path, source: str, expected: tuple[int, int, int]) -> None:
    """A `dynamic` block speaks for the blocks that it makes where it stands, and for none of that name elsewhere."""
    blobs = {"versioning_enabled": True, "container_delete_retention_policy": [{"days": 30}]}
    values = {
        "name": "stdump",
        "account_tier": "Standard",
        "account_replication_type": "ZRS",
        "account_kind": "StorageV2",
        "blob_properties": [blobs],
        "tags": {"tier": "backup", "environment": "production"},
    }
    mask = {"id": True, "blob_properties": [{"delete_retention_policy": True}]}
    blocks = [{"versioning_enabled": {"constant_value": True}}] if source is not MADE else None
    expressions = {"blob_properties": blocks} if blocks else {}
    entry = change(ACCOUNT, {**LOCATED, **values}, after_unknown=mask)
    given = plan(entry, configuration=written(resource(ACCOUNT, **expressions)))
    write(tmp_path, main=source)
    assert outcome(tmp_path, given, "BAK016", source_dir=str(tmp_path)) == expected


def test_the_attribute_of_that_name_is_in_an_expression(tmp_path: Path) -> None:
    """`security_rule = var.rules` is no block: its expression says that somebody asked for rules."""
    write(tmp_path, main=HEAD + "  security_rule = var.rules\n}\n")
    given = plan(group(), configuration=written(configured(security_rule="var.rules")))
    assert outcome(tmp_path, given, source_dir=str(tmp_path)) == UNDETERMINED
    assert outcome(tmp_path, given) == UNDETERMINED


def test_a_kind_that_another_resource_makes_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, main=PLAIN + DYNAMIC.replace('"db"', '"other"'))
    assert outcome(tmp_path, GIVEN, source_dir=str(tmp_path)) == PASSED
