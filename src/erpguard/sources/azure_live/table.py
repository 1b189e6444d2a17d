"""What is read, and how: one row for each list or single object, in `services.json` beside this module.

type        the ARM type of what it gives
version     the api-version, pinned: what ARM shows depends on it
of          the types of the resources that it is asked for, one call each; none: one call per subscription or group
path        by default `{scope}/providers/<type>`, below a resource `{parent}/<last part of the type>`
query       what the address has besides the api-version
get         whether it is one object instead of a list
client      `network` or `authorization`: the client of azure-mgmt that asks; by default the request is made here
operation   of that client, for a subscription; for a resource group it is the `list` of the same operations
arguments   of that operation
action      what the identity needs; by default `<type>/read`
absent      statuses, reasons or error codes that say that there is none, where others mean that it was not read
only, skip  values of the resource for which it is asked, or not asked, at all
keep        values of what is taken from the list: nobody judges the rest
wide        asked for at the subscription also where only some groups are read
group_path  the path of the group itself, where only some groups are read
gate        asked before anything else: without it there is no such subscription
late        asked after everything else: Azure allows few such calls in a time, or little depends on them

`{subscription}`, `{scope}` (the subscription, or the group) and `{parent}` are ids; `{group}` and `{name}` are parts of
the parent's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from erpguard.model import value_at
from erpguard.model.arm_ids import parse
from erpguard.normalize.azure.arm_types import arm_type

_FILE = os.path.join(os.path.dirname(__file__), "services.json")
_NONE: Mapping[str, Any] = {}


class Service(NamedTuple):
    """A row; see the module."""

    type: str
    version: str
    of: tuple[str, ...] = ()
    path: str = ""
    query: Mapping[str, str] = _NONE
    get: bool = False
    client: str = ""
    operation: str = ""
    arguments: Mapping[str, str] = _NONE
    action: str = ""
    absent: tuple[int | str, ...] = ()
    only: Mapping[str, list[str]] = _NONE
    skip: Mapping[str, list[str]] = _NONE
    keep: Mapping[str, list[str]] = _NONE
    wide: bool = False
    group_path: str = ""
    gate: bool = False
    late: bool = False

    def asks(self, parent: Mapping[str, Any]) -> bool:
        """Whether it is asked for this resource."""
        return all(_is_one(parent, *one) for one in self.only.items()) and not any(
            _is_one(parent, *one) for one in self.skip.items()
        )

    def keeps(self, body: Mapping[str, Any]) -> bool:
        """Whether something of the list is taken."""
        return all(_is_one(body, *one) for one in self.keep.items())

    def missing(self) -> tuple[str, ...]:
        """The types of which some may be missing where this was not read: its own, and those that are found by it."""
        if self is GRAPH:
            return ()  # it finds what no policy knows
        known = arm_type(self.type)
        found = [self.type, *(known.parts if known else ())]
        for child in children(self.type):
            found += child.missing()
        return tuple(dict.fromkeys(found))


GRAPH = Service(
    "Microsoft.ResourceGraph/resources",
    "2022-10-01",
    path="/providers/Microsoft.ResourceGraph/resources",
    action="Microsoft.ResourceGraph/resources/read",
)
"""What finds that there is more than the lists show; asked with POST, as all queries of Resource Graph are."""

DESCENDANTS = Service(
    "Microsoft.Management/managementGroups/descendants",
    "2020-05-01",
    path="{parent}/descendants",
    action="Microsoft.Management/managementGroups/descendants/read",
)
"""What finds the subscriptions of a management group."""

EVERYTHING = ("*",)
"""The types of a gap behind which anything may be."""


class Call(NamedTuple):
    """One list or object to read: a row, where, and for which resource."""

    service: Service
    subscription: str
    group: str = ""
    parent: str = ""

    @property
    def scope(self) -> str:
        """The id of the subscription, or of the group."""
        return f"{self.subscription}/resourceGroups/{self.group}" if self.group else self.subscription

    @property
    def where(self) -> str:
        """What it is read of, for a gap."""
        return self.parent or self.scope

    @property
    def is_group(self) -> bool:
        """Whether it asks for the group itself."""
        return bool(self.group and self.service.group_path)

    @property
    def is_object(self) -> bool:
        """Whether it gives one object, and no list."""
        return self.service.get or self.is_group

    def path(self) -> str:
        """The path of the address."""
        return (self.service.group_path if self.is_group else self.service.path).format_map(self._names())

    def arguments(self) -> dict[str, str]:
        """The arguments of the client's operation."""
        names = self._names()
        found = {key: value.format_map(names).strip("/") for key, value in self.service.arguments.items()}
        return {"resource_group_name": self.group} if self.group and not found else found

    def operation(self) -> str:
        """The operation of the client."""
        name = self.service.operation
        return f"{name.partition('.')[0]}.list" if self.group and not self.service.arguments else name

    def _names(self) -> dict[str, str]:
        own = parse(self.parent)
        return {
            "subscription": self.subscription,
            "scope": self.scope,
            "parent": self.parent,
            "group": own.group,
            "name": own.name,
        }


@cache
def services() -> tuple[Service, ...]:
    """All rows."""
    with open(_FILE, encoding="utf-8") as opened:
        return tuple(_service(given) for given in json.load(opened))


@cache
def roots() -> tuple[Service, ...]:
    """The rows that are asked for subscriptions and groups."""
    return tuple(one for one in services() if not one.of)


@cache
def children(type_: str) -> tuple[Service, ...]:
    """The rows that are asked for each resource of a type, in any case."""
    lowered = type_.lower()
    return tuple(one for one in services() if any(parent.lower() == lowered for parent in one.of))


@cache
def listed_types() -> frozenset[str]:
    """The types that some row reads, in lower case, those that come as parts of others among them."""
    return frozenset(type_.lower() for one in services() for type_ in one.missing())


def _service(given: dict[str, Any]) -> Service:
    type_, below = given["type"], given.get("of")
    step = type_.rpartition("/")[2]
    given.setdefault("path", f"{{parent}}/{step}" if below else f"{{scope}}/providers/{type_}")
    given.setdefault("action", f"{type_}/read")
    return Service(**{**given, "of": tuple(below or ()), "absent": tuple(given.get("absent", ()))})


def _is_one(body: Mapping[str, Any], path: str, values: list[str]) -> bool:
    value = value_at(body, tuple(path.split(".")))
    return isinstance(value, str) and value.lower() in [one.lower() for one in values]
