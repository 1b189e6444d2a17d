"""What is backed up, and by what."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.model import Path, Resource
from tests.analysis.azure.arm_estates import GROUP, Body, analyses, arm_id, body, doubts, rows
from tests.analysis.estates import resource

MACHINE, DISK = "Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks"
ACCOUNT = "Microsoft.Storage/storageAccounts"
SHARE = f"{ACCOUNT}/fileServices/shares"
DATABASE = "Microsoft.Sql/servers/databases"
POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
CLUSTER = "Microsoft.ContainerService/managedClusters"
ITEM = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"
INSTANCE = "Microsoft.DataProtection/backupVaults/backupInstances"
SCALE_SET = f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/aks/virtualMachines/0"
NODES = "/subscriptions/1111/resourceGroups/MC_erp/providers"


def item(source: str, kind: str = MACHINE, **properties: Any) -> Body:
    return body(ITEM, "rsv/Azure/c/i", {"protectedItemType": kind, "sourceResourceId": source, **properties})


def instance(source: str, **properties: Any) -> Body:
    return body(INSTANCE, "bv/i", {"dataSourceInfo": {"resourceID": source}, **properties})


def protected(judged: Body, *others: Body, objects: tuple[Resource, ...] = ()) -> bool | None:
    made = analyses(judged, *others).estate
    view = Analyses(Estate([*made, *objects])).view("unprotected")
    (row,) = view.of(made.resources[0])
    answer: bool | None = row.fields.get("protected")
    assert ("protected" in row.unknown) == (answer is None)
    return answer


VM = body(MACHINE, "vm")


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (item(arm_id(MACHINE, "VM")), True),
        (item(arm_id(MACHINE, "vm"), protectionState="ProtectionError"), True),
        (item(arm_id(MACHINE, "vm"), protectionState="ProtectionStopped"), False),
        (item(arm_id(MACHINE, "vm"), protectionState="${STATE}"), None),
        (item(arm_id(MACHINE, "vm"), "AzureVmWorkloadSAPHanaDatabase"), False),
        (item(arm_id(MACHINE, "vm"), "${KIND}"), None),
        (item(arm_id(MACHINE, "other")), False),
        (item("${VM}"), None),
        (item("", virtualMachineId=arm_id(MACHINE, "vm")), True),
        (instance(arm_id(MACHINE, "vm")), True),
    ],
)
def test_machines(found: Body, answer: bool | None) -> None:
    assert protected(VM, found) is answer


def machine(**disks: Any) -> Body:
    return body(MACHINE, "vm", {"storageProfile": disks})


def on(id_: str) -> Body:
    return {"managedDisk": {"id": id_}}


PROTECTED = item(arm_id(MACHINE, "vm"))
OURS = arm_id(DISK, "disk")


@pytest.mark.parametrize(
    ("disk", "others", "answer"),
    [
        ({}, [], False),
        ({}, [instance(OURS)], True),
        ({}, [instance(OURS, currentProtectionState="SoftDeleted")], False),
        ({}, [machine(osDisk=on(OURS)), PROTECTED], True),
        (
            {},
            [
                machine(dataDisks=[on("${DISK}"), on(OURS.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))]),
                PROTECTED,
            ],
            True,
        ),
        ({}, [machine(dataDisks=[on(OURS)])], False),
        ({}, [machine(dataDisks=[on("${DISK}")]), PROTECTED], None),
        ({}, [machine(dataDisks=[on("${DISK}")])], False),
        ({}, [machine(dataDisks="${DISKS}"), PROTECTED], None),
        ({}, [machine(osDisk=on("${DISK}")), PROTECTED], False),
        ({"properties": {"osType": "Linux"}}, [machine(osDisk=on("${DISK}")), PROTECTED], None),
        ({"managedBy": arm_id(MACHINE, "vm")}, [VM, PROTECTED], True),
        ({"managedBy": arm_id(MACHINE, "vm")}, [VM], False),
        ({"managedBy": arm_id(MACHINE, "elsewhere")}, [], None),
        ({"managedBy": "${VM}"}, [], None),
        ({"managedByExtended": [arm_id(MACHINE, "other"), arm_id(MACHINE, "vm")]}, [VM, PROTECTED], True),
    ],
)
def test_disks(disk: Body, others: list[Body], answer: bool | None) -> None:
    assert protected({**body(DISK, "disk"), **disk}, *others) is answer


def claimed(namespace: str = "erp", **rest: Any) -> Body:
    tags = {"kubernetes.io-created-for-pvc-namespace": namespace}
    return {**body(DISK, "pvc", tags=tags, **rest), "id": f"{NODES}/{DISK}/pvc"}


AKS = body(CLUSTER, "aks", {"nodeResourceGroup": "mc_ERP"})


def aks_backup(**parameters: Any) -> Body:
    listed = [{"snapshotVolumes": True, **parameters}]
    policy = {"policyParameters": {"backupDatasourceParametersList": listed}}
    return instance(arm_id(CLUSTER, "aks"), policyInfo=policy)


@pytest.mark.parametrize(
    ("others", "answer"),
    [
        ([], False),
        ([AKS], False),
        ([AKS, aks_backup()], True),
        ([AKS, aks_backup(includedNamespaces=["erp"])], True),
        ([AKS, aks_backup(includedNamespaces=["shop"])], False),
        ([AKS, aks_backup(excludedNamespaces=["erp"])], False),
        ([AKS, aks_backup(snapshotVolumes=False)], False),
        ([AKS, aks_backup(labelSelectors=["app=odoo"])], None),
        ([AKS, aks_backup(includedNamespaces="${NAMESPACES}")], None),
        ([body(CLUSTER, "aks", {"nodeResourceGroup": "MC_other"}), aks_backup()], False),
        ([body(CLUSTER, "aks", {"nodeResourceGroup": "${GROUP}"}), aks_backup()], None),
    ],
)
def test_volumes_of_claims(others: list[Body], answer: bool | None) -> None:
    assert protected(claimed(managedBy=SCALE_SET), *others) is answer


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({}, True),
        ({"template": {"includedNamespaces": ["shop"]}}, False),
        ({"paused": True}, False),
        ({"paused": "${PAUSED}"}, None),
    ],
)
def test_volumes_of_claims_that_velero_takes(spec: Body, answer: bool | None) -> None:
    schedule = resource("velero.io/v1", "Schedule", "daily", spec={"schedule": "@daily", **spec})
    assert protected(claimed(), objects=(schedule,)) is answer


def test_disks_of_nodes_are_not_judged() -> None:
    assert rows(analyses(body(DISK, "os", managedBy=SCALE_SET)), "unprotected") == []


def shared(name: str, account: str = "sterp", **properties: Any) -> Body:
    return item(arm_id(ACCOUNT, account), "AzureFileShareProtectedItem", friendlyName=name, **properties)


@pytest.mark.parametrize(
    ("others", "answer"),
    [
        ([], None),  # nothing is known of an account that is not here
        ([body(ACCOUNT, "sterp")], False),
        ([body(ACCOUNT, "sterp"), shared("Files")], True),
        ([body(ACCOUNT, "sterp"), shared("other")], False),
        ([body(ACCOUNT, "sterp"), shared("${SHARE}")], None),
        ([body(ACCOUNT, "sterp"), body(ACCOUNT, "st2"), shared("files", "st2")], False),
        ([body(ACCOUNT, "sterp"), instance(arm_id(ACCOUNT, "sterp"))], False),  # it protects blobs
    ],
)
def test_shares(others: list[Body], answer: bool | None) -> None:
    assert protected(body(SHARE, "sterp/default/files"), *others) is answer


@pytest.mark.parametrize(
    ("others", "answer", "days"),
    [
        ([], False, 7),
        ([body(f"{DATABASE}/backupShortTermRetentionPolicies", "sql/erp/default", {"retentionDays": 35})], False, 35),
        (
            [body(f"{DATABASE}/backupShortTermRetentionPolicies", "sql/erp/default", {"retentionDays": "${D}"})],
            False,
            None,
        ),
        ([body(f"{DATABASE}/backupLongTermRetentionPolicies", "sql/erp/default", {"weeklyRetention": "P1M"})], True, 7),
        (
            [body(f"{DATABASE}/backupLongTermRetentionPolicies", "sql/erp/default", {"weeklyRetention": "PT0S"})],
            False,
            7,
        ),
        (
            [body(f"{DATABASE}/backupLongTermRetentionPolicies", "sql/erp/default", {"yearlyRetention": "${Y}"})],
            None,
            7,
        ),
        ([body(f"{DATABASE}/backupLongTermRetentionPolicies", "sql/hr/default", {"weeklyRetention": "P1M"})], False, 7),
    ],
)
def test_databases(others: list[Body], answer: bool | None, days: int | None) -> None:
    (row,) = rows(analyses(body(DATABASE, "sql/erp"), *others), "unprotected")
    assert (row.get("protected"), row.get("retention_days")) == (answer, days)


def test_system_databases_and_secondaries_are_not_judged() -> None:
    bodies = body(DATABASE, "sql/master"), body(DATABASE, "sql/erp", {"secondaryType": "Geo"})
    assert rows(analyses(*bodies), "unprotected") == []
    made = analyses(body(DATABASE, "sql/erp", {"secondaryType": "${TYPE}"}))
    assert doubts(made, "unprotected") == [{"protected"}]


def left_out(luns: Any, inclusion: Any, **more: Any) -> Body:
    exclusion = {"diskLunList": luns, "isInclusionList": inclusion}
    return item(arm_id(MACHINE, "vm"), extendedProperties={"diskExclusionProperties": exclusion}, **more)


def at_lun(lun: Any) -> Body:
    return machine(osDisk=on(arm_id(DISK, "system")), dataDisks=[{**on(OURS), "lun": lun}])


HELD = {"managedBy": arm_id(MACHINE, "vm")}


@pytest.mark.parametrize(
    ("disk", "others", "answer"),
    [
        ({}, [at_lun(1), left_out([1], False)], False),
        ({}, [at_lun(1), left_out([2], False)], True),
        ({}, [at_lun(1), left_out([1, 2], True)], True),
        ({}, [at_lun(1), left_out([2], True)], False),
        ({}, [at_lun(1), left_out([], True)], False),
        ({}, [at_lun(1), left_out([], False)], True),
        ({}, [at_lun(1), left_out("${LUNS}", False)], None),
        ({}, [at_lun(1), left_out([1], "${HOW}")], None),
        ({}, [at_lun(1), left_out([1], None)], None),
        ({}, [at_lun("${LUN}"), left_out([1], False)], None),
        ({}, [at_lun("${LUN}"), PROTECTED], True),
        ({}, [at_lun(1), left_out([1], False), instance(OURS)], True),
        ({}, [at_lun(1), left_out([2], False, protectionState="ProtectionStopped")], False),
        (HELD, [at_lun(1), left_out([1], False)], False),
        (HELD, [VM, left_out([1], False)], None),  # at which number it is, the machine does not say
        (HELD, [VM, PROTECTED], True),
    ],
)
def test_disks_that_the_backup_of_a_machine_leaves_out(disk: Body, others: list[Body], answer: bool | None) -> None:
    assert protected({**body(DISK, "disk"), **disk}, *others) is answer


LUNS: Path = ("properties", "extendedProperties", "diskExclusionProperties", "diskLunList")
NAMESPACES: Path = (
    *("properties", "policyInfo", "policyParameters", "backupDatasourceParametersList", 0),
    "includedNamespaces",
)


@pytest.mark.parametrize(
    ("judged", "others", "path"),
    [
        (body(DISK, "disk"), [at_lun(1), PROTECTED], LUNS),
        (claimed(managedBy=SCALE_SET), [AKS, instance(arm_id(CLUSTER, "aks"))], NAMESPACES),
    ],
)
def test_a_block_that_a_plan_does_not_show_yet_may_be_there(judged: Body, others: list[Body], path: Path) -> None:
    made = analyses(judged, *others).estate
    made.resources[-1].unknown |= {path}
    (row,) = Analyses(Estate(made)).view("unprotected").of(made.resources[0])
    assert "protected" in row.unknown


def test_the_disk_of_the_system_is_always_taken() -> None:
    assert protected(body(DISK, "system"), at_lun(1), left_out([1], False)) is True
    assert protected(body(MACHINE, "vm"), left_out([], True)) is True


def test_why_a_disk_is_not_protected() -> None:
    for other, why in (
        (left_out([1], False), "the backup of its machine leaves it out"),
        (VM, "no protected item and"),
    ):
        made = analyses(body(DISK, "disk"), at_lun(1), other)
        row = next(row for row in rows(made, "unprotected") if row["name"] == "disk")
        assert row["why"].startswith(why)
