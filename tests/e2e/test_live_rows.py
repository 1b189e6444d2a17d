"""Rows that only live state carries, or that need Azure beside what runs in its cluster: whole scans of such an estate.

`tests/data/live_rows`: ARM bodies as their GET returns them, and objects as the API server shows them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import erpguard

FOLDER = Path(__file__).parent.parent / "data" / "live_rows"
ROWS = ["NET113", "RBAC104", "RBAC106", "RBAC107", "RBAC111", "RES016"]


@cache
def judged() -> erpguard.ScanResult:
    """The result of a scan of all of it."""
    return erpguard.scan([str(FOLDER)], root=str(FOLDER), select=ROWS, as_of="2026-01-31")


def only(policy: str) -> erpguard.Finding:
    (found,) = [finding for finding in judged().findings if finding.policy == policy]
    return found


def test_each_row_has_one_finding() -> None:
    assert judged().problems == []
    assert sorted(finding.policy for finding in judged().findings) == ROWS
    assert judged().undetermined == []


def test_who_holds_a_role_for_good() -> None:
    """Of three active Owners one was activated, and one assignment ends."""
    user, subscription = "user 5f1c0001-aaaa-4bbb-8ccc-ddddeeeeffff", "0a1b2c3d-1111-4222-8333-444455556666"
    assert only("RBAC104").message.endswith(f": {user} is Owner on subscription {subscription} for good")


def test_owners_are_counted_with_inherited_and_eligible_ones() -> None:
    found = only("RBAC106")
    assert found.message.startswith(
        "subscription erp-prod has 4 Owners: user 5f1c0001-aaaa-4bbb-8ccc-ddddeeeeffff, group"
    )
    assert found.message.endswith("; 2 to 3 are accepted")
    assert len(found.related) == 4


def test_whom_the_directory_no_longer_knows() -> None:
    text = "user 5f1c0005-aaaa-4bbb-8ccc-ddddeeeeffff no longer exists, and is Reader on resource group rg-erp-prod"
    assert only("RBAC107").message == f"roleAssignments 00000005-0000-4000-8000-000000000000: {text}"


def test_the_way_from_a_pod_to_the_key_vault() -> None:
    assert [hop.message for hop in only("RBAC111").flow] == [
        "pods of Deployment odoo run as odoo",
        "ServiceAccount odoo gets tokens of the cluster",
        "they are exchanged for those of identity id-odoo",
        "id-odoo is Key Vault Secrets User on resource kv-erp",
        "key vault kv-erp is there",
    ]


def test_the_way_from_the_internet_to_the_database() -> None:
    found = only("NET113")
    assert found.message == "Service db is a way from the internet to StatefulSet db, at port 5432"
    assert [hop.message for hop in found.flow] == [
        "the internet reaches the public address 20.93.10.20",
        "rule allow-postgres of nsg-nodes lets the internet reach port 5432",
        "the load balancer of cluster aks-erp takes it",
        "Service db is published to everybody at port 5432",
        "NetworkPolicy db admits every address",
        "StatefulSet db answers",
    ]
    assert {hop.place.file for hop in found.flow} == {"azure.json", "cluster.yaml"}


def test_ways_are_code_flows_in_sarif() -> None:
    log = judged().to_sarif()
    flows = {
        result["ruleId"]: len(result["codeFlows"][0]["threadFlows"][0]["locations"])
        for result in log["runs"][0]["results"]
        if result.get("codeFlows")
    }
    assert flows == {"NET113": 6, "RBAC111": 5}


def test_what_fits_no_pool() -> None:
    text = "a pod asks for 6 cpu and 4 GiB; there is no pool for it: apps (Standard_D4s_v5): 3.86 cpu and 15.3 GiB"
    assert only("RES016").message == f"Deployment odoo: {text}"
