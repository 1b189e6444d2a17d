"""Names that may hold placeholders: what they could be, and what they refer to."""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.values import references
from erpguard.analysis.values.references import could_be
from erpguard.estate import Lookup
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

SERVICE_ACCOUNT = "core/ServiceAccount"


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
    """`references.refer`, for a namespace that may not be known either."""
    if namespace is None:
        return Lookup(None, known=False)
    return references.refer(analyses, asking, type_, namespace, name)


def has_namesakes(analyses: Analyses, asking: Resource, type_: str, namespace: str | None, name: str | None) -> bool:
    """Whether an object of that name exists, though `refer` may not tell which of several is meant."""
    return f"{asking.cluster}/{type_}/{namespace}/{name}" in analyses.estate.by_key
