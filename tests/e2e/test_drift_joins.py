"""Manifests, a plan and a snapshot in one scan: joins go across, and nothing is counted twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.model import Counts, ScanResult
from erpguard.sources import Input
from erpguard.sources.discovery import discover
from erpguard.sources.kubernetes_manifest import KubernetesManifests
from erpguard.sources.live import Gap, Item, Target
from erpguard.sources.pulumi import Pulumi
from tests.live_items import GROUP, POSTGRES, SUBSCRIPTION, TARGETS, arm_id, azure, kubernetes, snapshot
from tests.plans import resource
from tests.test_drift import CLUSTER, HOST, POD, deployment, existing, manifest, server, told, written

PLATFORM = Path(__file__).parents[2] / "examples" / "erp-on-aks"
ZONE = Path(__file__).parents[2] / "examples" / "azure-landing-zone"
STATE, PLAN = ZONE / "pulumi" / "state.json", ZONE / "terraform-v4" / "plan.json"
GROUPS = "Microsoft.Resources/resourceGroups"
LOCKS = "Microsoft.Authorization/locks"
ENDPOINTS = "Microsoft.Network/privateEndpoints"
NETWORKS = "Microsoft.Network/virtualNetworks"
SECURITY = "Microsoft.Network/networkSecurityGroups"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
SUBSCRIPTION_ID = f"/subscriptions/{SUBSCRIPTION}"
OWNER = f"{SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


def scan(tmp_path: Path, resources: list[dict[str, Any]], items: list[Item | Gap], **settings: Any) -> ScanResult:
    """A scan of a plan and, where there are items, a snapshot."""
    paths = [written(tmp_path / "plan.json", *resources)]
    if items:
        paths.append(snapshot(tmp_path / "live.gz", *items, targets=settings.pop("targets", TARGETS)))
    return erpguard.scan(paths, root=str(tmp_path), **settings)


def test_a_live_lock_keeps_what_a_plan_adds(tmp_path: Path) -> None:
    new = [server("new", actions=("create",))]
    lock = azure(LOCKS, "keep", {"level": "CanNotDelete"}, id=f"{GROUP}/providers/{LOCKS}/keep")
    group = azure(GROUPS, "rg-erp", id=GROUP)
    assert scan(tmp_path, new, [], select=["BAK020"]).counts["BAK020"] == Counts(failed=1)
    assert scan(tmp_path, new, [lock, group], select=["BAK020"]).counts["BAK020"] == Counts(passed=1)


def endpoint(name: str) -> Item:
    """A live private endpoint of the server `db`."""
    connection = {
        "name": name,
        "properties": {
            "privateLinkServiceId": arm_id(POSTGRES, "db"),
            "groupIds": ["postgresqlServer"],
            "privateLinkServiceConnectionState": {"status": "Approved"},
        },
    }
    return azure(ENDPOINTS, name, {"privateLinkServiceConnections": [connection]})


def planned_endpoint() -> dict[str, Any]:
    """The same, as a plan adds it."""
    connection = {
        "name": "pe",
        "is_manual_connection": False,
        "private_connection_resource_id": arm_id(POSTGRES, "db"),
        "subresource_names": ["postgresqlServer"],
    }
    return resource(
        "azurerm_private_endpoint",
        "pe",
        name="pe",
        resource_group_name="rg-erp",
        private_service_connection=[connection],
    )


def messages(result: ScanResult) -> list[str]:
    """What is told, with the file where there is one."""
    return [f"{one.place.file}: {one.message}" for one in result.findings]


NO_ENDPOINT = ": flexibleServers db: it has no private endpoint"
NO_ZONE = "flexibleServers db: private endpoint pe has no DNS zone group"


def test_a_live_endpoint_is_that_of_a_planned_server(tmp_path: Path) -> None:
    """The same is to be said of the server on both sides, at the one place of the endpoint: it is said once."""
    result = scan(tmp_path, [server("db")], [azure(POSTGRES, "db"), endpoint("pe")], select=["NET108"])
    assert messages(result) == [f": {NO_ZONE}"]
    assert result.counts["NET108"] == Counts(failed=2)


def test_a_planned_endpoint_is_none_of_a_live_server_yet(tmp_path: Path) -> None:
    result = scan(tmp_path, [planned_endpoint()], [azure(POSTGRES, "db")], select=["NET108"])
    assert messages(result) == [NO_ENDPOINT]
    result = scan(tmp_path, [planned_endpoint(), server("db")], [azure(POSTGRES, "db")], select=["NET108"])
    assert messages(result) == [NO_ENDPOINT, f"plan.json: {NO_ZONE}"]


def test_a_gap_of_the_live_side_is_open_for_the_plan_as_well(tmp_path: Path) -> None:
    """An endpoint that was not read may be that of the server which the plan declares."""
    gap = Gap("azure", ENDPOINTS, SUBSCRIPTION_ID, (ENDPOINTS,), "forbidden", 403)
    result = scan(tmp_path, [server("db")], [azure(POSTGRES, "db"), gap], select=["NET108"])
    assert result.counts["NET108"] == Counts(undetermined=2)


def test_rules_of_a_plan_reach_the_subnets_that_live(tmp_path: Path) -> None:
    id_ = arm_id(SECURITY, "nsg")
    rule = {
        "name": "ssh",
        "priority": 100,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "source_port_range": "*",
        "destination_port_range": "22",
        "source_address_prefix": "*",
        "destination_address_prefix": "*",
    }
    group = existing(
        "azurerm_network_security_group", "nsg", id_, ("update",), resource_group_name="rg-erp", security_rule=[rule]
    )
    properties = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": id_}}
    subnets = [{"name": "s", "id": arm_id(NETWORKS, "v") + "/subnets/s", "properties": properties}]
    items: list[Item | Gap] = [
        azure(NETWORKS, "v", {"subnets": subnets}),
        azure(SECURITY, "nsg", {"securityRules": []}),
    ]
    result = scan(tmp_path, [group], items, select=["NET101", "DRIFT"], compare=("plan", "live"))
    (finding,) = [one for one in result.findings if one.policy == "NET101"]
    assert finding.message == "networkSecurityGroups nsg: rule ssh lets the internet reach TCP port 22 of v/s"
    assert told(result.findings) == [("DRIFT002", "nsg", "NET101"), ("DRIFT003", "v", "")]


def assignment_id(number: int) -> str:
    """The id of one of the assignments of the subscription."""
    return f"{SUBSCRIPTION_ID}/providers/{ASSIGNMENTS}/0000000{number}-0000-0000-0000-000000000000"


def person(number: int) -> str:
    """Who has it."""
    return f"aaaaaaa{number}-0000-0000-0000-000000000000"


def owners(number: int) -> list[Item | Gap]:
    """A subscription with Owners."""
    subscription = {"id": SUBSCRIPTION_ID, "type": "Microsoft.Resources/subscriptions", "name": SUBSCRIPTION}
    items: list[Item | Gap] = [Item("azure", {**subscription, "displayName": "erp", "properties": {}})]
    for one in range(1, number + 1):
        properties = {
            "principalId": person(one),
            "principalType": "User",
            "roleDefinitionId": OWNER,
            "scope": SUBSCRIPTION_ID,
        }
        items.append(azure(ASSIGNMENTS, assignment_id(one)[-36:], properties, id=assignment_id(one)))
    return items


def planned_owners(number: int) -> list[dict[str, Any]]:
    """The same assignments in a plan."""
    return [
        existing(
            "azurerm_role_assignment",
            assignment_id(one)[-36:],
            assignment_id(one),
            scope=SUBSCRIPTION_ID,
            role_definition_name="Owner",
            principal_id=person(one),
            principal_type="User",
        )
        for one in range(1, number + 1)
    ]


@pytest.mark.parametrize(("number", "counts"), [(3, Counts(passed=1)), (4, Counts(failed=1))])
def test_owners_are_counted_once(tmp_path: Path, number: int, counts: Counts) -> None:
    result = scan(tmp_path, planned_owners(number), owners(number), select=["RBAC106"])
    assert result.counts["RBAC106"] == counts


def test_a_preview_without_what_stays_the_same_does_not_open_what_lives(tmp_path: Path) -> None:
    """The plan lacks resources, and says so; the subscription was read whole."""
    paths = [
        written(tmp_path / "plan.json", server("db"), complete=False),
        snapshot(tmp_path / "live.gz", azure(POSTGRES, "db")),
    ]
    result = erpguard.scan(paths, select=["NET108"], root=str(tmp_path))
    assert result.counts["NET108"] == Counts(failed=1, undetermined=1)
    assert [one.place.file for one in result.findings] == [""]


def test_manifests_a_plan_and_a_snapshot(tmp_path: Path) -> None:
    """Each resource is judged once for each side that holds it."""
    paths = [
        manifest(tmp_path / "web.yaml", ("web", deployment("web", POD)), ("host", deployment("host", HOST))),
        written(tmp_path / "plan.json", server("db", 35), server("new", 7, ("create",))),
        snapshot(
            tmp_path / "live.gz",
            azure(POSTGRES, "db", {"backup": {"backupRetentionDays": 7}}),
            kubernetes("Deployment", "web", version="apps/v1", **deployment("web", HOST)),
            kubernetes("Deployment", "other", version="apps/v1", **deployment("other", POD)),
            targets=(*TARGETS, CLUSTER),
        ),
    ]
    result = erpguard.scan(
        paths, select=["BAK001", "NET008", "DRIFT"], compare=("declared", "live"), root=str(tmp_path)
    )
    assert result.problems == []
    assert result.resources == {"apps/Deployment": 4, POSTGRES: 3}
    assert (result.counts["BAK001"], result.counts["NET008"]) == (
        Counts(failed=2, passed=1),
        Counts(failed=2, passed=2),
    )
    assert told(result.findings) == [
        ("DRIFT001", "db", "BAK001"),
        ("DRIFT001", "web", "NET008"),
        ("DRIFT003", "other", ""),
    ]
    assert told(result.undetermined) == [("DRIFT004", "host", "")]


def test_a_snapshot_of_a_cluster_leaves_azure_to_the_plan(tmp_path: Path) -> None:
    """Nothing of Azure was read: what is planned there is neither gone nor compared."""
    paths = [
        manifest(tmp_path / "web.yaml", ("web", deployment("web", POD))),
        written(tmp_path / "plan.json", server("db", 7)),
        snapshot(
            tmp_path / "live.gz",
            kubernetes("Deployment", "web", version="apps/v1", **deployment("web", POD)),
            targets=(Target("kubernetes", "aks-prod"),),
        ),
    ]
    result = erpguard.scan(paths, select=["BAK001", "NET008", "DRIFT"], compare=("declared", "live"))
    assert (told(result.findings), told(result.undetermined)) == ([], [])
    assert result.counts["BAK001"] == Counts(failed=1)
    assert result.counts["DRIFT004"] == Counts(passed=1, not_applicable=1)


def deployed() -> list[Item]:
    """The landing zone as it would live, after the state that Pulumi has of it."""
    items = []
    for one in Pulumi().collect([Input("state.json", str(STATE))], {}).resources:
        body = {key: value for key, value in one.body.items() if key != "resourceGroup"}
        items.append(Item("azure", {"name": one.name, **body, "id": one.body.get("id", one.id)}, "", (*one.sensitive,)))
    return items


def landing_zone(tmp_path: Path, declared: Path, items: list[Item]) -> ScanResult:
    """A plan or state of the landing zone against what lives of it."""
    (subscription,) = {item.body["id"].split("/")[2] for item in items}
    live = snapshot(tmp_path / "live.gz", *items, targets=(Target("azure", subscription),))
    return erpguard.scan([str(declared), live], compare=("plan", "live"))


@pytest.mark.parametrize(
    ("declared", "nameless"),
    [(STATE, []), (PLAN, ["AzureFileShare;filestore", "VM;iaasvmcontainerv2;rg-erp-prod;vm-edi"])],
    ids=["state", "plan"],
)
def test_what_lives_as_it_is_declared_has_not_drifted(tmp_path: Path, declared: Path, nameless: list[str]) -> None:
    """Some hundred resources, in the spelling of a tool and in ARM's: each policy says the same of both.

    What Azure gives a name, a plan that is about to make it cannot name.
    """
    result = landing_zone(tmp_path, declared, deployed())
    assert told(result.findings) == []
    assert [name for rule, name, _ in told(result.undetermined) if rule == "DRIFT003"] == nameless
    assert result.counts["DRIFT003"].passed > 90
    assert result.problems == []


@pytest.mark.parametrize(
    ("name", "path", "value", "expected"),
    [
        ("redis-erp-prod", ("enableNonSslPort",), False, ("DRIFT002", "redis-erp-prod", "TLS006")),
        ("psql-erp-prod", ("backup", "backupRetentionDays"), 7, ("DRIFT001", "psql-erp-prod", "BAK001")),
    ],
)
def test_one_change_by_hand_is_told_and_nothing_else(
    tmp_path: Path, name: str, path: tuple[str, ...], value: Any, expected: tuple[str, str, str]
) -> None:
    items = deployed()
    node = next(item.body for item in items if item.body["name"] == name)["properties"]
    for step in path[:-1]:
        node = node[step]
    assert node[path[-1]] != value
    node[path[-1]] = value
    assert told(landing_zone(tmp_path, PLAN, items).findings) == [expected]


def applied() -> list[Item]:
    """The example platform as it would be in a cluster, with the namespace that the server writes down."""
    found = KubernetesManifests().collect(discover([str(PLATFORM)], str(PLATFORM)).inputs, {})
    items = []
    for one in found.resources:
        place = {"namespace": one.namespace} if one.namespace else {}
        body = {**one.body, "metadata": {**one.body["metadata"], **place}}
        items.append(Item("kubernetes", body, "aks-prod", (*one.sensitive,)))
    return items


def test_a_cluster_that_is_as_its_manifests_say(tmp_path: Path) -> None:
    """The same findings on both sides, and no drift: nobody said that the manifests are those of `aks-prod`."""
    live = snapshot(tmp_path / "live.gz", *applied(), targets=(CLUSTER,))
    result = erpguard.scan([str(PLATFORM), live], compare=("manifests", "live"), root=str(PLATFORM))
    assert told(result.findings) == []
    # Whose pods reach these is not known on either side.
    assert told(result.undetermined) == [("DRIFT001", name, "NET004") for name in ("globex-db", "globex-reporting")]
    assert result.counts["DRIFT001"] == Counts(passed=len(applied()) - 2, undetermined=2)
    assert result.counts["DRIFT003"] == Counts(passed=len(applied()))
    told_of = [
        sorted((one.policy, one.namespace, one.resource_name, one.message) for one in result.findings if side(one))
        for side in (lambda one: one.place.file, lambda one: not one.place.file)
    ]
    assert told_of[0] == told_of[1] != []
    assert result.problems == []


def test_a_deployment_that_was_scaled_and_opened_by_hand(tmp_path: Path) -> None:
    items = applied()
    changed = next(item.body for item in items if item.body["kind"] == "Deployment")
    changed["spec"]["template"]["spec"]["hostNetwork"] = True
    changed["spec"]["replicas"] = 9
    live = snapshot(tmp_path / "live.gz", *items, targets=(CLUSTER,))
    result = erpguard.scan([str(PLATFORM), live], compare=("manifests", "live"), root=str(PLATFORM))
    assert told(result.findings) == [("DRIFT001", changed["metadata"]["name"], "NET008")]
