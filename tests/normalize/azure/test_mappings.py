"""Every mapping is well formed, and what it names exists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import erpguard.normalize.azure
from erpguard.normalize.azure import hooks, transforms
from erpguard.normalize.azure.mapping import compiled, mapping
from erpguard.shipped import shipped

FOLDER = Path(erpguard.normalize.azure.__file__).parent
FILES = sorted((FOLDER / "mappings").glob("*.json"))
SCHEMA = json.loads(Path(shipped("schemas"), "mapping.schema.json").read_text(encoding="utf-8"))
ALIASES = json.loads((FOLDER / "type_aliases.json").read_text(encoding="utf-8"))


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def rows_of(given: dict[str, Any]) -> list[list[Any]]:
    return [*given.get("rows", ()), *(row for split in given.get("splits", ()) for row in split["rows"])]


def test_there_are_mappings() -> None:
    assert len(FILES) > 200


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_mapping_is_well_formed(path: Path) -> None:
    given = read(path)
    jsonschema.Draft202012Validator(SCHEMA).validate(given)
    assert compiled(given).arm == given["arm"]
    for row in rows_of(given):
        argument = row[2] if len(row) > 2 and isinstance(row[2], dict) else {}
        assert argument.get("hook", "storage_sku") in hooks.NAMES
        sources = [row[1]] if isinstance(row[1], str) else row[1]
        open_places = min(source.count("[]") for source in sources)
        assert row[0].count("[]") + row[0].count("+]") == open_places, row


def test_the_schema_knows_every_transform() -> None:
    assert set(SCHEMA["$defs"]["transform"]["enum"]) == transforms.NAMES
    assert set(SCHEMA["$defs"]["withArgument"]["properties"]) == transforms.NAMES_WITH_ARGUMENT


def test_every_hook_is_used() -> None:
    used = {
        row[2]["hook"]
        for path in FILES
        for row in rows_of(read(path))
        if len(row) > 2 and isinstance(row[2], dict) and "hook" in row[2]
    }
    assert used == hooks.NAMES


def test_aliases_lead_to_mappings() -> None:
    for name, type_ in ALIASES.items():
        assert (FOLDER / "mappings" / f"{type_.replace(':', '_')}.json").exists(), name
        assert mapping(name.partition(":")[0], name) is not None


def test_a_type_without_a_mapping_has_none() -> None:
    assert mapping("azurerm", "azurerm_policy_definition") is None
    assert mapping("azure", "azure:policy/definition:Definition") is None
    assert mapping("azurerm", "../types/Microsoft.Cache.redis") is None
