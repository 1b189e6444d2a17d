"""A typed resource of the Terraform provider for Kubernetes -> the object that the provider sends to the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erpguard.model import Path
from erpguard.normalize.kubernetes_provider.terraform_names import (
    INTEGERS,
    MAPS,
    OCTAL,
    PORTS,
    SPLICED,
    UNSET_AT_ZERO,
    Kind,
    api_name,
    is_dropped,
    kind_of,
)

_CONTAINERS = ("container", "init_container")
_ABSENT = object()
_REWRITTEN = 3
"""The major version of the provider in which nothing stands for what nobody has set."""


class Converted:
    """An object in the API's shape.

    moved    path of the object -> path of the attribute that it comes from, for all but the keys of maps
    assumed  paths of what the provider sends although nobody has set it
    """

    __slots__ = ("_kind", "_unknown", "_version", "assumed", "body", "moved")

    def __init__(
        self, kind: Kind, values: Mapping[str, Any], unknown: frozenset[Path] = frozenset(), version: int = 0
    ) -> None:
        self._kind = kind.kind
        self._unknown = unknown
        self._version = version
        self.moved: dict[Path, Path] = {}
        self.assumed: set[Path] = set()
        head = {"apiVersion": kind.api_version, "kind": kind.kind}
        self.body = {**head, **self._object(values, "", (), ())}

    def _object(self, values: Mapping[str, Any], parent: str, old: Path, new: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in values.items():
            if value is None or is_dropped(parent, name):
                continue
            if name == SPLICED and isinstance(value, list) and value and isinstance(value[0], dict):
                result.update(self._object(value[0], name, (*old, name, 0), new))
                continue
            key, repeated = api_name(self._kind, parent, name)
            converted = self._value(name, value, repeated, (*old, name), (*new, key))
            if converted is not _ABSENT:
                result[key] = converted
                self.moved[*new, key] = (*old, name)
        self._complete(result, values, parent, old, new)
        return result

    def _value(self, name: str, value: Any, repeated: bool, old: Path, new: Path) -> Any:
        if isinstance(value, list):
            return self._list(name, value, repeated, old, new) if value else _ABSENT
        if isinstance(value, dict):
            return {key: inner for key, inner in value.items() if inner is not None} or _ABSENT
        return _scalar(name, value)

    def _list(self, name: str, value: list[Any], repeated: bool, old: Path, new: Path) -> Any:
        if not any(isinstance(item, dict) for item in value) and not (repeated and None in value):
            # An empty block is null in old plans; an unknown item of a list of scalars is null in all.
            return {} if value == [None] and (*old, 0) not in self._unknown else list(value)
        if name == "sources":
            return self._sources(value, old, new)
        if not repeated and len(value) == 1:
            return self._object(value[0], name, (*old, 0), new)
        return [
            self._object(item, name, (*old, index), (*new, index)) if isinstance(item, dict) else {}
            for index, item in enumerate(value)
        ]

    def _sources(self, value: list[Any], old: Path, new: Path) -> list[Any]:
        """The sources of a projected volume: each block within a source becomes one of its own."""
        result: list[Any] = []
        for i, source in enumerate(value):
            for name, blocks in source.items() if isinstance(source, dict) else ():
                key, _ = api_name(self._kind, "sources", name)
                for j, block in enumerate(blocks if isinstance(blocks, list) else ()):
                    at, origin = (*new, len(result), key), (*old, i, name, j)
                    self.moved[at] = self.moved[at[:-1]] = origin
                    result.append({key: self._object(block or {}, name, origin, at)})
        return result

    def _complete(self, result: dict[str, Any], values: Mapping[str, Any], parent: str, old: Path, new: Path) -> None:
        """What the provider itself adds or leaves out."""
        if parent == "subject" and result.get("kind") != "ServiceAccount":
            result.pop("namespace", None)  # always "default": the API ignores it
        if parent == "security_context" and len(old) > 3 and old[-4] in _CONTAINERS:
            self._not_non_root(result, old, new)

    def _not_non_root(self, result: dict[str, Any], old: Path, new: Path) -> None:
        """A container's block sends `runAsNonRoot: false` where it says nothing, and so overrides that of the pod.

        github.com/hashicorp/terraform-provider-kubernetes, expandContainerSecurityContext: what is not set reads as
        false there, and is sent.
        """
        unknown = (*old, "run_as_non_root") in self._unknown
        if self._version < _REWRITTEN and "runAsNonRoot" not in result and not unknown:
            result["runAsNonRoot"] = False
            self.assumed.add((*new, "runAsNonRoot"))


def converted(
    type_: str, values: Mapping[str, Any], unknown: frozenset[Path] = frozenset(), version: int = 0
) -> Converted | None:
    """The object of a resource; None for a type that is not known. `version` is the provider's major one, or 0."""
    kind = kind_of(type_)
    if kind is None:
        return None
    if type_ == "kubernetes_horizontal_pod_autoscaler" and not _has_metrics(values, unknown):
        kind = Kind("autoscaling/v1", kind.kind)
    return Converted(kind, values, unknown, version)


def api_path(type_: str, path: Path) -> Path | None:
    """The path in the object of what stands at a path of the resource; None if the object does not have it."""
    known = kind_of(type_)
    kind = known.kind if known else ""
    result: list[str | int] = []
    parent, steps = "", list(path)
    while steps:
        name = str(steps.pop(0))
        index = steps.pop(0) if steps and isinstance(steps[0], int) else None
        if is_dropped(parent, name):
            return None
        if name != SPLICED:
            key, repeated = api_name(kind, parent, name)
            result.append(key)
            if name == "sources":
                return tuple(result)  # their number changes
            if index is not None and (repeated or not steps):
                result.append(index)
            if name in MAPS and index is None:
                return (*result, *steps)
        parent = name
    return tuple(result)


def _has_metrics(values: Mapping[str, Any], unknown: frozenset[Path]) -> bool:
    """Whether an autoscaler uses the second version of the API."""
    specs = values.get("spec")
    spec = specs[0] if isinstance(specs, list) and specs else None
    return bool(isinstance(spec, dict) and spec.get("metric")) or ("spec", 0, "metric") in unknown


def _scalar(name: str, value: Any) -> Any:
    if value == "" or (name in UNSET_AT_ZERO and value == 0 and value is not False):
        return _ABSENT
    if not isinstance(value, str):
        return value
    if name in INTEGERS or name in PORTS:
        return int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else value
    if name in OCTAL:
        return int(value, 8) if value.isascii() and value.isdecimal() and set(value) <= set("01234567") else value
    return value
