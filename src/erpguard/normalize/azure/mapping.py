"""Mappings: one JSON file per type of a provider, `mappings/azurerm_storage_account.json`. Loaded when the type occurs.

`schemas/mapping.schema.json` describes the form. A mapping that has `unflatten` instead of `rows` is of a provider that
writes ARM's names (`erpguard.normalize.azure.unflatten`).
"""

from __future__ import annotations

import json
import os
from collections import abc
from collections.abc import Iterable, Iterator
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from erpguard.model import Path
from erpguard.normalize.azure import classic
from erpguard.normalize.azure.hooks import hook
from erpguard.normalize.azure.rows import Row, Rows
from erpguard.normalize.azure.templates import Template, template
from erpguard.normalize.azure.transforms import Transform, transform
from erpguard.normalize.azure.unflatten import Unflatten

_FOLDER = os.path.join(os.path.dirname(__file__), "mappings")

_COMMON: tuple[list[Any], ...] = (
    ["name", "name"],
    ["location", "location"],
    ["tags", "tags"],
    ["identity.type", "identity[0].type"],
    ["identity.principalId", "identity[0].principal_id"],
    ["identity.tenantId", "identity[0].tenant_id"],
    ["identity.userAssignedIdentities", "identity[0].identity_ids", {"links": "keys"}],
)
"""What every resource of azurerm spells alike; a row of the mapping with the same ARM path takes precedence."""


class Spelling(Protocol):
    """Translates between the spelling of a provider and ARM's."""

    named: tuple[Row, ...]
    """The rows whose value is a name, where ARM has an id."""

    hiding: tuple[Row, ...]
    """The rows of attributes that only tell that ARM has a value."""

    def body(self, values: dict[str, Any]) -> dict[str, Any]:
        """The ARM body of a provider's values."""

    def targets(self, path: Path) -> list[tuple[Path, Row | None]]:
        """The ARM paths that rest on a path of the provider, each with its row, if there is one."""

    def links(self, path: Path) -> str | None:
        """Whether a path holds an id (`one`), ids (`many`), or neither (empty); None where the key has to tell."""

    def source(self, path: Path, values: dict[str, Any]) -> Path:
        """The provider's path for an ARM path, or for the nearest thing above it that has one."""


class Parent(NamedTuple):
    """How a resource names what it belongs to.

    id     attribute that holds its ARM id, or
    type, names, group
           its ARM type, and the attributes that hold its name and its resource group
    under  what follows the id: `/blobServices/default`

    `{attribute}` in `type` and `under` stands for the value of an attribute.
    """

    id: Template = ()
    type: str = ""
    name: Template = ()
    group: Template = ()
    under: str = ""


class Assumed(NamedTuple):
    """What a provider sends for something that nobody configured, by its major version."""

    path: Template
    absent: Template
    by_version: dict[str, Any]


class Split(NamedTuple):
    """A child resource that the provider shows as a part of its parent.

    when  it exists only where this stands; empty where it always exists
    at    the place of what it has none of its own for
    """

    arm: str
    name: Template
    fixed_name: str
    when: Template
    at: Template
    spelling: Spelling


class Mapping(NamedTuple):
    """How one type of a provider becomes an ARM resource.

    patches  how it names the resource that it is only a setting of; empty for what is a resource by itself
    append   lists that such a setting adds to
    has_own  its parts refer to each other by ids that begin with its own
    ids      the attributes that may hold its ARM id
    name, group
             the attributes that hold what it is called, and its resource group
    api_versions
             the version of Azure's API that the provider uses where none is named, by its major version
    """

    arm: str
    spelling: Spelling
    parents: tuple[Parent, ...]
    patches: tuple[Parent, ...]
    append: tuple[Path, ...]
    has_own: bool
    assumed: tuple[Assumed, ...]
    splits: tuple[Split, ...]
    ids: tuple[Template, ...]
    name: Template
    group: Template
    constants: dict[str, Any]
    api_versions: abc.Mapping[str, str] = MappingProxyType({})


def mapping(provider: str, type_: str) -> Mapping | None:
    """The mapping of a provider's type; None where there is none."""
    file, bridged = _aliases().get(type_, type_), provider == "azure"
    if bridged and not file.startswith("azurerm_"):
        return None
    return _load(file, bridged)


@cache
def _aliases() -> dict[str, str]:
    """Other names of types: bridged Pulumi tokens, and those of an earlier major version."""
    with open(os.path.join(_FOLDER, "..", "type_aliases.json"), encoding="utf-8") as opened:
        given: dict[str, str] = json.load(opened)
    return given


@cache
def _files() -> frozenset[str]:
    """The names of the mappings: the type in a plan is only looked up, never part of a path."""
    return frozenset(os.listdir(_FOLDER))


