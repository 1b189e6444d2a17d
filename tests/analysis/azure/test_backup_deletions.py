"""Backups in Azure that pods can delete: by which role, over what, and what keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.backup.backup_deletions import backup_deletions
from erpguard.estate import Estate
from tests.analysis.azure.arm_estates import GROUP, Body, arm_id, body
from tests.analysis.azure.arm_estates import analyses as azure
from tests.analysis.estates import resource

SUBSCRIPTION = "/subscriptions/1111"
STORAGE = "Microsoft.Storage/storageAccounts"
RECOVERY = "Microsoft.RecoveryServices/vaults"
BACKUP = "Microsoft.DataProtection/backupVaults"
POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
CLUSTER = "Microsoft.ContainerService/managedClusters"

ROLES = {
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "Storage Account Backup Contributor": "e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1",
    "Storage Account Contributor": "17d1049b-9a84-46fb-8f53-869881c3d3ab",
    "Reader and Data Access": "c12c1c16-33a1-487b-954d-41c89c60f349",
    "Backup Contributor": "5e467623-bb1f-42f4-a55d-6e525e11384b",
    "Backup Operator": "00c29273-979b-4161-815c-10b084fb9324",
    "elsewhere": "dddddddd-0000-4000-8000-000000000001",
}


def _assignment(role: str, scope: str, **more: str) -> Body:
    properties = {
        "roleDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLES[role]}",
        "principalId": "5f1c",
        "principalType": "ServicePrincipal",
        "scope": scope,
        **more,
    }
    id_ = f"{scope}/providers/Microsoft.Authorization/roleAssignments/0001"
    return {"id": id_, "name": "0001", "type": "Microsoft.Authorization/roleAssignments", "properties": properties}


def _estate(*bodies: Body, cluster: Body | None = None, **pod: Any) -> Analyses:
    """Pods of Odoo in a cluster whose kubelet has the principal 5f1c."""
    own = {"identityProfile": {"kubeletidentity": {"objectId": "5f1c"}}, **(cluster or {})}
    made = azure(body(CLUSTER, "aks", own, identity={"type": "SystemAssigned", "principalId": "9999"}), *bodies)
    spec = {"containers": [{"name": "odoo", "image": "odoo:18.0"}], **pod}
    objects = [resource("apps/v1", "Deployment", "odoo", spec={"template": {"spec": spec}})]
    return Analyses(Estate([*made.estate.resources, *objects]))


def _answer(made: Analyses) -> bool | None:
    view = backup_deletions(made)
    if any(row.get("right_to_delete") for row in view.rows.values()):
        return True
    return None if any("right_to_delete" in hidden for hidden in view.unknown.values()) else False


def _vault(type_: str, state: str) -> Body:
    return body(type_, "vault", {"securitySettings": {"immutabilitySettings": {"state": state}}})


@pytest.mark.parametrize(
    ("type_", "name", "roles"),
    [
        (
            STORAGE,
            "stbackup",
            {"Storage Blob Data Contributor", "Storage Account Contributor", "Reader and Data Access"},
        ),
        (STORAGE, "stfiles", set()),
        (RECOVERY, "vault", {"Backup Contributor"}),
        (BACKUP, "vault", {"Backup Contributor"}),
        (POSTGRES, "psql", set()),
    ],
)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "elsewhere"])
def test_by_built_in_roles(type_: str, name: str, roles: set[str], role: str) -> None:
    made = _estate(body(type_, name), _assignment(role, f"{SUBSCRIPTION}/resourceGroups/rg-erp-prod"))
    privileged = role in ("Owner", "Contributor", "User Access Administrator") and name != "stfiles"
    assert _answer(made) is (role in roles or privileged)


@pytest.mark.parametrize(
    ("role", "keys", "expected"),
    [
        ("Reader and Data Access", {}, True),
        ("Reader and Data Access", {"allowSharedKeyAccess": True}, True),
        ("Reader and Data Access", {"allowSharedKeyAccess": False}, False),
        ("Reader and Data Access", {"allowSharedKeyAccess": "${KEYS}"}, None),
        ("Storage Account Contributor", {"allowSharedKeyAccess": False}, True),
        ("Storage Blob Data Contributor", {"allowSharedKeyAccess": False}, True),
    ],
)
def test_keys_delete_nothing_where_the_account_does_not_take_them(
    role: str, keys: dict[str, Any], expected: bool | None
) -> None:
    made = _estate(body(STORAGE, "stbackup", keys), _assignment(role, arm_id(STORAGE, "stbackup")))
    assert _answer(made) is expected


@pytest.mark.parametrize(
    ("role", "type_", "expected"),
    [
        ("Storage Blob Data Contributor", STORAGE, None),
        ("User Access Administrator", STORAGE, None),
        ("User Access Administrator", RECOVERY, None),
        ("Contributor", STORAGE, True),
        ("Backup Contributor", RECOVERY, True),
    ],
)
def test_a_condition_may_take_the_right_away(role: str, type_: str, expected: bool | None) -> None:
    given = _assignment(role, arm_id(type_, "stbackup"), condition="@Resource[...] StringEquals 'a'")
    assert _answer(_estate(body(type_, "stbackup"), given)) is expected


@pytest.mark.parametrize("type_", [RECOVERY, BACKUP])
@pytest.mark.parametrize(
    ("state", "role", "expected"),
    [
        ("Disabled", "Backup Contributor", True),
        ("Unlocked", "Backup Contributor", False),
        ("Unlocked", "Contributor", True),
        ("Locked", "Contributor", False),
        ("Locked", "Owner", False),
        ("Disabled", "elsewhere", None),
        ("Unlocked", "elsewhere", None),
        ("Locked", "elsewhere", False),
    ],
)
def test_immutability_of_vaults(type_: str, state: str, role: str, expected: bool | None) -> None:
    made = _estate(_vault(type_, state), _assignment(role, arm_id(type_, "vault")))
    assert _answer(made) is expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"velero": "Locked"}, False),
        ({"velero": "Unlocked"}, True),
        ({"velero": "Locked", "barman": "Locked"}, False),
        ({"velero": "Locked", "barman": "Unlocked"}, True),
        ({"velero": "Locked", "files": "Unlocked"}, False),
        ({}, False),
    ],
)
def test_immutability_of_containers(states: dict[str, str], expected: bool) -> None:
    """Of the containers with backups all have to have it; without any there are no backups here."""
    containers = [
        body(
            f"{STORAGE}/blobServices/containers",
            f"sterp/default/{name}",
            {"immutabilityPolicy": {"properties": {"state": state}}},
        )
        for name, state in states.items()
    ]
    assignment = _assignment("Storage Blob Data Contributor", arm_id(STORAGE, "sterp"))
    assert _answer(_estate(body(STORAGE, "sterp"), *containers, assignment)) is expected


@pytest.mark.parametrize(("name", "expected"), [("velero", True), ("files", False)])
def test_the_scope_of_one_container(name: str, expected: bool) -> None:
    containers = [body(f"{STORAGE}/blobServices/containers", f"sterp/default/{one}", {}) for one in ("velero", "files")]
    scope = f"{GROUP}/{STORAGE}/sterp/blobServices/default/containers/{name}"
    made = _estate(body(STORAGE, "sterp"), *containers, _assignment("Storage Blob Data Contributor", scope))
    assert _answer(made) is expected


@pytest.mark.parametrize(
    ("role", "level", "expected"),
    [
        ("Contributor", "CanNotDelete", False),
        ("Contributor", "ReadOnly", False),
        ("Owner", "CanNotDelete", True),
        ("User Access Administrator", "CanNotDelete", True),
        ("elsewhere", "CanNotDelete", None),
    ],
)
def test_locks_bind_who_cannot_take_them_away(role: str, level: str, expected: bool | None) -> None:
    server = arm_id(POSTGRES, "psql")
    id_ = f"{server}/providers/Microsoft.Authorization/locks/keep"
    lock = {"id": id_, "name": "keep", "type": "Microsoft.Authorization/locks", "properties": {"level": level}}
    assert _answer(_estate(body(POSTGRES, "psql"), lock, _assignment(role, server))) is expected


@pytest.mark.parametrize(
    ("cluster", "pod", "expected"),
    [
        ({}, {}, True),
        ({"networkProfile": {"podLinkLocalAccess": "IMDS"}}, {}, True),
        ({"networkProfile": {"podLinkLocalAccess": "None"}}, {}, False),
        ({"networkProfile": {"podLinkLocalAccess": "None"}}, {"hostNetwork": True}, True),
    ],
)
def test_the_metadata_service(cluster: Body, pod: Body, expected: bool) -> None:
    made = _estate(body(POSTGRES, "psql"), _assignment("Contributor", arm_id(POSTGRES, "psql")), cluster=cluster, **pod)
    assert _answer(made) is expected


def test_the_way_ends_at_the_backups() -> None:
    assignment = _assignment("Storage Blob Data Contributor", arm_id(STORAGE, "stbackup"))
    made = _estate(body(STORAGE, "stbackup"), assignment)
    (row,) = [row for row in backup_deletions(made).rows.values() if row["right_to_delete"]]
    assert row["identity"] == "kubelet identity of aks"
    assert row["right"] == "is Storage Blob Data Contributor on resource stbackup"
    assert row["over"] == "backups in storage account stbackup"
    assert row["at"]["path"] == ["properties", "roleDefinitionId"]
    assert [step["message"] for step in row["flow"]] == [
        "pods on nodes of aks get tokens of the kubelet's identity",
        "kubelet identity of aks is Storage Blob Data Contributor on resource stbackup",
        "backups in storage account stbackup are there",
    ]
