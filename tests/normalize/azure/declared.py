"""Declarations for tests, and what they become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erpguard.model import Path, Place, Resource, pointer
from erpguard.normalize.azure.declarations import Made, resources
from erpguard.normalize.declared import Declared, Reference

GROUP = "rg-erp-prod"


class Here:
    """An origin that shows the path it is asked for, in the provider's spelling."""

    def __init__(self, file: str) -> None:
        self.file = file

    def place(self, path: Path) -> Place:
        return Place(self.file, 1, 1, 1, 2, "", pointer(path))

    def place_of_line(self, path: Path, line: int) -> Place:
        return Place(self.file, 1 + line, 1, 1 + line, 2, "", pointer(path))

    def text(self, path: Path) -> str:
        return "written"


def paths(*given: str) -> frozenset[Path]:
    """`a.0.b` -> the path `("a", 0, "b")`."""
    return frozenset(path(one) for one in given)


def path(text: str) -> Path:
    """`a.0.b` -> `("a", 0, "b")`."""
    return tuple(int(step) if step.isdigit() else step for step in text.split("."))


def declare(address: str, values: Mapping[str, Any] | None = None, **given: Any) -> Declared:
    """A declaration: `azurerm_subnet.db`, or a URN. `unknown`, `sensitive` and `unset` are texts with spaces between.

    `refers` maps a path to the attributes it refers to: `{"subnet_id": "azurerm_subnet.db id"}`.
    """
    if "::" in address:
        type_ = address.split("::")[2]
        provider = type_.partition(":")[0]
    else:
        type_ = address.split(".")[-2] if "[" not in address else address.split("[")[0].split(".")[-2]
        provider = type_.partition("_")[0]
    references = {
        path(at): tuple(
            Reference(one.split()[0], path(one.split()[1]) if " " in one else ()) for one in targets.split(", ")
        )
        for at, targets in given.pop("refers", {}).items()
    }
    unknown, sensitive, unset = (paths(*given.pop(key, "").split()) for key in ("unknown", "sensitive", "unset"))
    return Declared(
        address,
        provider,
        type_,
        dict(values or {}),
        Here(address),
        unknown=unknown | sensitive,
        sensitive=sensitive,
        unset=unset,
        references=references,
        **given,
    )


def made(*declared: Declared, **settings: Any) -> Made:
    """The resources of declarations."""
    return resources(declared, settings, "terraform_plan")


def one(*declared: Declared, type: str = "", **settings: Any) -> Resource:
    """The first resource of declarations, or the only one of a type."""
    found = made(*declared, **settings)
    assert found.problems == []
    return next(resource for resource in found.resources if not type or resource.type == type)


def at(value: Any, text: str) -> Any:
    """What stands at a path of a body; None where nothing does."""
    for step in path(text) if text else ():
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
