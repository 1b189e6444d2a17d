"""From ARM's paths back to the provider's: for every row of every mapping, with made-up values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest

from erpguard.model import Path
from erpguard.normalize.azure import mapping as mappings
from erpguard.normalize.azure.mapping import compiled
from erpguard.normalize.azure.rows import Row, Rows
from erpguard.normalize.azure.templates import fetch, filled, is_open
from erpguard.normalize.azure.transforms import OWN

FILES = sorted((File(mappings.__file__).parent / "mappings").glob("azurerm_*.json"))
SCALAR = str | int | bool
ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.X/y/z"
TRIED: tuple[Any, ...] = (
    "b", ["b", "a", "c"], [ID + "/b", ID], True, False, 7, 131072, {"team": "erp"}, "GP_Standard_D4s_v3", "23:00",
    "https://kv.vault.azure.net/keys/s/1", "-1", "Standard",
)  # fmt: skip


def spellings(file: File, bridged: bool) -> Iterator[Rows]:
    """The rows of a mapping, and those of the children that it holds."""
    made = compiled(json.loads(file.read_text(encoding="utf-8")), bridged)
    for spelling in (made.spelling, *(split.spelling for split in made.splits)):
        assert isinstance(spelling, Rows)
        yield spelling


def put(values: dict[str, Any], path: Path, value: Any) -> None:
    """Write a value, and the blocks above it: each list has what comes before its item too."""
    node: Any = values
    for step, following in zip(path, (*path[1:], None), strict=True):
        if isinstance(step, int):
            node += [{} if isinstance(following, str) else None for _ in range(step + 1 - len(node))]
        below: Any = value if following is None else [] if isinstance(following, int) else {}
        if following is None or (isinstance(step, str) and step not in node) or node[step] is None:
            node[step] = below
        node = node[step]


def written(row: Row, number: int, value: Any) -> dict[str, Any]:
    """Values that have something for a row, in the item of that number of each of its lists."""
    values: dict[str, Any] = {}
    for steps, allowed in row.when:
        if allowed[0] is not None:
            put(values, filled(steps, [number] * 9), allowed[0])
    for steps in row.sources:
        put(values, filled(steps, [number] * 9), value)
    return values


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list) and value:
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, step))
    elif value is not None and value != {} and value != []:
        yield path, value


def objects(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict | list):
        if isinstance(value, dict):
            yield path
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from objects(inner, (*path, step))


def filled_in(rows: Rows, row: Row, number: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Values for a row, and the body that it makes of them; None if nothing that is tried makes one."""
    constants = [one for one in getattr(row.change, "args", ()) if isinstance(one, dict)]
    for value in (*(key for table in constants for key in table), *TRIED):
        values = written(row, number, value)
        body = rows.body(values)
        if fetch(body, filled(row.target, [number] * 9)) is not None:
            return values, body
    return None


def is_told(leaf: Any, given: Any) -> bool:
    """Whether a text in ARM is one that stands in a provider's value, but for its case."""
    text = str(leaf).removeprefix(OWN).lower()
    return str(given).lower() in text or text in str(given).lower()


@pytest.mark.parametrize("bridged", [False, True], ids=["azurerm", "azure"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_property_leads_to_its_attribute(file: File, bridged: bool) -> None:
    for rows in spellings(file, bridged):
        for row in rows.rows:
            for number in (0, 2) if any(map(is_open, row.target)) else (0,):
                made = filled_in(rows, row, number)
                if made is None:
                    assert row.hides, f"no value is known for {row}"
                    continue
                values, body = made
                for path, leaf in leaves(body):
                    found = rows.source(path, values)
                    given = fetch(values, found)
                    assert given is not None, f"{path} leads to {found}, where nothing stands"
                    if path[: len(row.target)] == filled(row.target, [number] * 9):
                        (own,) = {one for one in sources(row, number) if found[: len(one)] == one}
                        assert leaf == given or row.change is not None, (path, found)
                        assert isinstance(given, SCALAR) or len(path) == len(row.target), "an item leads to an item"
                        assert found == own or is_told(leaf, given) or is_told(path[-1], given), (path, found)


@pytest.mark.parametrize("bridged", [False, True], ids=["azurerm", "azure"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_nobody_set_leads_to_no_other_attribute(file: File, bridged: bool) -> None:
    """It leads to the block that would hold it, or to the attribute that would be it."""
    for rows in spellings(file, bridged):
        for row in rows.rows:
            made = filled_in(rows, row, 0)
            if made is None:
                continue
            values, body = made
            for path in objects(body):
                found = rows.source((*path, "nothing"), values)
                assert not isinstance(fetch(values, found), SCALAR), (path, found)
            for other in rows.rows:
                path = filled(other.target, [0] * 9)
                if fetch(body, path) is not None:
                    continue
                found = rows.source(path, values)
                own = {one for each in rows.rows if each.target == other.target for one in sources(each, 0)}
                assert found in own or not isinstance(fetch(values, found), SCALAR), (path, found)


def sources(row: Row, number: int) -> list[Path]:
    """The attributes of a row, in the items of that number."""
    return [filled(steps, [number] * 9) for steps in row.sources]
