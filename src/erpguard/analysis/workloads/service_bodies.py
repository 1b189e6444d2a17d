"""Services as they are written: Service objects, and the templates from which operators make some.

cloudnative-pg.io/documentation/current/service_management/ and .../connection_pooling/: a template has the metadata and
the spec of a Service; its type is ClusterIP by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis.values.selectors import hidden_below
from erpguard.model import Path, Resource

MANAGED: Path = ("spec", "managed", "services", "additional")
_POOLER: Path = ("spec", "serviceTemplate")


class ServiceBody(NamedTuple):
    """A Service (at the root of its object), or the template of one, at `path` of an operator's object."""

    resource: Resource
    path: Path = ()

    @property
    def body(self) -> Mapping[str, Any]:
        """Its metadata and spec; empty where they are missing."""
        node: Any = self.resource.body
        for step in self.path:
            node = node[int(step)] if isinstance(node, list) else (node or {}).get(step)
        return node or {}

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its spec; empty where it is missing."""
        return self.body.get("spec") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return (self.body.get("metadata") or {}).get("annotations") or {}

    def is_known(self, path: Path) -> bool:
        """`Resource.is_known` for a path in the body."""
        return self.resource.is_known((*self.path, *path))

    def hidden_below(self, path: Path = ()) -> frozenset[Path]:
        """`selectors.hidden_below` for a path in the body."""
        return hidden_below(self.resource, (*self.path, *path))


def operator_services(resource: Resource) -> Iterator[ServiceBody]:
    """The templates in a Cluster or Pooler of CloudNativePG."""
    if resource.type == "postgresql.cnpg.io/Pooler":
        yield ServiceBody(resource, _POOLER)
    elif resource.type == "postgresql.cnpg.io/Cluster":
        managed = ((resource.body.get("spec") or {}).get("managed") or {}).get("services") or {}
        for index, _ in enumerate(managed.get("additional") or ()):
            yield ServiceBody(resource, (*MANAGED, index, "serviceTemplate"))
