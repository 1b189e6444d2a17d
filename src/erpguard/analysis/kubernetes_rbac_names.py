"""Names that may hold placeholders: what they could be, and what they refer to."""

from __future__ import annotations

import re

from erpguard.analysis import Analyses
from erpguard.estate import Lookup
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{\{.*?\}\}", re.DOTALL)


def could_be(text: str | None, wanted: str) -> bool:
    """Whether a text (None: not known at all) is `wanted`, or may be once its placeholders are filled."""
    if text is None:
        return True
    if not has_placeholder(text):
        return text == wanted
    parts = _PLACEHOLDER.split(text)
    if len(parts) == 1:  # a placeholder that does not end
        return True
    return re.fullmatch(".*".join(map(re.escape, parts)), wanted, re.DOTALL) is not None


def may_be_same(one: str | None, other: str | None) -> bool | None:
    """Whether two texts are the same: two equal placeholders are; None where that is not known."""
    if one is not None and one == other:
        return True
    if one is not None and not has_placeholder(one):
        return None if could_be(other, one) else False
    if other is not None and not has_placeholder(other):
        return None if could_be(one, other) else False
    return None


def name_of(resource: Resource) -> str | None:
    """The name, with its placeholders; None where it was taken out as no text. `a-*` stands for a generated name."""
    return _written(resource, "name", resource.name)


def namespace_of(resource: Resource) -> str | None:
    """The namespace, with its placeholders; None where it was taken out as no text."""
    return _written(resource, "namespace", resource.namespace)


def _written(resource: Resource, key: str, text: str) -> str | None:
    paths = (("metadata",), ("metadata", key))
    if not resource.invalid.isdisjoint(paths):
        return None
    return None if not resource.unknown.isdisjoint(paths) and not has_placeholder(text) else text


def refer(analyses: Analyses, asking: Resource, type_: str, namespace: str | None, name: str | None) -> Lookup:
    """The object that `asking` names; not known where a placeholder, here or in another object, may change it."""
    if name is None or namespace is None:
        return Lookup(None, known=False)
    lookup = analyses.estate.find(asking, type_, namespace, name)
    if lookup.found is not None or not lookup.known:
        return lookup
    if has_placeholder(name) or has_placeholder(namespace):
        return Lookup(None, known=False)
    for vague in _vague(analyses, type_):
        if vague.cluster == asking.cluster and _may_be_named(vague, name) and could_be(namespace_of(vague), namespace):
            return Lookup(None, known=False)
    return lookup


def has_namesakes(analyses: Analyses, asking: Resource, type_: str, namespace: str | None, name: str | None) -> bool:
    """Whether an object of that name exists, though `refer` may not tell which of several is meant."""
    return f"{asking.cluster}/{type_}/{namespace}/{name}" in analyses.estate.by_key


def _vague(analyses: Analyses, type_: str) -> list[Resource]:
    """The objects of a type whose name or namespace is not known."""

    def make(_: Analyses) -> list[Resource]:
        return [found for found in analyses.estate.of_type(type_) if _is_vague(found)]

    found: list[Resource] = analyses.once(f"rbac.vague.{type_}", make)
    return found


def _is_vague(resource: Resource) -> bool:
    if resource.name.endswith("*") or not resource.is_known(("metadata", "name")):
        return True
    return not resource.is_known(("metadata", "namespace"))


def _may_be_named(resource: Resource, name: str) -> bool:
    if resource.name.endswith("*"):
        return name.startswith(resource.name[:-1]) or has_placeholder(resource.name)
    return could_be(name_of(resource), name)
