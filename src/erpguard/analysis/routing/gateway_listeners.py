"""Gateway API: the listeners of Gateways, and which routes attach to them.

gateway-api.sigs.k8s.io/reference/spec/; which routes a listener takes: "AllowedRoutes", "ParentReference".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.routing.rule_answers import covers
from erpguard.analysis.values.references import is_hidden, refer
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below, matches_known
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

GATEWAY = "gateway.networking.k8s.io/Gateway"
HTTP_ROUTE = "gateway.networking.k8s.io/HTTPRoute"
GRPC_ROUTE = "gateway.networking.k8s.io/GRPCRoute"


class Listener(NamedTuple):
    """A listener of a Gateway and where it stands."""

    gateway: Resource
    path: Path
    body: dict[str, Any]

    def text(self, key: str) -> str | None:
        """A field; None where it is not known, empty where it is not set."""
        value = self.body.get(key, "")
        return None if is_hidden(self.gateway, (*self.path, key)) or has_placeholder(value) else value


def listeners(gateway: Resource) -> Iterator[Listener]:
    """The listeners of a Gateway."""
    for index, body in enumerate((gateway.body.get("spec") or {}).get("listeners") or ()):
        yield Listener(gateway, ("spec", "listeners", index), body)


def takes(analyses: Analyses, listener: Listener, route: Resource) -> bool | None:
    """Whether a route is attached to a listener: it names it, and the listener admits its namespace and its hosts."""
    parents = (route.body.get("spec") or {}).get("parentRefs") or ()
    if is_hidden(route, ("spec", "parentRefs")):
        return None
    named = any_of(
        _names(listener, route, ("spec", "parentRefs", index), parent) for index, parent in enumerate(parents)
    )
    near = analyses.estate.together(listener.gateway, route)
    return all_of((named, near, _admits_namespace(analyses, listener, route), _shares_host(listener, route)))


def _names(listener: Listener, route: Resource, path: Path, parent: dict[str, Any]) -> bool | None:
    gateway = listener.gateway
    wanted = {"kind": "Gateway", "namespace": gateway.namespace, "name": gateway.name}
    given = {"kind": "Gateway", "namespace": route.namespace, **parent}
    answers = [_equal(given.get(key), value, is_hidden(route, (*path, key))) for key, value in wanted.items()]
    if not gateway.is_known(("metadata", "name")) and answers[2] is False:
        answers[2] = None
    if "sectionName" in parent or is_hidden(route, (*path, "sectionName")):
        answers.append(_equal(parent.get("sectionName"), listener.text("name"), "sectionName" not in parent))
    if "port" in parent or is_hidden(route, (*path, "port")):
        answers.append(_equal(parent.get("port"), listener.body.get("port"), "port" not in parent))
    return all_of(answers)


def _equal(one: Any, other: Any, hidden: bool) -> bool | None:
    if hidden or one is None or other is None:
        return None
    if one == other:
        return True
    return None if any(isinstance(value, str) and has_placeholder(value) for value in (one, other)) else False


def _admits_namespace(analyses: Analyses, listener: Listener, route: Resource) -> bool | None:
    path: Path = (*listener.path, "allowedRoutes", "namespaces")
    if is_hidden(listener.gateway, (*path, "from")):
        return None
    allowed = (listener.body.get("allowedRoutes") or {}).get("namespaces") or {}
    source = allowed.get("from", "Same")
    if source in ("All", "Same", "None"):
        return source == "All" or (source == "Same" and route.namespace == listener.gateway.namespace)
    if source != "Selector" or is_hidden(listener.gateway, (*path, "selector")):
        return None
    namespace = refer(analyses, route, "core/Namespace", "", route.namespace).found
    if namespace is None:
        return None
    hidden = hidden_below(listener.gateway, (*path, "selector"))
    labels = {"kubernetes.io/metadata.name": route.namespace, **namespace.labels}
    return matches_known(allowed.get("selector") or {}, labels, hidden, hidden_below(namespace, ("metadata", "labels")))


def _shares_host(listener: Listener, route: Resource) -> bool | None:
    wanted = listener.text("hostname")
    names = (route.body.get("spec") or {}).get("hostnames")
    if wanted == "" or (not names and not is_hidden(route, ("spec", "hostnames"))):
        return True
    if wanted is None or not names:
        return None
    return any_of(_hosts_meet(wanted, name) for name in names)


def _hosts_meet(one: str, other: str | None) -> bool | None:
    if other is None or has_placeholder(other):
        return None
    suffixes = [name[1:] for name in (one, other) if name.startswith("*")]
    return covers(one, other) or any(one.endswith(suffix) and other.endswith(suffix) for suffix in suffixes)
