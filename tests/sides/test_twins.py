"""The same resource in two sources, against an oracle that compares every one with every other."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.model import Resource
from erpguard.normalize import kubernetes
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, settle
from erpguard.sides.twins import NO_ALIASES, Twin, Twins, aliases
from erpguard.sources.documents import ObjectOrigin

SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
REDIS = "Microsoft.Cache/redis"


class Thing(NamedTuple):
    """A resource of Azure; without a subscription it is one of a plan that does not know its own."""

    subscription: str
    group: str
    type: str
    name: str


class Object(NamedTuple):
    """An object of a cluster."""

    cluster: str
    kind: str
    namespace: str
    name: str


def server(one: Thing) -> Resource:
    """The resource; those of live systems and of plans that know them have an id."""
    body = {"type": one.type, "name": one.name, "resourceGroup": one.group}
    if one.subscription:
        body["id"] = f"/subscriptions/{one.subscription}/resourceGroups/{one.group}/providers/{one.type}/{one.name}"
    return arm.resource(body, ObjectOrigin("x"))[0]


def thing(one: Object) -> Resource:
    """The object, as it was read from its cluster."""
    metadata = {"name": one.name, "namespace": one.namespace}
    body = {"apiVersion": "v1", "kind": one.kind, "metadata": metadata}
    made = kubernetes.resource(body, ObjectOrigin("x"), cluster=one.cluster).resource
    assert made is not None
    return made


THINGS = st.lists(
    st.builds(
        Thing,
        st.sampled_from(("", "s1", "S1", "s2")),
        st.sampled_from(("rg", "RG", "other")),
        st.sampled_from((SERVER, REDIS)),
        st.sampled_from(("a", "A", "b")),
    ),
    max_size=6,
    unique_by=lambda one: tuple(map(str.lower, one)),
)


def may_be(one: Thing, other: Thing) -> bool:
    """Whether two descriptions may mean one resource."""
    same = [left.lower() == right.lower() for left, right in zip(one[1:], other[1:], strict=True)]
    return all(same) and (one.subscription.lower() == other.subscription.lower() or not (one[0] and other[0]))


def is_exact(one: Thing, other: Thing) -> bool:
    """Whether both know their subscription, and it is the same."""
    return may_be(one, other) and bool(one.subscription) and bool(other.subscription)


def oracle(one: Thing, ours: list[Thing], theirs: list[Thing]) -> Thing | bool:
    """The twin; True where it has none, False where it may be any of several."""
    exact = [other for other in theirs if is_exact(one, other)]
    if exact:
        return exact[0]
    candidates = [other for other in theirs if may_be(one, other)]
    if not candidates:
        return True
    if len(candidates) > 1:
        return False
    (other,) = candidates
    rivals = [mine for mine in ours if mine is not one and may_be(mine, other)]
    return other if not rivals else False


def told(twin: Twin, names: dict[int, Thing]) -> Thing | bool:
    """What was found, as the oracle tells it."""
    return names[id(twin.resource)] if twin.resource is not None else twin.known


@given(THINGS, THINGS)
def test_twins_of_azure_resources(left: list[Thing], right: list[Thing]) -> None:
    ours, theirs = [server(one) for one in left], [server(one) for one in right]
    names = {id(made): one for made, one in (*zip(ours, left, strict=True), *zip(theirs, right, strict=True))}
    twins = Twins(ours, theirs)
    for made in ours:
        assert told(twins.of(made, among=1), names) == oracle(names[id(made)], left, right)
    for made in theirs:
        assert told(twins.of(made, among=0), names) == oracle(names[id(made)], right, left)


OBJECTS = st.lists(
    st.builds(
        Object,
        st.sampled_from(("default", "aks-1", "aks-2")),
        st.sampled_from(("Service", "ConfigMap")),
        st.sampled_from(("shop", "other")),
        st.sampled_from(("a", "b")),
    ),
    max_size=6,
    unique=True,
)


@given(OBJECTS, OBJECTS)
def test_twins_of_objects(left: list[Object], right: list[Object]) -> None:
    """The assumed cluster is the live one if there is only one that it can be."""
    declared, live = [thing(one) for one in left], [thing(one) for one in right]
    clusters = {one.cluster for one in right}
    stands_for = clusters.pop() if len(clusters) == 1 else "default"
    twins = Twins(declared, live, aliases(declared, live))
    for one, made in zip(left, declared, strict=True):
        meant = one._replace(cluster=stands_for) if one.cluster == "default" else one
        same = [found for other, found in zip(right, live, strict=True) if other == meant]
        assert twins.of(made, among=1).resource is (same[0] if same else None)
    for other, made in zip(right, live, strict=True):
        spellings = [other, other._replace(cluster="default")] if other.cluster == stands_for else [other]
        same = [found for one, found in zip(left, declared, strict=True) if one in spellings]
        assert twins.of(made, among=0).resource is (same[0] if same else None)


@pytest.mark.parametrize(
    ("declared", "live", "expected"),
    [
        (("default",), ("aks-1",), {"default": "aks-1"}),
        (("default",), ("aks-1", "aks-2"), {}),
        (("default",), ("default",), {}),
        (("aks-1",), ("aks-1",), {}),
        ((), ("aks-1",), {}),
        (("default",), (), {}),
    ],
)
def test_the_assumed_cluster(declared: tuple[str, ...], live: tuple[str, ...], expected: dict[str, str]) -> None:
    objects = [[thing(Object(cluster, "Service", "shop", "a")) for cluster in side] for side in (declared, live)]
    assert aliases(*objects) == expected


@pytest.mark.parametrize("name", ["", "web-*", "${web}"])
def test_an_object_without_a_name_has_no_twin(name: str) -> None:
    one, other = thing(Object("c", "Service", "shop", name)), thing(Object("c", "Service", "shop", name))
    assert Twins([one], [other]).of(one, among=1) == Twin(None)
    assert not Twins([one], [other]).is_named(one, of=0)


def test_a_resource_that_goes_by_its_address_has_no_twin() -> None:
    made = arm.resource({"type": SERVER}, ObjectOrigin("x"), known=arm.Known(address="azurerm_x.a"))[0]
    other = arm.resource({"type": SERVER}, ObjectOrigin("x"), known=arm.Known(address="azurerm_x.a"))[0]
    assert Twins([made], [other]).of(made, among=1) == Twin(None)


NETWORK = "Microsoft.Network/virtualNetworks"
NETWORK_ID = f"/subscriptions/s1/resourceGroups/rg/providers/{NETWORK}/vnet"


def network(*subnets: str) -> Resource:
    """A network that shows its subnets."""
    items = [{"name": name, "id": f"{NETWORK_ID}/subnets/{name}", "properties": {}} for name in subnets]
    body = {"id": NETWORK_ID, "type": NETWORK, "name": "vnet", "properties": {"subnets": items}}
    return settle([Draft(arm.resource(body, ObjectOrigin("x"))[0])]).resources[0]


def subnet(name: str, subscription: str = "s1") -> Resource:
    """A subnet by itself, as a plan has it whose network is another plan's."""
    id_ = NETWORK_ID.replace("s1", subscription, 1) + f"/subnets/{name}"
    return arm.resource({"id": id_, "type": f"{NETWORK}/subnets", "name": name}, ObjectOrigin("x"))[0]


