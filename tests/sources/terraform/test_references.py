"""What unknown attributes refer to, resolved to instances; and nothing where that is not certain."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.model import Path
from erpguard.normalize.declared import Reference
from tests.counted import assert_linear
from tests.sources.terraform.plans import Json, change, declared, expression, plan, resource, written

ASSOCIATION = "azurerm_subnet_network_security_group_association.db"
SUBNET = "azurerm_subnet.db"
ID = ("id",)


def refers(
    references: Any,
    *instances: str,
    asking: str = ASSOCIATION,
    unknown: Any = None,
    attribute: Any = ("subnet_id",),
    **keys: Any,
) -> list[tuple[str, Any]]:
    """What the attribute of one resource refers to, in a plan with these other instances.

    Keys whose names end in `_expression` belong to the asking resource, others to the root module.
    """
    own = {key: keys.pop(key) for key in list(keys) if key.endswith("_expression")}
    name = asking.rpartition("module.")[2].partition("[")[0]
    configuration = {**resource(name, subnet_id=references), **own}
    entries = [change(address, {}) for address in instances]
    entries.append(change(asking, {}, after_unknown=unknown or {"subnet_id": True}))
    found = declared(plan(*entries, configuration=written(configuration, **keys)))[asking].references
    assert set(found) <= {attribute}
    return [(one.address, one.attribute) for one in found.get(attribute, ())]


def test_a_single_instance() -> None:
    assert refers(f"{SUBNET}.id", SUBNET) == [(SUBNET, ID)]
    assert refers(SUBNET, SUBNET) == [(SUBNET, ())]  # as Terraform 0.13 writes it
    assert refers(f"{SUBNET}[0].id", f"{SUBNET}[0]") == [(f"{SUBNET}[0]", ID)]
    assert refers(f"{SUBNET}.identity[0].principal_id", SUBNET) == [(SUBNET, ("identity", 0, "principal_id"))]
    assert refers(f'{SUBNET}.tags["a.b"]', SUBNET) == [(SUBNET, ("tags", "a.b"))]
    assert refers(SUBNET, f"{SUBNET}[0]") == [(f"{SUBNET}[0]", ())]  # one(azurerm_subnet.db[*].id)


def test_an_explicit_key() -> None:
    instances = (f'{SUBNET}["a.b"]', f'{SUBNET}["c]"]', f'{SUBNET}["d\\"e"]')
    for address in instances:
        assert refers(f"{address}.id", *instances) == [(address, ID)]
    assert refers(f'{SUBNET}["x"].id', *instances) == []


def test_what_is_not_there_is_not_referred_to() -> None:
    assert refers(f"{SUBNET}.id") == []
    gone = change(SUBNET, None, "delete", before={})
    configuration = written(resource(ASSOCIATION, subnet_id=f"{SUBNET}.id"))
    given = plan(gone, change(ASSOCIATION, {}, after_unknown={"subnet_id": True}), configuration=configuration)
    assert declared(given)[ASSOCIATION].references == {}


def test_the_same_key() -> None:
    keyed = [f'{SUBNET}["a"]', f'{SUBNET}["b"]']
    asking = f'{ASSOCIATION}["b"]'
    assert refers([SUBNET, "each.key"], *keyed, asking=asking) == [(keyed[1], ())]
    counted = [f"{SUBNET}[0]", f"{SUBNET}[1]"]
    assert refers([SUBNET, "count.index"], *counted, asking=f"{ASSOCIATION}[1]") == [(counted[1], ())]
    assert refers([SUBNET, "each.key"], *keyed, asking=f'{ASSOCIATION}["z"]') == []


def test_iterating_over_another_resource() -> None:
    keyed = [f'{SUBNET}["a"]', f'{SUBNET}["b"]']
    asking = f'{ASSOCIATION}["b"]'
    over = expression(SUBNET)
    assert refers("each.value.id", *keyed, asking=asking, for_each_expression=over) == [(keyed[1], ID)]
    over = expression("azurerm_subnet.only.id")
    assert refers("each.value", "azurerm_subnet.only", asking=asking, for_each_expression=over) == [
        ("azurerm_subnet.only", ID)
    ]
    over = expression(["azurerm_subnet.x.id", "azurerm_subnet.y.id"])
    assert refers("each.value", "azurerm_subnet.x", "azurerm_subnet.y", asking=asking, for_each_expression=over) == []
    assert refers("each.value.id", *keyed, asking=asking) == []


def test_all_instances_at_once() -> None:
    keyed = [f'{SUBNET}["a"]', f'{SUBNET}["b"]']
    assert refers(SUBNET, *keyed) == [(keyed[0], ()), (keyed[1], ())]
    assert refers([SUBNET, "azurerm_subnet.x.id"], *keyed, "azurerm_subnet.x") == [
        (keyed[0], ()),
        (keyed[1], ()),
        ("azurerm_subnet.x", ID),
    ]
    assert refers([SUBNET, "each.value.subnet"], *keyed) == []
    assert refers([SUBNET, "local.key"], *keyed) == []


def test_a_variable_picks_one() -> None:
    keyed = [f'{SUBNET}["a"]', f'{SUBNET}["b"]']
    variables = {"key": {"default": "b"}, "unknown": {}}
    assert refers([SUBNET, "var.key"], *keyed, variables=variables) == [(keyed[1], ())]
    assert refers([SUBNET, "var.unknown"], *keyed, variables=variables) == []


@pytest.mark.parametrize("other", ["local.subnet", "data.azurerm_subnet.x.id", "each.value.id", "module.gone.id"])
def test_what_cannot_be_followed_makes_all_uncertain(other: str) -> None:
    assert refers([f"{SUBNET}.id", other], SUBNET) == []
    assert refers(other, SUBNET) == []


def test_conditions_name_what_they_choose_from() -> None:
    given = refers(["var.is_small", f"{SUBNET}.id", "azurerm_subnet.x.id"], SUBNET, "azurerm_subnet.x")
    assert given == [(SUBNET, ID), ("azurerm_subnet.x", ID)]
    assert refers(["path.module", "terraform.workspace", f"{SUBNET}.id"], SUBNET) == [(SUBNET, ID)]


def module(references: Json, *resources: Json, outputs: Json | None = None, **keys: Any) -> Json:
    """A call of a module."""
    arguments = {name: expression(one) for name, one in references.items()}
    named = {name: {"expression": expression(one)} for name, one in (outputs or {}).items()}
    calls = keys.pop("module_calls", {})
    return {
        "source": "./m",
        "expressions": arguments,
        "module": {"resources": list(resources), "outputs": named, "variables": {}, "module_calls": calls},
        **keys,
    }


def within(call: Json, asking: str, *instances: str, name: str = "m", **unknown: Any) -> tuple[Reference, ...]:
    entries = [change(address, {}) for address in instances]
    entries.append(change(asking, {}, after_unknown=unknown or {"subnet_id": True}))
    found = declared(plan(*entries, configuration=written(module_calls={name: call})))[asking].references
    return found.get(("subnet_id",), ())


def test_variables_of_modules() -> None:
    own = resource(ASSOCIATION, subnet_id="var.subnet")
    asking = f"module.m.{ASSOCIATION}"
    assert within(module({"subnet": f"{SUBNET}.id"}, own), asking, SUBNET) == (Reference(SUBNET, ID),)
    assert within(module({}, own), asking, SUBNET) == ()
    deep = module({"subnet": "var.outer"}, own)
    outer = module({"outer": f"{SUBNET}.id"}, module_calls={"inner": deep})
    assert within(outer, f"module.m.module.inner.{ASSOCIATION}", SUBNET) == (Reference(SUBNET, ID),)


def test_instances_of_modules() -> None:
    own = resource(ASSOCIATION, subnet_id="var.subnet")
    keyed = [f'{SUBNET}["a"]', f'{SUBNET}["b"]']
    call = module({"subnet": [SUBNET, "each.key"]}, own)
    assert within(call, f'module.m["b"].{ASSOCIATION}', *keyed) == (Reference(keyed[1], ()),)
    call = module({"subnet": "each.value.id"}, own, for_each_expression=expression(SUBNET))
    assert within(call, f'module.m["b"].{ASSOCIATION}', *keyed) == (Reference(keyed[1], ID),)
    same = [f'module.m["{key}"].{SUBNET}' for key in "ab"]
    call = module({}, resource(ASSOCIATION, subnet_id=f"{SUBNET}.id"), resource(SUBNET))
    assert within(call, f'module.m["b"].{ASSOCIATION}', *same) == (Reference(same[1], ID),)


def test_parts_of_variables() -> None:
    asking, own = f"module.m.{ASSOCIATION}", resource(ASSOCIATION, subnet_id="var.net.subnet_id")
    assert within(module({"net": SUBNET}, own), asking, SUBNET) == (Reference(SUBNET, ("subnet_id",)),)
    assert within(module({"net": f"{SUBNET}.id"}, own), asking, SUBNET) == (Reference(SUBNET, ID),)
    both = module({"net": [f"{SUBNET}.id", "azurerm_route_table.x.id"]}, own)
    assert within(both, asking, SUBNET, "azurerm_route_table.x") == ()
    picked = module(
        {"nets": [f"{SUBNET}.id", "azurerm_subnet.x.id"]}, resource(ASSOCIATION, subnet_id=["var.nets", "count.index"])
    )
    assert within(picked, asking, SUBNET, "azurerm_subnet.x") == ()


def test_outputs_of_modules() -> None:
    call = module(
        {}, resource(SUBNET), outputs={"id": f"{SUBNET}.id", "all": SUBNET, "both": [f"{SUBNET}.id", "a_b.c.id"]}
    )
    inner = f"module.net.{SUBNET}"
    calls = {"net": call}

    def output(reference: Any, *instances: str, asking: str = ASSOCIATION) -> list[tuple[str, Any]]:
        return refers(reference, *instances, asking=asking, module_calls=calls)

    assert output("module.net.id", inner) == [(inner, ID)]
    assert output("module.net.all.id", inner) == [(inner, ID)]
    assert output("module.net.both.x", inner, "module.net.a_b.c") == []
    assert output("module.net.missing", inner) == []
    assert output("module.net", inner) == []
    keyed = [f'module.net["{key}"].{SUBNET}' for key in "ab"]
    assert output('module.net["b"].id', *keyed) == [(keyed[1], ID)]
    assert output(["module.net", "each.key"], *keyed, asking=f'{ASSOCIATION}["b"]') == []
    assert output("module.net.id", keyed[0]) == [(keyed[0], ID)]


def test_from_one_module_to_another() -> None:
    net = module({}, resource(SUBNET), outputs={"id": f"{SUBNET}.id"})
    apps = module({"subnet": "module.net.id"}, resource(ASSOCIATION, subnet_id="var.subnet"))
    asking, inner = f"module.apps.{ASSOCIATION}", f"module.net.{SUBNET}"
    entries = [change(inner, {}), change(asking, {}, after_unknown={"subnet_id": True})]
    given = plan(*entries, configuration=written(module_calls={"net": net, "apps": apps}))
    assert declared(given)[asking].references == {("subnet_id",): (Reference(inner, ID),)}


def test_unknown_items_and_objects_go_by_their_attribute() -> None:
    both = [f"{SUBNET}.id", "azurerm_subnet.x.id"]
    found = refers(both, SUBNET, "azurerm_subnet.x", unknown={"subnet_id": [True, True]})
    assert found == [(SUBNET, ID), ("azurerm_subnet.x", ID)]
    assert refers(f"{SUBNET}.id", SUBNET, unknown={"subnet_id": {"a": True}}) == [(SUBNET, ID)]


def test_known_attributes_have_no_references() -> None:
    assert refers(f"{SUBNET}.id", SUBNET, unknown={"other": True}) == []


def constant(value: Any) -> Json:
    return {"constant_value": value}


def test_blocks() -> None:
    nic = "azurerm_network_interface.erp"
    blocks = [{"name": constant("a"), "subnet_id": expression(f"{SUBNET}.id")}]
    given = plan(
        change(SUBNET, {}),
        change(nic, {"ip": [{"name": "a"}]}, after_unknown={"ip": [{"subnet_id": True}]}),
        configuration=written(resource(nic, ip=blocks)),
    )
    assert declared(given)[nic].references == {("ip", 0, "subnet_id"): (Reference(SUBNET, ID),)}


def test_blocks_of_a_set_are_told_apart_by_what_they_say() -> None:
    nic, other = "azurerm_network_interface.erp", "azurerm_subnet.other"
    blocks = [
        {"name": constant("b"), "port": constant("80"), "subnet_id": expression(f"{other}.id")},
        {"name": constant("a"), "port": constant(80), "subnet_id": expression(f"{SUBNET}.id")},
    ]
    after = {"ip": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]}
    unknown = {"ip": [{"subnet_id": True}, {"subnet_id": True}]}
    entries = [change(SUBNET, {}), change(other, {}), change(nic, after, after_unknown=unknown)]
    found = declared(plan(*entries, configuration=written(resource(nic, ip=blocks))))[nic].references
    assert found == {("ip", 0, "subnet_id"): (Reference(SUBNET, ID),), ("ip", 1, "subnet_id"): (Reference(other, ID),)}
    for block in blocks:
        del block["name"]
    assert declared(plan(*entries, configuration=written(resource(nic, ip=blocks))))[nic].references == {}
    blocks[0]["subnet_id"] = blocks[1]["subnet_id"]
    assert len(declared(plan(*entries, configuration=written(resource(nic, ip=blocks))))[nic].references) == 2


def test_circles_end() -> None:
    a = module({"x": "module.b.out"}, resource(ASSOCIATION, subnet_id="var.x"), outputs={"out": "var.x"})
    b = module({"x": "module.a.out"}, outputs={"out": "var.x"})
    asking = f"module.a.{ASSOCIATION}"
    given = plan(
        change(asking, {}, after_unknown={"subnet_id": True}), configuration=written(module_calls={"a": a, "b": b})
    )
    assert declared(given)[asking].references == {}


def asked(count: int, *references: str) -> list[dict[Path, tuple[Reference, ...]]]:
    """What instances refer to whose expression names these: as many instances as there are subnets."""
    entries = [change(f'{SUBNET}["{index}"]', {}) for index in range(count)]
    entries += [change(f'{ASSOCIATION}["{index}"]', {}, after_unknown={"subnet_id": True}) for index in range(count)]
    wide = written(resource(ASSOCIATION, subnet_id=list(references)), resource(SUBNET))
    found = declared(plan(*entries, configuration=wide))
    return [dict(one.references) for address, one in found.items() if address.startswith(ASSOCIATION)]


def test_wide_expressions() -> None:
    assert [len(one[("subnet_id",)]) for one in asked(300, SUBNET)] == [300] * 300
    assert asked(300, *(f"var.x{index}" for index in range(5000))) == [{}] * 300


def test_wide_expressions_take_linear_work() -> None:
    """Whether many instances refer to all of many others, or to many variables."""
    assert_linear(lambda count: lambda: asked(count, SUBNET), 300)
    assert_linear(lambda count: lambda: asked(30, *(f"var.x{index}" for index in range(count))), 3000)
