"""An ARM body, as a GET returns it -> a `Resource`: the common end of everything that describes Azure.

Besides ARM's own keys a body may have `resourceGroup`, as the Azure CLI and Resource Graph write it: plans know the
group of a resource that has no id yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from erpguard.model import Origin, Path, Problem, Resource, dotted
from erpguard.model.arm_ids import is_arm_id, parse, rooted
from erpguard.normalize.azure.arm_types import arm_type, canonical
from erpguard.normalize.azure.spelling import respell, respelled
from erpguard.normalize.environments import environment
from erpguard.normalize.shapes import Misfit, fit

SOURCE = "azure_resources"
GROUPS = "Microsoft.Resources/resourceGroups"

_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_NOWHERE: frozenset[Path] = frozenset()
_SHAPE: dict[str, Any] = {
    "id": "string",
    "name": "string",
    "location": "string",
    "resourceGroup": "string",
    "kind": "string",
    "tags": {"*": "string"},
}


class Known(NamedTuple):
    """What a plan knows of a resource besides its body; paths are ARM's.

    address  the plan address or URN: the id, until there is an ARM id
    parent   the id of what it belongs to, where its own id does not tell
    """

    address: str = ""
    parent: str = ""
    change: str = ""
    unknown: frozenset[Path] = _NOWHERE
    sensitive: frozenset[Path] = _NOWHERE
    assumed: frozenset[Path] = _NOWHERE

    def respelled(self, shape: Any) -> Known:
        """The same by the names that a shape has."""
        unknown, sensitive, assumed = (
            frozenset(respelled(path, shape) for path in paths)
            for paths in (self.unknown, self.sensitive, self.assumed)
        )
        return self._replace(unknown=unknown, sensitive=sensitive, assumed=assumed)


def is_arm(value: Any) -> bool:
    """Whether a value is an ARM resource: it has a type of a resource provider, and an id or a name."""
    if not isinstance(value, dict) or ("id" not in value and _is_of_kubernetes(value)):
        return False
    type_ = value.get("type")
    if not isinstance(type_, str) or "/" not in type_ or not type_.lower().startswith("microsoft."):
        return False
    return is_arm_id(value.get("id")) or isinstance(value.get("name"), str)


def _is_of_kubernetes(value: dict[str, Any]) -> bool:
    """Whether `kind` and `apiVersion` are those of Kubernetes: ARM has both too, and a date as version."""
    version = value.get("apiVersion")
    return "kind" in value and "apiVersion" in value and not (isinstance(version, str) and _DATED.match(version))


def resource(
    body: dict[str, Any],
    origin: Origin,
    settings: Mapping[str, Any] | None = None,
    source: str = SOURCE,
    known: Known | None = None,
) -> tuple[Resource, list[Problem]]:
    """The resource of a body with `type`, and what does not fit its shape. `body` is taken over and changed.

    Defaults are filled in by `erpguard.normalize.azure.families`, once all parts are together. `settings` is the
    `estate` section of the configuration: `subscription` names the one of resources that do not say theirs.
    """
    settings, known = settings or {}, known or Known()
    body["type"] = canonical(str(body["type"]))
    if isinstance(body.get("id"), str):
        body["id"] = rooted(body["id"])
    described = arm_type(body["type"])
    if described:
        respell(body, described.shape)
        known = known.respelled(described.shape)
    checked = fit(body, {**_SHAPE, **(described.shape if described else {})})
    hidden = known.unknown | known.sensitive
    if isinstance(body.get("location"), str) and ("location",) not in checked.unknown:
        body["location"] = _region(body["location"])
    misfits = [misfit for misfit in checked.misfits if not _is_below(misfit.path, hidden)]  # unknown items are null
    called = _called(body, known, str(settings.get("subscription") or ""))
    tags = {key.lower(): value for key, value in (body.get("tags") or {}).items()}
    made = Resource(
        type=body["type"],
        **called._asdict(),
        body=body,
        origin=origin,
        source=source,
        labels=tags,
        environment=environment(settings, tags, called.namespace),
        unknown=hidden | checked.unknown,
        sensitive=known.sensitive,
        invalid=frozenset(misfit.path for misfit in misfits) or _NOWHERE,
        assumed=known.assumed,
        change=known.change,
    )
    return made, [_problem(made, misfit) for misfit in misfits]


def _region(location: str) -> str:
    """`West Europe` and `westeurope` are one region: providers write it in either way, in plans and in answers."""
    return location.replace(" ", "").lower()


class _Called(NamedTuple):
    """What a resource goes by; see `Resource`. `namespace` is its group, `cluster` its subscription."""

    id: str
    identity: str
    name: str
    namespace: str
    cluster: str
    parent: str


def _called(body: Mapping[str, Any], known: Known, subscription: str) -> _Called:
    type_, given = body["type"], str(body.get("name") or "").rpartition("/")[2]
    if not is_arm_id(body.get("id")):
        group = body.get("resourceGroup") or ""
        id_ = known.address or f"{type_}/{group}/{body.get('name', '')}"
        identity = _identity(subscription, group, type_, given) or id_
        parent = known.parent if known.address else _parent(type_, group, str(body.get("name") or ""))
        return _Called(id_, identity, given or _last(known.address), group, subscription.lower(), parent)
    own, id_ = parse(body["id"]), body["id"].rstrip("/").lower()
    name = own.name if own.name.lower() != given.lower() else given  # ids may be in lower case, names are not
    group = own.group or body.get("resourceGroup") or ""
    parent = (known.parent or own.parent).rstrip("/")
    return _Called(id_, id_, name or _last(known.address), group, (own.subscription or subscription).lower(), parent)


def _parent(type_: str, group: str, name: str) -> str:
    """The id of the parent of a child without id, which is called `parent/child`, as it is made for the parent."""
    above, called = type_.rpartition("/")[0], name.rpartition("/")[0]
    return f"{above}/{group}/{called}" if called and "/" in above else ""


def _problem(made: Resource, misfit: Misfit) -> Problem:
    text = f"{made.kind} {made.name}: {dotted(misfit.path)} {misfit.message}"
    place = made.origin.place(misfit.path)
    return Problem("invalid-value", text, place if place.file else place._replace(object_id=made.id))


def _is_below(path: Path, hidden: frozenset[Path]) -> bool:
    return any(path[:length] in hidden for length in range(1, len(path) + 1))


def _identity(subscription: str, group: str, type_: str, name: str) -> str:
    """The id that the resource will have; empty where a part of it is not known, or it belongs to another one."""
    if type_ == GROUPS and name:
        return f"/subscriptions/{subscription}/resourcegroups/{name}".lower()
    if not group or not name or type_.count("/") != 1:
        return ""
    return f"/subscriptions/{subscription}/resourcegroups/{group}/providers/{type_}/{name}".lower()


def _last(address: str) -> str:
    """What a plan calls the resource: `erp` of `azurerm_redis_cache.erp`, the name at the end of a URN."""
    return address.rpartition("::")[2] if "::" in address else address.rpartition(".")[2]
