"""What belongs together is put together: settings, children, twins, deletions, defaults."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from erpguard.model import Path, Place, Resource, pointer
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import DELETION, Draft, Settled, settle

GROUP = "/subscriptions/1111/resourceGroups/rg-erp-prod/providers"
RULES = ("properties", "securityRules")


class Origin:
    """Says which block a place is in."""

    def __init__(self, name: str) -> None:
        self.file = name

    def place(self, path: Path) -> Place:
        return Place(self.file, pointer=pointer(path))

    def place_of_line(self, path: Path, line: int) -> Place:
        return self.place(path)

    def text(self, path: Path) -> str:
        return self.file


def draft(
    type_: str,
    name: str,
    properties: dict[str, Any] | None = None,
    *,
    address: str = "",
    target: str = "",
    computed: frozenset[Path] | None = None,
    source: str = "terraform_plan",
    **known: Any,
) -> Draft:
    body = {"type": type_, "name": name, "resourceGroup": "rg-erp-prod", "properties": properties or {}}
    address = address or f"{type_.rpartition('/')[2]}.{name}"
    made, problems = arm.resource(body, Origin(address), None, source, arm.Known(address=address, **known))
    assert problems == []
    return Draft(made, target, computed)


def group(name: str = "nsg-db", rules: Any = None, **options: Any) -> Draft:
    properties = {} if rules is None else {"securityRules": rules}
    return draft("Microsoft.Network/networkSecurityGroups", name, properties, **options)


def rule(name: str, parent: str = "networkSecurityGroups.nsg-db", priority: int = 100, **options: Any) -> Draft:
    properties = {"priority": priority, "access": "Allow"}
    return draft("Microsoft.Network/networkSecurityGroups/securityRules", name, properties, parent=parent, **options)


def only(settled: Settled) -> Resource:
    (resource,) = settled.resources
    return resource


def names(resource: Resource) -> list[str]:
    return [item["name"] for item in resource.body["properties"]["securityRules"]]


def test_a_child_is_folded_into_its_parent_and_keeps_its_place() -> None:
    settled = settle([group(), rule("ssh")])
    nsg = only(settled)
    assert nsg.body["properties"]["securityRules"][0]["properties"] == {"priority": 100, "access": "Allow"}
    assert nsg.parts["securityRules.ssh"] == (*RULES, 0)
    assert nsg.origin.place((*RULES, 0, "properties", "access")) == Place(
        "securityRules.ssh", pointer="/properties/access"
    )
    assert nsg.origin.place(("location",)).file == "networkSecurityGroups.nsg-db"
    assert settled.open_types == set()


def test_a_separate_block_replaces_its_computed_twin() -> None:
    computed = frozenset((RULES,))
    twin = [{"name": "SSH", "properties": {"priority": 999}}, {"name": "other", "properties": {"priority": 200}}]
    settled = settle([group(rules=twin, computed=computed), rule("ssh")])
    nsg = only(settled)
    assert names(nsg) == ["ssh", "other"]
    assert nsg.body["properties"]["securityRules"][0]["properties"]["priority"] == 100
    assert settled.problems == []


def test_a_rule_in_both_places_is_told() -> None:
    configured = [{"name": "ssh", "properties": {"priority": 999}}]
    settled = settle([group(rules=configured, computed=frozenset()), rule("ssh")])
    assert [problem.code for problem in settled.problems] == ["configured-twice"]
    assert settled.problems[0].place.file == "securityRules.ssh"


def test_where_it_is_not_told_what_is_configured_a_twin_is_a_copy() -> None:
    configured = [{"name": "ssh", "properties": {"priority": 999}}]
    assert settle([group(rules=configured), rule("ssh")]).problems == []


def test_a_deleted_child_leaves_its_parent_and_the_others_move_up() -> None:
    rules = [{"name": name, "properties": {"priority": index + 1}} for index, name in enumerate(("a", "b", "c"))]
    parent = group(rules=rules, unknown=frozenset(((*RULES, 2, "properties", "access"),)))
    settled = settle([parent, rule("b", change="delete")])
    nsg, gone = settled.resources
    assert names(nsg) == ["a", "c"]
    assert nsg.unknown == {(*RULES, 1, "properties", "access")}
    assert nsg.origin.place((*RULES, 1)) == Place("networkSecurityGroups.nsg-db", pointer="/properties/securityRules/2")
    assert (gone.type, gone.body["resource"]["name"]) == (DELETION, "b")


def test_a_deleted_resource_is_no_posture() -> None:
    gone = only(settle([group(change="delete", unknown=frozenset((("location",),)))]))
    assert (gone.type, gone.change) == (DELETION, "delete")
    assert gone.unknown == {("resource", "location")}
    assert gone.origin.place(("resource", "name")).pointer == "/name"


def test_a_child_whose_parent_is_elsewhere_stays() -> None:
    elsewhere = f"{GROUP}/Microsoft.Network/networkSecurityGroups/hub"
    settled = settle([rule("ssh", parent=elsewhere)])
    assert only(settled).type.endswith("securityRules")
    assert settled.open_types == set()


def test_a_child_whose_parent_is_not_known_may_belong_to_any() -> None:
    settled = settle([group(), rule("ssh", parent="?")])
    assert len(settled.resources) == 2
    assert settled.open_types == {"Microsoft.Network/networkSecurityGroups/securityRules"}


def test_a_parent_is_found_by_an_id_whose_subscription_is_not_known() -> None:
    settled = settle([group(), rule("ssh", parent=f"{GROUP}/Microsoft.Network/networkSecurityGroups/NSG-DB")])
    assert names(only(settled)) == ["ssh"]


def test_unknown_paths_of_a_child_move_with_it() -> None:
    unknown = frozenset((("properties", "priority"),))
    nsg = only(settle([group(), rule("ssh", unknown=unknown, sensitive=frozenset((("properties", "description"),)))]))
    assert nsg.unknown == {(*RULES, 0, "properties", "priority"), (*RULES, 0, "properties", "description")}
    assert nsg.sensitive == {(*RULES, 0, "properties", "description")}


def test_pools_are_flat_in_their_cluster() -> None:
    cluster = draft("Microsoft.ContainerService/managedClusters", "aks", {"agentPoolProfiles": [{"name": "system"}]})
    pool = draft(
        "Microsoft.ContainerService/managedClusters/agentPools",
        "user",
        {"vmSize": "Standard_D4s_v5", "mode": "User"},
        parent="managedClusters.aks",
        unknown=frozenset((("properties", "count"),)),
    )
    aks = only(settle([cluster, pool]))
    at = ("properties", "agentPoolProfiles", 1)
    assert aks.body["properties"]["agentPoolProfiles"][1]["vmSize"] == "Standard_D4s_v5"
    assert aks.unknown >= {(*at, "count")}
    assert aks.origin.place((*at, "vmSize")) == Place("agentPools.user", pointer="/properties/vmSize")
    assert aks.origin.place((*at, "name")) == Place("agentPools.user", pointer="/name")


def test_a_setting_is_merged_into_what_it_sets() -> None:
    subnet = draft("Microsoft.Network/virtualNetworks/subnets", "db", {"addressPrefixes": ["10.0.0.0/24"]}, parent="?")
    setting = draft(
        "Microsoft.Network/virtualNetworks/subnets",
        "",
        {"networkSecurityGroup": {"id": "networkSecurityGroups.nsg-db"}},
        address="association.db",
        target="subnets.db",
    )
    merged = only(settle([subnet, setting]))
    assert merged.body["properties"]["networkSecurityGroup"] == {"id": "networkSecurityGroups.nsg-db"}
    assert merged.origin.place(("properties", "networkSecurityGroup", "id")).file == "association.db"
    assert merged.origin.place(("properties", "addressPrefixes")).file == "subnets.db"


GROUP_ID = ("properties", "networkSecurityGroup", "id")


@pytest.mark.parametrize(
    ("computed", "left"), [(frozenset((GROUP_ID,)), {}), (frozenset(), {"networkSecurityGroup": {"id": "nsg"}})]
)
def test_a_deleted_setting_takes_with_it_what_it_set(computed: frozenset[Path], left: dict[str, Any]) -> None:
    """Unless the resource itself is configured so."""
    subnet_type, setting = "Microsoft.Network/virtualNetworks/subnets", {"networkSecurityGroup": {"id": "nsg"}}
    subnet = draft(subnet_type, "db", deepcopy(setting), computed=computed, parent="?")
    gone = draft(subnet_type, "", setting, address="association.db", target="subnets.db", change="delete")
    assert only(settle([subnet, gone])).body["properties"] == left


def test_a_setting_of_a_subnet_that_only_its_network_has() -> None:
    network_type = "Microsoft.Network/virtualNetworks"
    for name, found in (
        ("DB", {"networkSecurityGroup": {"id": "nsg"}, "addressPrefix": "10.1.0.0/24"}),
        ("other", None),
    ):
        subnets = [{"name": "app"}, {"name": "db", "properties": {"addressPrefix": "10.1.0.0/24"}}]
        network = draft(network_type, "vnet", {"subnets": subnets})
        setting = draft(
            f"{network_type}/subnets",
            "",
            {"networkSecurityGroup": {"id": "nsg"}},
            address="association.db",
            target=f"virtualNetworks.vnet/subnets/{name}",
        )
        settled = settle([network, setting])
        assert settled.open_types == set()
        listed = only(settled).body["properties"]["subnets"]
        assert listed[0] == {"name": "app"}
        assert listed[1]["properties"] == (found or {"addressPrefix": "10.1.0.0/24"})
        place = only(settled).origin.place(("properties", "subnets", 1, "properties", "networkSecurityGroup", "id"))
        assert place.file == ("association.db" if found else "virtualNetworks.vnet")


def test_a_setting_of_what_is_not_known_opens_its_type() -> None:
    setting = draft("Microsoft.Network/virtualNetworks/subnets", "", {}, address="association.db", target="?")
    settled = settle([setting])
    assert settled.resources == []
    assert settled.open_types == {"Microsoft.Network/virtualNetworks/subnets"}


def test_a_child_has_the_environment_of_its_parent() -> None:
    parent = draft("Microsoft.RecoveryServices/vaults", "vault")
    parent.resource.environment = "development"
    child = draft("Microsoft.RecoveryServices/vaults/backupPolicies", "daily", parent="vaults.vault")
    settled = settle([parent, child])
    assert [resource.environment for resource in settled.resources] == ["development", "development"]
    assert settled.resources[1].identity.endswith("/vaults/vault/backuppolicies/daily")


@pytest.mark.parametrize(
    ("parent", "identity"),
    [
        (f"{GROUP}/Microsoft.RecoveryServices/vaults/rsv/", f"{GROUP}/Microsoft.RecoveryServices/vaults/rsv".lower()),
        (
            "/subscriptions//resourceGroups/g/providers/x/y/v",
            "/subscriptions//resourcegroups/g/providers/x/y/v",
        ),
        # A parent that was only named may be in any group.
        ("/subscriptions//resourceGroups//providers/x/vaults/v", ""),
        ("?", ""),
    ],
)
def test_a_child_of_what_is_elsewhere_has_the_id_that_it_will_have(parent: str, identity: str) -> None:
    child = draft("Microsoft.RecoveryServices/vaults/backupPolicies", "Daily", parent=parent)
    wanted = f"{identity}/backuppolicies/daily" if identity else "backupPolicies.Daily"
    assert only(settle([child])).identity == wanted


def test_a_rule_that_is_made_again_under_another_address_stays() -> None:
    """A plan without `moved` blocks deletes `rule[0]` and makes `rule["ssh"]`: in either order."""
    gone, made = rule("ssh", change="delete", address="rule[0]"), rule("ssh", address='rule["ssh"]')
    for drafts in ([gone, made], [made, gone]):
        twin = [{"name": "ssh", "properties": {"priority": 999}}]
        nsg, deleted = settle([group(rules=twin, computed=frozenset((RULES,))), *drafts]).resources
        assert [item["properties"]["priority"] for item in nsg.body["properties"]["securityRules"]] == [100]
        assert deleted.type == DELETION


def test_a_name_that_stands_twice_is_told() -> None:
    settled = settle([group(), rule("ssh", address="one"), rule("SSH", address="two")])
    assert names(only(settled)) == ["SSH"]
    assert [(problem.code, problem.place.file) for problem in settled.problems] == [("configured-twice", "two")]


def test_what_is_not_known_of_a_list_stays_behind_a_deletion() -> None:
    parent = group(rules=[None, {"name": "a"}, {"name": "b"}], unknown=frozenset(((*RULES, 0),)))
    nsg, _ = settle(
        [parent, rule("a", change="delete"), rule("c", unknown=frozenset((("properties", "access"),)))]
    ).resources
    assert [item.get("name") for item in nsg.body["properties"]["securityRules"]] == [None, "b", "c"]
    assert nsg.unknown == {(*RULES, 0), (*RULES, 2, "properties", "access")}
    assert nsg.parts["securityRules.c"] == (*RULES, 2)


def test_a_parent_of_another_type_takes_no_children() -> None:
    """Else two that name each other would both be gone."""
    one, other = rule("one", parent="securityRules.other"), rule("other", parent="securityRules.one")
    assert [resource.name for resource in settle([one, other]).resources] == ["one", "other"]


def test_plans_lend_each_other_what_they_lack() -> None:
    network = f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-db"
    settled = settle([group(), rule("ssh")], [rule("web", parent=network, address="elsewhere")])
    assert names(only(settled)) == ["ssh", "web"]
    settled = settle([group()], [rule("ssh", parent="networkSecurityGroups.nsg-db")])
    assert len(settled.resources) == 2  # a name of a plan means nothing in another
    settled = settle([group()], [group()], [rule("ssh", parent=network)])
    assert len(settled.resources) == 3  # of several none is chosen