def test_a_child_is_found_within_its_parent() -> None:
    parent, child = network("app", "DB"), subnet("db")
    twins = Twins([child], [parent], NO_ALIASES)
    assert twins.of(child, among=1) == Twin(parent, path=("properties", "subnets", 1))
    assert twins.holder(child, among=1) is parent
    assert Twins([parent], [child]).of(child, among=0) == Twin(parent, path=("properties", "subnets", 1))


def test_a_child_that_its_parent_does_not_show_has_no_twin() -> None:
    child = subnet("gone")
    assert Twins([child], [network("app")]).of(child, among=1) == Twin(None)


def test_a_child_of_another_subscription_is_another() -> None:
    child = subnet("app", subscription="s2")
    assert Twins([child], [network("app")]).of(child, among=1) == Twin(None)


def test_what_is_deleted_is_no_twin() -> None:
    gone = arm.resource(
        {"id": NETWORK_ID, "type": NETWORK, "name": "vnet"}, ObjectOrigin("x"), known=arm.Known(change="delete")
    )[0]
    (deletion,) = settle([Draft(gone)]).resources
    assert Twins([deletion], [network()]).of(deletion, among=1) == Twin(None)


def test_namesakes_of_one_side_have_the_same_twin() -> None:
    """They are told as ambiguous already."""
    one, same, other = server(Thing("s1", "rg", SERVER, "a")), server(Thing("s1", "rg", SERVER, "a")), None
    other = server(Thing("s1", "rg", SERVER, "a"))
    twins = Twins([one, same], [other])
    assert [twins.of(each, among=1).resource for each in (one, same)] == [other, other]


