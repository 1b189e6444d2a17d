"""What belongs together, and what a reference means, where several objects have one id."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from erpguard.estate import ALL_TYPES, Estate
from erpguard.model import Resource
from erpguard.normalize.azure import arm
from erpguard.sources.documents import ObjectOrigin
from erpguard.sources.kubernetes_manifest import from_memory
from tests.analysis.estates import FakeOrigin

FILES = st.sampled_from(
    ("", "x.yaml", "y.yaml", "a/x.yaml", "a/y.yaml", "b/x.yaml", "a/b/x.yaml", "a/b/y.yaml", "a/c/x.yaml", "ab/x.yaml")
)
THINGS = st.lists(st.tuples(st.sampled_from(("one", "two", "one~2")), FILES), min_size=1, max_size=7)


def thing(name: str, file: str, kind: str = "core/Service", namespace: str = "erp", cluster: str = "c") -> Resource:
    """An object of a file."""
    id_ = f"{cluster}/{kind}/{namespace}/{name}"
    return Resource(kind, id_, name, namespace, {}, FakeOrigin(file), "test", cluster=cluster, identity=id_)


def estate_of(things: list[tuple[str, str]]) -> Estate:
    """Services by name and file."""
    return Estate([thing(name, file) for name, file in things])


def ancestors(file: str) -> set[str]:
    """The folders that hold a file; the file itself, twice, so that it outweighs them."""
    parts = file.split("/")
    return {"/".join(parts[:length]) + "/" for length in range(1, len(parts))} | {file, f"itself {file}"}


def nearness(one: Resource, other: Resource) -> int:
    """How much two files have in common."""
    return len(ancestors(one.origin.file) & ancestors(other.origin.file))


def nearest(asking: Resource, candidates: list[Resource]) -> list[Resource]:
    """All candidates that no other is nearer than."""
    return [one for one in candidates if all(nearness(asking, one) >= nearness(asking, other) for other in candidates)]


def takes(asking: Resource, candidate: Resource, namesakes: list[Resource]) -> bool | None:
    """Whether a reference from one object to the id of another means that one."""
    if asking is candidate:
        return True
    best = nearest(asking, namesakes)
    return None if candidate in best and len(best) > 1 else candidate in best


@given(THINGS)
def test_together_is_what_each_side_takes_for_nearest(things: list[tuple[str, str]]) -> None:
    estate = estate_of(things)
    for one in estate:
        for other in estate:
            sides = {
                takes(one, other, [named for named in estate if named.id == other.id]),
                takes(other, one, [named for named in estate if named.id == one.id]),
            }
            expected = False if False in sides else None if None in sides else True
            assert estate.together(one, other) is expected
            assert estate.together(other, one) is expected


@given(THINGS, FILES)
def test_find_takes_the_only_nearest(things: list[tuple[str, str]], file: str) -> None:
    asking = thing("asking", file, "networking.k8s.io/Ingress")
    estate = Estate([*(thing(*given) for given in things), asking])
    for name in ("one", "two", "three"):
        best = nearest(asking, [one for one in estate if one.name == name and one is not asking])
        found, known = estate.find(asking, "core/Service", "erp", name)
        assert (found, known) == ((best[0], True) if len(best) == 1 else (None, not best))


def test_what_is_missing_is_known_to_be_missing_only_where_the_type_is_closed() -> None:
    asking = thing("asking", "x.yaml")
    for open_types, known in (((), True), (("core/Secret",), True), (("core/Service",), False), ((ALL_TYPES,), False)):
        assert Estate([asking], open_types).find(asking, "core/Service", "erp", "other") == (None, known)
    assert Estate([asking], {ALL_TYPES}).find(asking, "core/Service", "erp", "asking") == (asking, True)


def test_references_stay_in_their_cluster() -> None:
    here, there = thing("db", "x.yaml"), thing("db", "x.yaml", cluster="d")
    estate = Estate([here, there])
    assert estate.find(thing("a", "y.yaml"), "core/Service", "erp", "db").found is here
    assert estate.find(thing("a", "y.yaml", cluster="d"), "core/Service", "erp", "db").found is there
    assert estate.duplicates() == []


@given(THINGS)
def test_every_object_has_a_key_of_its_own(things: list[tuple[str, str]]) -> None:
    estate = estate_of(things)
    assert len(estate.by_key) == len({one.identity for one in estate}) == len(estate) == len(things)
    assert all(estate.by_key[one.key] is one for one in estate)
    seen: Counter[str] = Counter()
    for one in estate:
        seen[one.id] += 1
        if "one~2" not in (name for name, _ in things):
            assert one.key == (one.id if seen[one.id] == 1 else f"{one.id}~{seen[one.id]}")
    counted = {duplicate.id: len(duplicate.resources) for duplicate in estate.duplicates()}
    assert counted == {id_: count for id_, count in seen.items() if count > 1}


def test_a_name_that_looks_like_a_rank_takes_no_key_away() -> None:
    for names in (("a", "a", "a~2"), ("a~2", "a", "a"), ("a", "a~2", "a")):
        estate = estate_of([(name, f"{index}.yaml") for index, name in enumerate(names)])
        assert len(estate.by_key) == 3
        assert estate.by_key["c/core/Service/erp/a"].name == "a"


def test_by_type_and_by_namespace() -> None:
    service, elsewhere = thing("a", "x.yaml"), thing("b", "x.yaml", namespace="crm")
    secret, other = thing("c", "x.yaml", "core/Secret"), thing("d", "x.yaml", cluster="d")
    estate = Estate([secret, service, elsewhere, other])
    assert estate.of_type("core/Service", "core/Secret") == [service, elsewhere, other, secret]
    assert estate.in_namespace(secret, "core/Service", "core/Secret") == [service, secret]
    assert estate.within("c", "crm", "core/Service", "core/Pod") == [elsewhere]
    assert estate.types == {"core/Service", "core/Secret"}
    assert "core/Pod" not in estate.types


GROUP = "/subscriptions/1111/resourceGroups/rg-erp/providers"
VNET = f"{GROUP}/Microsoft.Network/virtualNetworks/hub"


def azure(*bodies: dict[str, Any]) -> Estate:
    return Estate(from_memory(bodies).resources)


def vnet(**properties: Any) -> dict[str, Any]:
    return {"id": VNET, "type": "Microsoft.Network/virtualNetworks", "name": "hub", "properties": properties}


def test_an_azure_reference_is_found_in_any_case() -> None:
    estate = azure(vnet())
    assert estate.arm(VNET.upper()).resource is estate.resources[0]
    assert estate.arm(VNET + "2").resource is None
    assert estate.arm("").resource is None


def test_a_part_is_found_by_its_id_and_by_its_parents() -> None:
    subnets = [{"name": "db"}, {"name": "app", "id": f"{VNET}/subnets/app"}]
    estate = azure(vnet(subnets=subnets))
    assert estate.arm(f"{VNET}/subnets/DB").path == ("properties", "subnets", 0)
    assert estate.arm(f"{VNET}/subnets/App").path == ("properties", "subnets", 1)
    assert estate.arm(f"{VNET}/subnets/other").resource is None
    assert estate.arm(f"{VNET}/subnets/db/x/y").resource is None


def test_a_planned_resource_is_found_by_the_id_that_it_will_have() -> None:
    body = {"type": "Microsoft.Network/virtualNetworks", "name": "hub", "resourceGroup": "rg-erp"}
    planned = arm.resource(body, ObjectOrigin("x"), known=arm.Known(address="azurerm_virtual_network.hub"))[0]
    estate = Estate([planned])
    assert estate.arm(VNET).resource is planned
    assert estate.arm("azurerm_virtual_network.hub").resource is planned
    assert estate.arm(VNET.replace("rg-erp", "rg-other")).resource is None


def test_another_subscription_is_another_resource() -> None:
    estate = azure(vnet())
    assert estate.arm(VNET.replace("1111", "2222")).resource is None


def test_children_locks_and_settings_are_found_by_what_they_belong_to() -> None:
    lock = f"{VNET}/providers/Microsoft.Authorization/locks/keep"
    estate = azure(vnet(), {"id": lock, "type": "Microsoft.Authorization/locks", "name": "keep"})
    assert [one.name for one in estate.children(estate.resources[0], "Microsoft.Authorization/locks")] == ["keep"]
    assert estate.children(estate.resources[1], "Microsoft.Authorization/locks") == []
