"""The table of services: complete, and consistent with the clients that it names."""

from __future__ import annotations

import inspect
import re

import pytest

from erpguard.normalize.azure.arm_types import all_names, canonical
from erpguard.packs import load
from erpguard.sources.azure_live.table import (
    DESCENDANTS,
    GRAPH,
    Call,
    Service,
    children,
    listed_types,
    roots,
    services,
)
from tests.sources.azure_live.stand_in import HOME

NOT_COLLECTED = {
    "Microsoft.Authorization/roleAssignmentScheduleRequests": "the instances that it led to are read",
    "Microsoft.Authorization/roleEligibilityScheduleRequests": "the instances that it led to are read",
    "Microsoft.Graph/directoryObjects": "Microsoft Graph is asked, where that is wanted: no part of ARM",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings": "they are in the body of the network",
}
ROWS = pytest.mark.parametrize("service", services(), ids=lambda one: f"{one.type} of {len(one.of)}")


def test_every_type_that_normalization_knows_is_read() -> None:
    known = {name for name in all_names() if name.lower() not in listed_types()}

    assert known == NOT_COLLECTED.keys()


def test_every_type_that_a_policy_names_is_read() -> None:
    named = {
        type_
        for policy in load().policies.values()
        for type_ in (*policy.resource_types, *policy.absence_of)
        if type_.startswith("Microsoft.")
    }

    assert len(named) > 30
    assert {type_ for type_ in named if type_.lower() not in listed_types()} <= NOT_COLLECTED.keys()


def test_what_is_in_the_body_of_another_comes_with_it() -> None:
    assert {"microsoft.network/virtualnetworks/subnets", "microsoft.containerservice/managedclusters/agentpools"} <= (
        listed_types()
    )


@ROWS
def test_a_row_is_whole(service: Service) -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", service.version)
    assert service.action.endswith("/read")
    assert service.type == canonical(service.type)
    assert {type_.lower() for type_ in service.of} <= listed_types()
    assert bool(service.client) == bool(service.operation)
    assert not (service.of and (service.wide or service.group_path or service.gate))


@ROWS
def test_every_place_of_a_path_can_be_filled(service: Service) -> None:
    parent = f"{HOME}/resourceGroups/g/providers/Microsoft.X/ys/z" if service.of else ""
    for group in ("", "g"):
        call = Call(service, HOME, group, parent)
        assert call.path().startswith(HOME)
        assert "{" not in call.path()
        assert all(value and "{" not in value for value in call.arguments().values())


@pytest.mark.parametrize("service", [one for one in services() if one.client], ids=lambda one: one.type)
def test_the_clients_have_the_operations_and_take_the_arguments(service: Service) -> None:
    module = __import__(f"azure.mgmt.{service.client}", fromlist=["x"])
    name = {"network": "NetworkManagementClient", "authorization": "AuthorizationManagementClient"}[service.client]
    client = getattr(module, name)(object(), "s", base_url="https://arm.test", pipeline=object(), policies=[])
    for group in ("", "g"):
        call = Call(service, HOME, group, f"{HOME}/resourceGroups/g/providers/Microsoft.X/ys/z")
        operations, _, operation = call.operation().partition(".")
        method = getattr(getattr(client, operations), operation)
        inspect.signature(method).bind(**call.arguments())


def test_a_cycle_of_parents_would_never_end() -> None:
    def depth(type_: str, seen: tuple[str, ...] = ()) -> int:
        assert type_ not in seen
        return 1 + max((depth(one.type, (*seen, type_)) for one in children(type_)), default=0)

    assert max(depth(one.type) for one in roots()) == 3


def test_what_may_be_missing_without_a_list() -> None:
    rows = {service.type: service for service in services()}

    assert rows["Microsoft.Sql/servers"].missing() == (
        "Microsoft.Sql/servers",
        "Microsoft.Sql/servers/azureADOnlyAuthentications",
        "Microsoft.Sql/servers/databases",
        "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies",
        "Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
        "Microsoft.Sql/servers/firewallRules",
        "Microsoft.Sql/servers/virtualNetworkRules",
    )
    assert rows["Microsoft.Network/routeTables"].missing() == (
        "Microsoft.Network/routeTables",
        "Microsoft.Network/routeTables/routes",
    )


@pytest.mark.parametrize(
    ("type_", "body", "asked"),
    [
        ("Microsoft.Storage/storageAccounts", {"kind": "StorageV2"}, {"blobServices", "fileServices"}),
        ("Microsoft.Storage/storageAccounts", {"kind": "FileStorage"}, {"fileServices"}),
        ("Microsoft.Storage/storageAccounts", {"kind": "blobstorage"}, {"blobServices"}),
        ("Microsoft.Cdn/profiles", {"sku": {"name": "Standard_Microsoft"}}, set()),
        ("Microsoft.Cdn/profiles", {"sku": {"name": "Premium_AzureFrontDoor"}}, {"afdEndpoints"}),
        ("Microsoft.Sql/servers/databases", {"name": "master"}, set()),
        ("Microsoft.Sql/servers/databases", {"name": "erp"}, {"backupShortTermRetentionPolicies"}),
        ("Microsoft.Sql/servers/databases", {"name": "dw", "sku": {"tier": "DataWarehouse"}}, set()),
    ],
)
def test_what_a_resource_cannot_have_is_not_asked_for(type_: str, body: dict[str, object], asked: set[str]) -> None:
    found = {one.type.rpartition("/")[2] for one in children(type_) if one.asks(body)}

    assert found & {"blobServices", "fileServices", "afdEndpoints", "backupShortTermRetentionPolicies"} == asked


def test_paths_of_a_subscription_of_a_group_and_of_a_parent() -> None:
    rows = {service.type: service for service in services()}
    account = f"{HOME}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a"

    assert Call(rows["Microsoft.Cache/redis"], HOME).path() == f"{HOME}/providers/Microsoft.Cache/redis"
    assert Call(rows["Microsoft.Cache/redis"], HOME, "g").path() == (
        f"{HOME}/resourceGroups/g/providers/Microsoft.Cache/redis"
    )
    assert Call(rows["Microsoft.Resources/resourceGroups"], HOME, "g").path() == f"{HOME}/resourceGroups/g"
    assert Call(rows["Microsoft.Storage/storageAccounts/managementPolicies"], HOME, "", account).path() == (
        f"{account}/managementPolicies/default"
    )
    assert (
        Call(rows["Microsoft.Network/networkSecurityGroups"], HOME, "g").operation() == "network_security_groups.list"
    )
    assert Call(rows["Microsoft.Network/networkSecurityGroups"], HOME, "g").arguments() == {"resource_group_name": "g"}


def test_pseudo_rows_are_not_in_the_table() -> None:
    assert {GRAPH.type, DESCENDANTS.type} & {service.type for service in services()} == set()
