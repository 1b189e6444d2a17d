"""References by name, where a part of the name may not be known.

`Estate.find` compares ids; here a name such as `${APP}-tls`, of an object or of a reference, may also be another one.
"""

from __future__ import annotations

import re

from erpguard.analysis import Analyses
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.estate import Lookup
from erpguard.model import Path, Resource, value_at
from erpguard.normalize.shapes import has_placeholder

_PLACEHOLDER = r"(?s)\$\{[^}]*(?:\}|$)|\{\{.*?(?:\}\}|$)"


def refer(analyses: Analyses, asking: Resource, type_: str, namespace: str, name: str | None) -> Lookup:
    """The object that `asking` names; not known too where the name, or the one of another object, hides the answer."""
    if name is None:
        return Lookup(None, known=False)
    found = analyses.estate.find(asking, type_, namespace, name)
    if found.found is not None or not found.known:
        return found
    if has_placeholder(name) or has_placeholder(namespace):
        return Lookup(None, known=False)
    wanted = f"{namespace}/{name}"
    for pattern in _hidden_names(analyses, type_, asking.cluster):
        if could_be(pattern, wanted):
            return Lookup(None, known=False)
    return found


def could_be(text: str | None, wanted: str) -> bool:
    """Whether a text (None: not known at all) is `wanted`, or may be once its placeholders are filled."""
    if text is None or not has_placeholder(text):
        return text is None or text == wanted
    parts = re.split(_PLACEHOLDER, text)
    return re.fullmatch(".*".join(map(re.escape, parts)), wanted, re.DOTALL) is not None


def _hidden_names(analyses: Analyses, type_: str, cluster: str) -> list[str]:
    """`namespace/name` of the objects of which a part is not known, or is generated (`import-*`)."""

    def collect(analyses: Analyses) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for resource in analyses.estate.of_type(type_):
            generated = resource.name.endswith("*")
            if not generated and all(resource.is_known(("metadata", key)) for key in ("name", "namespace")):
                continue
            namespace = namespace_of(resource)
            name = _part(resource, ("metadata", "name"), resource.name)
            name = name[:-1] + "${}" if generated else name
            found.setdefault(resource.cluster, []).append(f"{namespace}/{name}")
        return found

    made: dict[str, list[str]] = analyses.once(f"references.hidden.{type_}", collect)
    return made.get(cluster, [])


def _part(resource: Resource, path: Path, text: str) -> str:
    return text if has_placeholder(text) or resource.is_known(path) else "${}"


def namespace_of(resource: Resource) -> str:
    """The namespace of a resource; a placeholder where it is not known."""
    return _part(resource, ("metadata", "namespace"), resource.namespace)


def annotation(resource: Resource, name: str) -> Setting:
    """An annotation of a resource."""
    path: Path = ("metadata", "annotations", name)
    text = resource.annotations.get(name)
    if text is not None:
        hidden = has_placeholder(text)
        return Setting(None if hidden else text, not hidden, Node(resource, path))
    return UNSET if not is_hidden(resource, path) else HIDDEN


def is_hidden(resource: Resource, path: Path) -> bool:
    """Whether nothing stands at `path` because it, or something that it stands in, was taken out or is not known.

    A text with a placeholder stands there: whoever compares it decides.
    """
    if not resource.unknown and not resource.invalid:
        return False
    if not any(path[: len(other)] == other for other in (*resource.invalid, *resource.unknown)):
        return False
    return value_at(resource.body, path) is None
