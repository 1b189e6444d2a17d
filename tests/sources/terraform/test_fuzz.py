"""Whatever stands in a plan or state: problems, never a crash."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from erpguard.model import Path
from erpguard.sources import Input
from erpguard.sources.terraform import TerraformPlans
from tests.sources.terraform.plans import change, expression, plan, resource, written

NSG, LINK = "azurerm_network_security_group.erp", "azurerm_subnet_network_security_group_association.erp"
RULES = [{"name": "ssh", "priority": 100, "access": "Allow"}, {"name": "web", "priority": 110}]
UNKNOWN = {"id": True, "security_rule": [{"direction": True}, {}], "tags": {"a": True}}
CALL = {
    "source": "./m",
    "expressions": {"nsg": expression(f"{NSG}.id"), "pw": {"constant_value": "secret-value"}},
    "for_each_expression": expression("local.x"),
    "module": {
        "resources": [resource(LINK, subnet_id="each.value", network_security_group_id="var.nsg")],
        "variables": {"nsg": {}, "pw": {"sensitive": True}},
        "outputs": {"o": {"expression": expression(f"{LINK}.id")}},
    },
}
PLAN = plan(
    change(
        NSG,
        {"name": "nsg", "security_rule": RULES, "tags": {}},
        after_unknown=UNKNOWN,
        after_sensitive={"tags": {"b": True}},
    ),
    change(f'module.m["a"].{LINK}', {}, after_unknown={"subnet_id": True, "network_security_group_id": True}),
    change("azurerm_redis_cache.erp", {"name": "r"}, ["delete", "create"], before={"name": "q", "k": "secret-value"}),
    change("kubectl_manifest.a", {"yaml_body": "a: 1"}, provider_name="x/kubectl"),
    change("kubernetes_secret_v1.a", {"metadata": [{"name": "x"}], "data": {"a": "b"}}, provider_name="x/kubernetes"),
    variables={"x": {"value": "secret-value"}},
    configuration=written(
        resource(NSG, name="var.x", security_rule=[{"name": {"constant_value": "ssh"}}]),
        module_calls={"m": CALL},
        variables={"x": {"sensitive": True, "default": None}},
    ),
    output_changes={"o": {"after": "x", "after_sensitive": True}},
)
VALUES = {
    "address": NSG,
    "type": "azurerm_network_security_group",
    "values": {"name": "x"},
    "sensitive_values": {"a": True},
}
SHOWN = {
    "format_version": "1.0",
    "values": {
        "outputs": {"o": {"sensitive": True, "value": "x"}},
        "root_module": {"resources": [VALUES], "child_modules": [{"resources": []}]},
    },
}
STORED = {
    "version": 4,
    "outputs": {"o": {"sensitive": True, "value": "x"}},
    "resources": [
        {
            "type": "azurerm_redis_cache",
            "name": "x",
            "instances": [
                {
                    "index_key": "a",
                    "attributes": {"name": "x", "b": {"value": 1, "type": "number"}},
                    "sensitive_attributes": [[{"type": "get_attr", "value": "name"}]],
                }
            ],
        }
    ],
}
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"a": 1},
    [{"a": None}],
    "${x}",
    {"references": 1},
]


def paths(value: Any, path: Path = ()) -> list[Path]:
    found = [path] if path else []
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in parts:
        found += paths(inner, (*path, step))
    return found


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def spoiled(value: Any, chance: random.Random) -> Any:
    """A copy in which something was replaced by something odd, or by another part, or left out."""
    value = copy.deepcopy(value)
    for _ in range(chance.choice([1, 1, 3])):
        every = paths(value)
        if not every:
            return value
        path = chance.choice(every)
        holder, way = at(value, path[:-1]), chance.randrange(3)
        if way == 0:
            holder[path[-1]] = copy.deepcopy(chance.choice(ODD))
        elif way == 1:
            holder[path[-1]] = copy.deepcopy(at(value, chance.choice(every)))
        else:
            del holder[path[-1]]
    return value


@pytest.mark.parametrize("given", [PLAN, SHOWN, STORED], ids=["plan", "shown", "stored"])
def test_spoiled_files_never_crash(given: Any) -> None:
    for seed in range(250):
        data = json.dumps(spoiled(given, random.Random(seed))).encode()
        collected = TerraformPlans().collect([Input("plan.json", data=data)])
        for one in collected.resources:
            one.origin.place(("properties", "a", 0))
        for problem in collected.problems:
            assert "\n" not in problem.message and "secret-value" not in problem.message
