"""The view `escalations`: how subjects that are no administrators of everything can become one, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.kubernetes_rbac.bindings import Binding, Subject, all_bindings
from erpguard.analysis.kubernetes_rbac.escalation_graph import Edge
from erpguard.analysis.kubernetes_rbac.escalation_search import Escalations
from erpguard.analysis.kubernetes_rbac.rights import UNREAD, Right
from erpguard.model import Resource


def escalations(analyses: Analyses) -> View:
    """One row per subject of a binding, at the subject.

    Fields: control_plane (labelled as a default of the control plane), escalating (the principal, where one of its
    nearest ways to be an administrator of everything begins with what this binding gives), chain (what it becomes on
    that way), flow (the steps).
    """
    view = View()
    bindings = all_bindings(analyses)
    found = {cluster: Escalations(analyses, cluster) for cluster in {one.resource.cluster for one in bindings}}
    for binding in bindings:
        for subject in binding.subjects if binding.subjects_known else (UNREAD,):
            _add(view, binding, subject, found[binding.resource.cluster])
    return view


def _add(view: View, binding: Binding, subject: Subject, found: Escalations) -> None:
    start = (binding.resource.key, subject.index)
    fields: dict[str, Any] = {"control_plane": binding.control_plane}
    hidden = {"control_plane"} if binding.control_plane is None else set()
    if start in found.ways:
        way = found.ways[start]
        chain = " -> ".join([subject.principal, *(edge.target.title for edge in way)])
        fields |= {"escalating": subject.principal, "chain": chain, "flow": list(_flow(way))}
    elif start in found.possible:
        hidden.add("escalating")
    path = ("subjects", subject.index) if subject.index >= 0 else ("subjects",)
    view.add(binding.resource, path, fields, hidden)


def _flow(way: list[Edge]) -> Iterator[dict[str, Any]]:
    for edge in way:
        for right in dict.fromkeys(edge.rights):
            yield from _given(right, edge)
        if edge.place is not None:
            resource, path = edge.place
            yield _hop(resource, list(path), edge.text)


def _given(right: Right, edge: Edge) -> Iterator[dict[str, Any]]:
    """The binding by which a step can be taken, and the rule."""
    if right.binding is not None and right.subject is not None:
        text = f"{right.subject.principal} {edge.text}"
        yield _hop(right.binding.resource, ["subjects", right.subject.index], text)
    written = right.role.written_at(right.rule)
    if written is not None:
        resource, path = written
        yield _hop(resource, list(path), f"{resource.kind} {resource.name} allows it")


def _hop(resource: Resource, path: list[Any], message: str) -> dict[str, Any]:
    return {"resource": resource.key, "path": path, "message": message}
