"""Whatever a plan holds, it becomes resources: no value, of whatever type, ends the scan."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import erpguard.normalize.azure
from erpguard.normalize.azure.mapping import mapping
from tests.normalize.azure.declared import declare, made

NAMES = sorted(path.stem for path in (Path(erpguard.normalize.azure.__file__).parent / "mappings").glob("*.json"))
JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "a|b",
    "/subscriptions/",
    "/subscriptions/0/providers",
    [],
    [[]],
    [None],
    [{}],
    {},
]
KEYS = ["id", "name", "type", "location", "tags", "identity", "scope", "sku", "properties", "body", "policy"]


def junk(random_: random.Random, keys: list[str], depth: int = 0) -> Any:
    choice = random_.random()
    if depth > 3 or choice < 0.4:
        return random_.choice(JUNK)
    if choice < 0.7:
        return [junk(random_, keys, depth + 1) for _ in range(random_.randrange(3))]
    return {random_.choice(keys): junk(random_, keys, depth + 1) for _ in range(random_.randrange(4))}


def keys_of(type_: str, provider: str) -> list[str]:
    how = mapping(provider, type_)
    assert how is not None
    rows = [
        *getattr(how.spelling, "rows", ()),
        *(row for one in how.splits for row in getattr(one.spelling, "rows", ())),
    ]
    found = {step for row in rows for source in row.sources for step in source if isinstance(step, str)}
    parents = {str(step) for one in (*how.parents, *how.patches) for step in (*one.id, *one.name)}
    return sorted(found | parents | set(KEYS))


@pytest.mark.parametrize("name", NAMES)
def test_junk(name: str) -> None:
    random_ = random.Random(name)
    provider = "azure-native" if name.startswith("azure-native") else "azurerm"
    type_ = name.replace("_", ":", 2) if provider == "azure-native" else name
    keys = keys_of(type_, provider)
    address = f"urn:pulumi:a::b::{type_}::c" if provider == "azure-native" else f"{type_}.a"
    for _ in range(12):
        values = {key: junk(random_, keys) for key in random_.sample(keys, min(len(keys), 12))}
        unknown = " ".join(f"{random_.choice(keys)}.{random_.choice(['0', '0.name', '7.x', '2'])}" for _ in range(3))
        declared = declare(
            address,
            values,
            unknown=unknown + f" {random_.choice(keys)}",
            refers={random_.choice(keys): f"{address} id" for _ in range(3)},
            change=random_.choice(["create", "update", "replace", "delete", "no-op"]),
            before=random_.choice([None, {}, values]),
        )
        how = mapping(provider, type_)
        assert how is not None
        owners = [str(one.id[0]) for one in (*how.parents, *how.patches) if one.id]
        owner = how.arm if how.patches else how.arm.rpartition("/")[0]
        target = declare("azapi_resource.t", {"type": owner, "name": "t", "body": junk(random_, keys)})
        links = {one: "azapi_resource.t id" for one in owners}
        settings = {key: value for key, value in values.items() if key not in owners}
        child = declare(f"{address}2", settings, unknown=" ".join(owners), refers=links)
        for resource in made(declared, child, target).resources:
            resource.origin.place(("properties", "x", 0, "properties"))
            for path in resource.unknown:
                resource.origin.place(path)