@cache
def _load(type_: str, bridged: bool) -> Mapping | None:
    name = f"{type_.replace(':', '_')}.json"
    if name not in _files():
        return None
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as opened:
        return compiled(json.load(opened), bridged)


def compiled(given: dict[str, Any], bridged: bool = False) -> Mapping:
    """A mapping as its file has it -> ready for use. `bridged`: names are those of the classic Pulumi provider."""
    at = _bridged if bridged else template

    def parent(one: dict[str, str]) -> Parent:
        paths = {key: at(one[key]) for key in ("id", "name", "group") if key in one}
        return Parent(type=one.get("type", ""), under=one.get("under", ""), **paths)

    group = given.get("group", "resourceGroupName" if "unflatten" in given else "resource_group_name")
    return Mapping(
        given["arm"],
        _spelling(given, bridged),
        tuple(parent(one) for one in given.get("parent", ())),
        tuple(parent(one) for one in given.get("patches", ())),
        tuple(template(one) for one in given.get("append", ())),
        any(len(row) > 2 and isinstance(row[2], dict) and "own" in row[2] for row in given.get("rows", ())),
        tuple(Assumed(template(one["path"]), at(one["absent"]), one["by_version"]) for one in given.get("assumed", ())),
        tuple(
            Split(
                one["arm"],
                at(one.get("name", "")),
                one.get("fixed_name", ""),
                at(one.get("when", "")),
                at(one.get("at", one.get("when", ""))),
                _rows(one["rows"], bridged, whole=False),
            )
            for one in given.get("splits", ())
        ),
        tuple(at(one) for one in given.get("ids", ("id",))),
        at(given.get("called") or _name(given)),
        at(group),
        given.get("constants", {}),
        given.get("api_versions", {}),
    )


def _name(given: dict[str, Any]) -> str:
    """The attribute that holds the name."""
    if "unflatten" in given:
        return str(given["unflatten"].get("name", "name"))
    return next((row[1] for row in given["rows"] if row[0] == "name" and isinstance(row[1], str)), "name")


def _spelling(given: dict[str, Any], bridged: bool) -> Spelling:
    if "unflatten" not in given:
        return _rows(given["rows"], bridged, whole="patches" not in given)
    named = (one[key] for one in given.get("parent", ()) for key in ("id", "name") if key in one)
    return Unflatten(given["arm"], given["unflatten"], frozenset(("resourceGroupName", *named)))


def _bridged(text: str) -> Template:
    return classic.spelled(template(text))


def _rows(rows: Iterable[list[Any]], bridged: bool, whole: bool) -> Rows:
    own = list(rows)
    if whole:
        taken = {row[0] for row in own}
        own += [row for row in _COMMON if row[0] not in taken]
    return Rows(_compiled(own, bridged))


def _compiled(rows: list[list[Any]], bridged: bool) -> list[Row]:
    targets = [row[0] for row in rows]
    taken = {classic.spelled(template(text)) for row in rows for text in _texts(row)} if bridged else set()
    return [row for given in rows for row in _row(given, bridged, bridged or targets.count(given[0]) > 1, taken)]


def _texts(given: list[Any]) -> list[str]:
    return [given[1]] if isinstance(given[1], str) else list(given[1])


def _row(given: list[Any], bridged: bool, shared: bool, taken: set[Template]) -> Iterator[Row]:
    """A row; of the bridged provider one for each name that its attribute may have, if no other attribute has it."""
    texts = _texts(given)
    how = given[2] if len(given) > 2 else None
    when = given[3]["when"] if len(given) > 3 else {}
    argument = how if isinstance(how, dict) else {}
    link = "one" if how == "id" else "many" if "links" in argument else ""
    row = Row(
        target=template(given[0]),
        sources=(),
        change=_change(how, argument, len(texts)),
        moves=how is None and not when and len(texts) == 1,
        link=link,
        shared=shared,
        when=tuple((_at(path, bridged), _values(values)) for path, values in when.items()),
        named=argument.get("named", ""),
        is_block="block" in argument,
        hides=how == "hides",
    )
    if not bridged:
        yield row._replace(sources=tuple(template(text) for text in texts))
        return
    own, *others = classic.variants(texts)
    yield row._replace(sources=own)
    for sources in others:
        if taken.isdisjoint(set(sources) - set(own)):
            yield row._replace(sources=sources)


def _at(text: str, bridged: bool) -> Template:
    return _bridged(text) if bridged else template(text)


def _values(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, list) else (given,)


def _change(how: Any, argument: dict[str, Any], sources: int) -> Transform | None:
    if "hook" in argument:
        found = hook(argument["hook"])
        return found if sources > 1 else lambda value: found([value])
    if "named" in argument or how == "hides":
        return None
    return transform(argument.get("links", how))