def test_every_pair_of_spellings_of_one_id_is_a_twin() -> None:
    spellings = [Thing("s1", "rg", SERVER, "a"), Thing("S1", "RG", SERVER, "A"), Thing("", "Rg", SERVER, "a")]
    for one, other in product(spellings, spellings):
        left, right = server(one), server(other)
        assert Twins([left], [right]).of(left, among=1) == Twin(right)


VAULTS, PROTECTED = "Microsoft.RecoveryServices/vaults", "backupFabrics/protectionContainers/protectedItems"


class Protected(NamedTuple):
    """A child of a vault; of one that a plan declares the name may not be known, nor the vault."""

    subscription: str
    vault: str
    name: str


def planned(one: Protected, label: int) -> Resource:
    """As a plan has it, which never says what stands between the vault and its child."""
    above = f"/subscriptions/{one.subscription}/resourceGroups/rg/providers/{VAULTS}/{one.vault}" if one.vault else ""
    body = {"type": f"{VAULTS}/{PROTECTED}", **({"name": one.name} if one.name else {})}
    made = arm.resource(body, ObjectOrigin("x"), known=arm.Known(f"azurerm_x.a{label}", above, "create"))[0]
    return settle([Draft(made)]).resources[0]


def living(one: Protected) -> Resource:
    """As ARM shows it."""
    above = f"/subscriptions/{one.subscription}/resourceGroups/RG/providers/{VAULTS}/{one.vault}"
    id_ = f"{above}/backupFabrics/Azure/protectionContainers/c/protectedItems/{one.name}"
    return arm.resource({"id": id_, "type": f"{VAULTS}/{PROTECTED}", "name": one.name}, ObjectOrigin("x"))[0]


@given(
    st.lists(
        st.builds(
            Protected,
            st.sampled_from(("", "s1", "s2")),
            st.sampled_from(("", "v", "V1")),
            st.sampled_from(("", "a", "va")),
        )
    ),
    st.builds(
        Protected, st.sampled_from(("s1", "S2")), st.sampled_from(("v", "v1")), st.sampled_from(("a", "A", "VA"))
    ),
)
def test_what_has_no_name_may_be_what_lives_in_its_place(declared: list[Protected], live: Protected) -> None:
    plans, lives = [planned(one, number) for number, one in enumerate(declared)], living(live)
    twins = Twins(plans, [lives])
    possible = [
        all(not mine or mine.lower() == theirs.lower() for mine, theirs in zip(one, live, strict=True))
        for one in (each if each.vault else each._replace(subscription="") for each in declared)
    ]
    assert twins.may_be_nameless(lives, among=0) is any(possible)
    assert [twins.may_be_one(one, lives, among=1) for one in plans] == possible
    assert twins.of(lives, among=0) == Twin(None)
