"""The graph of escalations: who can become whom, and the nearest way to be an administrator of everything.

An edge is surely or only possibly there. Distances are counted once for all nodes, from the goal backwards.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

from erpguard.analysis.kubernetes_rbac.rights import EVERYWHERE, Right
from erpguard.model import Path, Resource


class Node(NamedTuple):
    """Something that can be had: an identity by its principal, or any of several by their namespace.

    kind is `identity`, `accounts` (the ServiceAccounts that exist in a namespace), `any accounts` (those that do not
    exist yet too), `running` (those whose token a pod holds), `secrets` (those whose token a Secret holds, or one
    Secret, as `namespace/name`), `controllers` (what makes pods, as `type name`, without a name for all of a type),
    `users` (every user), `role` (what a ClusterRole gives who binds it, as `name@namespace of whom`), `anybody` (who
    has a name that is not known), `goal`.
    """

    kind: str
    name: str = EVERYWHERE

    @property
    def title(self) -> str:
        """The node for messages."""
        if self.kind in _WHOLE:
            return _WHOLE[self.kind] or self.name
        if self.kind == "role":
            return f"ClusterRole {self.name.partition('@')[0]}"
        if self.kind == "controllers":
            type_, _, name = self.name.partition(" ")
            kind = type_.rpartition("/")[2]
            return f"the pods of {kind} {name}" if name else f"the pods of every {kind}"
        if "/" in self.name:
            return f"Secret {self.name}"
        return f"{_TITLES[self.kind]} {place_of(self.name)}"


_WHOLE = {"identity": "", "goal": "cluster-admin", "users": "any user", "anybody": "anybody"}
_TITLES = {
    "accounts": "the ServiceAccounts of",
    "any accounts": "any ServiceAccount of",
    "running": "the pods of",
    "secrets": "the token Secrets of",
}
GOAL = Node("goal")
MOST_COMPARED = 300
"""So many equally near steps are looked at for one that fits."""


def identity(principal: str) -> Node:
    """The node of an identity, by its principal."""
    return Node("identity", principal)


def account(namespace: str | None, name: str) -> Node:
    """The node of a ServiceAccount."""
    return identity(f"ServiceAccount:{namespace}/{name}")


def place_of(namespace: str) -> str:
    """A namespace, or all of them, for messages."""
    return "every namespace" if namespace == EVERYWHERE else f"namespace {namespace}"


class Edge(NamedTuple):
    """A step: what it leads to, how, whether that is sure, the rights that it rests on, or the place that shows it.

    With rights, `text` says what their holder may do; with a place it is a sentence.
    """

    target: Node
    text: str
    sure: bool = True
    rights: tuple[Right, ...] = ()
    place: tuple[Resource, Path] | None = None


class Graph:
    """Nodes and the steps that lead away from them."""

    def __init__(self) -> None:
        self.edges: dict[Node, list[Edge]] = defaultdict(list)
        self._next: dict[Node, Edge] = {}

    def add(self, source: Node, edge: Edge) -> None:
        """Add a step."""
        self.edges[source].append(edge)

    def add_all(self, source: Node, edges: Iterable[Edge]) -> None:
        """Add steps that lead away from one node."""
        self.edges[source] += edges

    def targets(self) -> set[Node]:
        """Every node that a step leads to."""
        return {edge.target for edges in self.edges.values() for edge in edges}

    def nearest(self, sure: bool) -> dict[Node, int]:
        """Every node from which the goal can be reached, by sure steps alone or by all, and in how many steps."""
        into: dict[Node, list[Node]] = defaultdict(list)
        for source, edges in self.edges.items():
            for edge in edges:
                if edge.sure or not sure:
                    into[edge.target].append(source)
        distances, waiting = {GOAL: 0}, deque([GOAL])
        while waiting:
            node = waiting.popleft()
            for source in into[node]:
                if source not in distances:
                    distances[source] = distances[node] + 1
                    waiting.append(source)
        return distances

    def way(self, first: Edge, distances: dict[Node, int], fits: Callable[[Edge], bool] | None = None) -> list[Edge]:
        """The nearest way to the goal that begins with a step, by the distances over sure steps.

        Of equally near steps the first that fits is taken; without `fits` the first.
        """
        steps = [first]
        while (node := steps[-1].target) != GOAL:
            nearer = (e for e in self.edges[node] if e.sure and distances.get(e.target) == distances[node] - 1)
            if fits is not None:
                some = list(islice(nearer, MOST_COMPARED))
                steps.append(next(filter(fits, some), some[0]))
                continue
            if node not in self._next:
                self._next[node] = next(nearer)
            steps.append(self._next[node])
        return steps
