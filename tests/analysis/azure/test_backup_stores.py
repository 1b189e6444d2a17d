"""Which storage accounts are used for backups, what deletes from them, and where their copies are."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.azure.backup_stores import Store, backup_stores
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.azure.arm_estates import Body, analyses, body, doubts, rows
from tests.analysis.azure.planned import plan, planned
from tests.analysis.estates import resource

ACCOUNT = "Microsoft.Storage/storageAccounts"
CONTAINER = f"{ACCOUNT}/blobServices/containers"
POLICY = f"{ACCOUNT}/managementPolicies"


def store(*bodies: Body, objects: tuple[Resource, ...] = (), settings: dict[str, Any] | None = None) -> Store:
    """What is known of the first body, an account."""
    made = analyses(*bodies).estate
    found = backup_stores(Analyses(Estate([*made, *objects]), settings))
    return found[made.resources[0].key]


def velero(account: str = "sterp", bucket: str = "cluster", provider: str = "azure") -> Resource:
    spec = {"provider": provider, "config": {"storageAccount": account}, "objectStorage": {"bucket": bucket}}
    return resource("velero.io/v1", "BackupStorageLocation", "default", spec=spec)


def barman(path: str) -> Resource:
    spec = {"instances": 1, "storage": {"size": "1Gi"}, "backup": {"barmanObjectStore": {"destinationPath": path}}}
    return resource("postgresql.cnpg.io/v1", "Cluster", "db", spec=spec)


@pytest.mark.parametrize(
    ("name", "tags", "used"),
    [
        ("sterp", {}, False),
        ("STERPBACKUP", {}, True),
        ("sterp", {"purpose": "Velero"}, True),
        ("sterp", {"backup": "daily backup"}, False),  # it asks for a backup
        ("sterp", {"purpose": "${PURPOSE}"}, None),
        ("sterp", {"backup": "${SCHEDULE}"}, None),
    ],
)
def test_names_and_tags(name: str, tags: dict[str, str], used: bool | None) -> None:
    assert store(body(ACCOUNT, name, tags=tags)).used is used


@pytest.mark.parametrize(
    ("label", "inner", "used", "taken"),
    [
        ("data", "exports", None, None),  # what is not known may be called anything
        ("backup", "exports", True, True),  # the plan calls it so
        ("data", "dumps_backup", True, True),
    ],
)
def test_names_that_a_plan_does_not_know(label: str, inner: str, used: bool | None, taken: bool | None) -> None:
    address = f"azurerm_storage_account.{label}"
    container = f"azurerm_storage_container.{inner}"
    held = planned(CONTAINER, container, unknown=(("name",),))
    held.resource.parent = f"{address}/blobServices/default"
    found = backup_stores(plan(planned(ACCOUNT, address, unknown=(("name",),)), held))[address]
    assert (found.used, found.takes("")) == (used, taken)


def test_names_of_the_configuration() -> None:
    given = {"backup_stores": ["*Vault*"]}
    assert store(body(ACCOUNT, "sterpvault"), settings=given).used is True
    assert store(body(ACCOUNT, "sterpbackup"), settings=given).used is False


@pytest.mark.parametrize(
    ("writer", "used", "taken"),
    [
        (velero(), True, True),
        (velero("STERP", "Cluster"), True, True),
        (velero("other"), False, False),
        (velero(provider="velero.io/azure"), True, True),
        (velero(provider="aws"), False, False),
        (velero("${ACCOUNT}"), None, None),
        (velero(bucket="${BUCKET}"), True, None),
        (barman("https://sterp.blob.core.windows.net/cluster/erp"), True, True),
        (barman("https://sterp.blob.core.chinacloudapi.cn/other"), True, False),
        (barman("https://sterp.blob.core.windows.net/${CONTAINER}"), True, None),
        (barman("s3://sterp/cluster"), False, False),
        (barman("${DESTINATION}"), None, None),
    ],
)
def test_who_writes_to_it(writer: Resource, used: bool | None, taken: bool | None) -> None:
    found = store(body(ACCOUNT, "sterp"), objects=(writer,))
    assert (found.used, found.takes("cluster/")) == (used, taken)


@pytest.mark.parametrize(
    ("prefix", "taken"),
    [
        ("", True),
        ("db", True),
        ("db-backups", True),
        ("db-backups/", True),
        ("db-backups/daily", True),
        ("DB-Backups/", True),
        ("db/", False),
        ("exports", False),
        ("backups/", False),
    ],
)
def test_prefixes_of_rules(prefix: str, taken: bool) -> None:
    found = store(
        body(ACCOUNT, "sterp"),
        body(CONTAINER, "sterp/default/db-backups"),
        body(CONTAINER, "sterp/default/exports"),
        body(CONTAINER, "other/default/backups"),
    )
    assert found.takes(prefix) is taken


def rule(delete: Body, **filters: Any) -> Body:
    return {"name": "old", "definition": {"filters": filters, "actions": {"baseBlob": {"delete": delete}}}}


MODIFIED, CREATED, ACCESSED = (
    "daysAfterModificationGreaterThan",
    "daysAfterCreationGreaterThan",
    "daysAfterLastAccessTimeGreaterThan",
)


@pytest.mark.parametrize(
    ("given", "days", "taken"),
    [
        (rule({MODIFIED: 7}), 7, True),
        (rule({MODIFIED: 30, CREATED: 8, ACCESSED: 9}), 8, True),
        ({**rule({MODIFIED: 7}), "enabled": False}, 7, False),
        (rule({MODIFIED: 7}, blobTypes=["appendBlob"]), 7, False),
        (rule({MODIFIED: 7}, blobTypes=["appendBlob", "blockBlob"]), 7, True),
        (rule({MODIFIED: 7}, blobIndexMatch=[{"name": "a", "op": "==", "value": "b"}]), 7, None),
        (rule({MODIFIED: "${DAYS}"}), None, True),
        (rule({MODIFIED: 7, CREATED: "${DAYS}"}), None, True),
    ],
)
def test_rules(given: Body, days: int | None, taken: bool | None) -> None:
    made = analyses(body(ACCOUNT, "sterpbackup"), body(POLICY, "sterpbackup/default", {"policy": {"rules": [given]}}))
    (row,) = rows(made, "blob_deletions")
    assert (row.get("days"), row.get("takes_backups")) == (days, taken)
    assert row["account"] == "sterpbackup"


def test_rules_that_delete_nothing_and_rules_that_are_not_known() -> None:
    tier = {"name": "cool", "definition": {"actions": {"baseBlob": {"tierToCool": {MODIFIED: 7}}}}}
    assert rows(analyses(body(POLICY, "sterp/default", {"policy": {"rules": [tier]}})), "blob_deletions") == []
    made = analyses(body(POLICY, "sterp/default", {"policy": {"rules": "${RULES}"}}))
    assert doubts(made, "blob_deletions") == [{"days", "takes_backups"}]


@pytest.mark.parametrize(
    ("sku", "region", "sources", "local", "near"),
    [
        ("Standard_LRS", "westeurope", ["westeurope"], True, False),
        ("Premium_LRS", "westeurope", [], True, False),
        ("Standard_ZRS", "West Europe", ["westeurope"], False, True),
        ("PremiumV2_ZRS", "westeurope", ["westeurope", "West Europe"], False, True),
        ("Standard_ZRS", "westeurope", ["westeurope", "northeurope"], False, False),
        ("Standard_ZRS", "westeurope", [], False, False),
        ("Standard_ZRS", "${REGION}", ["westeurope"], False, None),
        ("Standard_ZRS", "westeurope", ["${REGION}"], False, None),
        ("Standard_RAGZRS", "westeurope", ["westeurope"], False, False),
        ("${SKU}", "westeurope", ["westeurope"], None, None),
        ("${SKU}", "westeurope", [], None, False),
    ],
)
def test_where_copies_are(sku: str, region: str, sources: list[str], local: bool | None, near: bool | None) -> None:
    servers = [
        body("Microsoft.DBforPostgreSQL/flexibleServers", f"psql{number}", location=where)
        for number, where in enumerate(sources)
    ]
    made = analyses(body(ACCOUNT, "sterpbackup", location=region, sku={"name": sku}), *servers)
    first, second = rows(made, "backup_store_redundancy")
    assert (first.get("locally_redundant"), second.get("in_region_of_sources")) == (local, near)
