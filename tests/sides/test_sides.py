"""What is declared and what is live, each in an estate of its own."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.estate import ALL_TYPES
from erpguard.model import Resource
from erpguard.normalize import kubernetes
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, deletion, settle
from erpguard.sides import Side, arrange, open_on, sides
from erpguard.sources import Collected
from erpguard.sources.documents import ObjectOrigin

SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
STORE = "Microsoft.Storage/storageAccounts"
GROUP = "/subscriptions/s1/resourceGroups/rg"


def azure(name: str, type_: str = SERVER, source: str = "terraform_plan", **known: Any) -> Resource:
    """A resource of the group."""
    body = {"type": type_, "name": name, "id": f"{GROUP}/providers/{type_}/{name}"}
    return arm.resource(body, ObjectOrigin("x"), source=source, known=arm.Known(**known))[0]


def thing(kind: str, name: str, cluster: str = "", namespace: str = "shop", **metadata: Any) -> Resource:
    """An object; `cluster` is the one that it was read from."""
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace, **metadata}}
    source = "kubernetes_cluster" if cluster else "kubernetes_manifest"
    made = kubernetes.resource(body, ObjectOrigin("x"), source=source, cluster=cluster).resource
    assert made is not None
    return made


def collected(*resources: Resource, open_types: tuple[str, ...] = (), deleted: tuple[str, ...] = ()) -> Collected:
    """What a source found."""
    found = Collected()
    found.resources += resources
    found.open_types |= {*open_types}
    found.deleted |= {*deleted}
    return found


def arranged(declared: Collected, live: Collected) -> tuple[Side, Side]:
    """Both sides, with what stands beside them."""
    one, other = sides(declared, live)
    arrange([one, other], None)
    return one, other


def names(resources: list[Resource]) -> list[str]:
    """What they are called."""
    return [one.name for one in resources]


@pytest.mark.parametrize("is_live", [False, True])
def test_where_only_one_holds_something_there_is_one_side(is_live: bool) -> None:
    one = collected(azure("a"), open_types=("x",))
    none = collected(open_types=("y",))
    (only,) = sides(none, one) if is_live else sides(one, none)
    assert (names(only.resources), only.open_types, only.is_live, only.beside) == (["a"], {"x", "y"}, is_live, [])
    arrange([only], None)
    assert only.beside == []


def test_what_lives_stands_beside_what_is_declared_unless_it_is_declared() -> None:
    declared, live = arranged(
        collected(azure("a"), azure("new")), collected(azure("a", source="azure_live"), azure("b", source="azure_live"))
    )
    assert (names(declared.beside), names(live.beside)) == (["b"], [])
    assert names(declared.estate(False).resources) == ["a", "new", "b"]
    assert names(live.estate(False).resources) == ["a", "b"]


def test_both_sides_have_the_same_fingerprint_identities() -> None:
    declared, live = arranged(collected(azure("a")), collected(azure("a"), azure("b")))
    one, other = declared.estate(False), live.estate(False)
    assert [each.identity for each in one] == [each.identity for each in other]
    assert [each.key for each in one] == [each.key for each in other]


def test_what_stands_beside_a_side_is_a_copy() -> None:
    declared, live = arranged(collected(azure("a")), collected(azure("b")))
    declared.beside[0].key = "changed"
    assert live.resources[0].key == ""
    assert declared.beside[0].body is live.resources[0].body


def test_a_platform_that_was_not_read_is_as_it_is_declared() -> None:
    declared, live = arranged(collected(azure("a"), thing("Service", "web")), collected(azure("b")))
    assert names(live.beside) == ["web"]
    declared, live = arranged(
        collected(azure("a"), thing("Service", "web")), collected(azure("b"), thing("Service", "db", "aks"))
    )
    assert names(live.beside) == []


def test_what_a_plan_deletes_will_not_be() -> None:
    gone = [deletion(azure(name, change="delete")) for name in ("a",)]
    kept = [azure(name) for name in ("a", "b")]
    inside = azure("a/databases/erp", f"{SERVER}/x")
    inside.identity = f"{kept[0].identity}/databases/erp"
    declared, live = arranged(collected(azure("c"), *gone), collected(*kept, inside))
    assert names(declared.beside) == ["b"]
    assert names(live.beside) == []


def test_a_group_is_deleted_with_what_is_in_it() -> None:
    body = {"type": "Microsoft.Resources/resourceGroups", "name": "rg", "id": GROUP}
    group = deletion(arm.resource(body, ObjectOrigin("x"), known=arm.Known(change="delete"))[0])
    other = azure("c")
    other.identity = other.id = other.id.replace("/rg/", "/rg2/")
    declared, _ = arranged(collected(group), collected(azure("a"), other))
    assert names(declared.beside) == ["c"]


def test_a_deletion_of_a_plan_that_does_not_know_its_subscription() -> None:
    body = {"type": SERVER, "name": "a", "resourceGroup": "rg"}
    gone = deletion(arm.resource(body, ObjectOrigin("x"), known=arm.Known(change="delete"))[0])
    declared, _ = arranged(collected(gone), collected(azure("a"), azure("b")))
    assert names(declared.beside) == ["b"]


def test_objects_that_a_plan_deletes_will_not_be() -> None:
    live = collected(thing("Service", "a", "aks"), thing("Service", "b", "aks"), thing("Pod", "c", "aks", "other"))
    declared, _ = arranged(
        collected(thing("Service", "x"), deleted=("default/core/Service/shop/a", "default/core/Namespace//other")), live
    )
    assert names(declared.beside) == ["b"]


def test_live_objects_are_in_the_cluster_that_manifests_mean() -> None:
    declared, live = arranged(collected(thing("Service", "a")), collected(thing("ConfigMap", "b", "aks")))
    (beside,) = declared.beside
    assert (beside.cluster, beside.id, beside.identity) == (
        "default",
        "default/core/ConfigMap/shop/b",
        "aks/core/ConfigMap/shop/b",
    )
    assert live.resources[0].id == "aks/core/ConfigMap/shop/b"
    found = declared.estate(False).find(declared.resources[0], "core/ConfigMap", "shop", "b")
    assert found.found is beside


def test_objects_of_several_clusters_keep_their_cluster() -> None:
    declared, _ = arranged(
        collected(thing("Service", "a")), collected(thing("Service", "a", "aks-1"), thing("Service", "a", "aks-2"))
    )
    assert [one.cluster for one in declared.beside] == ["aks-1", "aks-2"]


def test_pods_of_a_template_come_of_the_template_that_is_declared() -> None:
    owned: dict[str, Any] = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web-1"}]}
    declared, _ = arranged(
        collected(thing("Service", "a")),
        collected(thing("Pod", "web-1-x", "aks", **owned), thing("Pod", "alone", "aks")),
    )
    assert names(declared.beside) == ["alone"]


def test_what_is_open_on_either_side() -> None:
    declared, live = arranged(
        collected(azure("a"), open_types=(ALL_TYPES,)), collected(azure("b"), open_types=(STORE,))
    )
    assert declared.open_types == {ALL_TYPES, STORE}
    assert live.open_types == {STORE}, "a preview without what stays the same says nothing of what lives"


def test_gaps_of_a_platform_that_was_not_read_are_gaps_of_the_live_side() -> None:
    _, live = arranged(
        collected(thing("Service", "web"), open_types=("core/Secret", STORE)), collected(azure("b"), open_types=())
    )
    assert live.open_types == {"core/Secret"}


def test_everything_of_a_platform_is_open() -> None:
    azure_types, objects = open_on("azure", {ALL_TYPES}), open_on("kubernetes", {ALL_TYPES})
    assert SERVER in azure_types
    assert "core/Service" in objects
    assert azure_types.isdisjoint(objects)


def test_a_partial_scan_is_open_on_both_sides() -> None:
    for side in arranged(collected(azure("a")), collected(azure("b"))):
        assert side.estate(True).is_open("core/Service", SERVER)
        assert not side.estate(False).is_open("core/Service", SERVER)


def test_parts_are_no_twins_of_their_parents() -> None:
    """A subnet of a plan, whose network lives: both are there, and the plan's is found first."""
    network = "Microsoft.Network/virtualNetworks"
    id_ = f"{GROUP}/providers/{network}/vnet"
    items = [{"name": "app", "id": f"{id_}/subnets/app", "properties": {}}]
    body = {"id": id_, "type": network, "name": "vnet", "properties": {"subnets": items}}
    whole = settle([Draft(arm.resource(body, ObjectOrigin("x"))[0])]).resources[0]
    part = arm.resource({"id": f"{id_}/subnets/app", "type": f"{network}/subnets", "name": "app"}, ObjectOrigin("x"))[0]
    declared, live = arranged(collected(part), collected(whole))
    assert names(declared.beside) == ["vnet"]
    assert declared.estate(False).arm(f"{id_}/subnets/app").resource is part
    assert live.estate(False).arm(f"{id_}/subnets/app").resource is whole
