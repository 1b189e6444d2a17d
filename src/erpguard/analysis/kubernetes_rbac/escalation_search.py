"""The escalations of one cluster: its graph put together, and the ways through it that begin at a subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.kubernetes_rbac.abilities import abilities
from erpguard.analysis.kubernetes_rbac.bindings import CLUSTER_ROLE_BINDING, ROLE_BINDING
from erpguard.analysis.kubernetes_rbac.escalation_graph import GOAL, Edge, Graph, Node, identity
from erpguard.analysis.kubernetes_rbac.escalation_stations import Stations
from erpguard.analysis.kubernetes_rbac.escalation_ways import Powers, ways
from erpguard.analysis.kubernetes_rbac.rights import EVERYWHERE, Holder, Layer, Right, holders, is_named, rules_of
from erpguard.analysis.kubernetes_rbac.roles import Effective, role_called
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Resource

Start = tuple[str, int]
"""Where a way begins: the key of a binding, and the index of its subject."""

_ANYBODY = Node("anybody")
_MOST_NAMESPACES = 50
"""In so many namespaces it is looked at what groups have there, for each of those who are in them."""
_SOMEBODY = ("identity", "accounts", "any accounts", "users")


class Escalations:
    """What is found in a cluster.

    ways      the nearest way to be an administrator, for each place where one surely begins
    possible  the places where a way possibly begins
    """

    def __init__(self, analyses: Analyses, cluster: str) -> None:
        self.ways: dict[Start, list[Edge]] = {}
        self.possible: set[Start] = set()
        self._analyses = analyses
        self._cluster = cluster
        self._has_namesakes = bool(analyses.estate.duplicates())
        self._holders = holders(analyses, cluster)
        self._stations = Stations(analyses, cluster, self._holders)
        self._graph = Graph()
        self._stations.add_to(self._graph)
        self._search(self._own_steps())

    def _own_steps(self) -> dict[Node, list[Edge]]:
        """The steps of each identity by its own bindings, when all steps are in the graph."""
        anybody = self._holders.anybody
        for principal, holder in self._holders.named.items():
            self._graph.add_all(identity(principal), _as_administrator(holder))
        self._graph.add_all(_ANYBODY, _as_administrator(anybody))
        own = {
            identity(principal): list(self._steps(identity(principal), holder))
            for principal, holder in self._holders.named.items()
        }
        own[_ANYBODY] = list(self._steps(_ANYBODY, anybody))
        for node, edges in own.items():
            self._graph.add_all(node, edges)
        self._add_bound_roles()
        self._stations.add_ends(self._graph)
        for node in self._graph.targets() if anybody.bindings else ():
            if node.kind in _SOMEBODY:
                self._graph.add(node, Edge(_ANYBODY, "may be one whose name is not known", sure=False))
        return own

    def _steps(self, node: Node, holder: Holder) -> Iterator[Edge]:
        groups = self._groups(node)
        for namespace in list(holder.layers):
            besides = [] if namespace == EVERYWHERE else holder.at(EVERYWHERE)
            roles = frozenset(holder.roles[namespace])
            yield from self._at(node, namespace, holder.at(namespace), [*besides, *_all(groups, namespace)], roles)
        if EVERYWHERE in holder.layers:
            yield from (edge for edge in self._with_groups(node, holder, groups) if len(edge.rights) > 1)

    def _with_groups(self, node: Node, holder: Holder, groups: list[Holder]) -> Iterator[Edge]:
        """The steps by what it has everywhere and what its groups have in a namespace; of many only possibly."""
        own = holder.at(EVERYWHERE)
        if sum(len(group.layers) for group in groups) > _MOST_NAMESPACES:
            everything = [group.everything for group in groups]
            yield from (edge._replace(sure=False) for edge in self._at(node, EVERYWHERE, own, everything))
            return
        for namespace in sorted({there for group in groups for there in group.layers} - {EVERYWHERE}):
            yield from self._at(node, namespace, own, _all(groups, namespace))

    def _at(
        self, node: Node, at: str, own: list[Layer], besides: list[Layer], roles: frozenset[str] = frozenset()
    ) -> Iterator[Edge]:
        unknown = self._holders.besides if node == _ANYBODY else self._holders.perhaps
        return ways(Powers(node.name, at, own, [*besides, unknown], roles), self._stations)

    def _groups(self, node: Node) -> list[Holder]:
        """What the groups have that an identity is in."""
        return [self._holders.named[name] for name in self._stations.groups_of(node.name)]

    def _add_bound_roles(self) -> None:
        """The steps of who binds a certain ClusterRole: what that allows, and perhaps to bind another one."""
        done: set[Node] = set()
        while waiting := self._stations.binders.keys() - done:
            for node in sorted(waiting):
                name, binder = self._stations.binders[node]
                role = role_called(self._analyses, self._cluster, name)
                powers = binder._replace(own=[_layer(role, binder.at)], others=[*binder.own, *binder.others])
                self._graph.add_all(node, ways(powers, self._stations))
                if binder.at == EVERYWHERE and role.cluster_admin is not False:
                    self._graph.add(node, Edge(GOAL, f"{name} allows everything", role.cluster_admin is True))
            done |= waiting

    def _search(self, own: dict[Node, list[Edge]]) -> None:
        surely, possibly = self._graph.nearest(sure=True), self._graph.nearest(sure=False)
        open_ = self._analyses.estate.is_open(ROLE_BINDING, CLUSTER_ROLE_BINDING)
        for node, edges in own.items():
            administrator = self._is_administrator(node)
            for edge in edges if administrator is not True else ():
                sure = edge.sure and edge.target in surely and administrator is False
                if sure and surely[edge.target] == surely[node] - 1:
                    self._add_way(node, edge, surely)
                elif not sure and (open_ or edge.target in possibly):
                    self.possible.update(_starts(edge, node))

    def _is_administrator(self, node: Node) -> bool | None:
        """Whether an identity is an administrator already, by itself or by a group."""
        own = self._holders.named.get(node.name)
        return any_of(holder.administrator for holder in (*([own] if own else []), *self._groups(node)))

    def _add_way(self, node: Node, first: Edge, distances: dict[Node, int]) -> None:
        """Keep a way, for the first place where it begins, if its objects surely belong together."""
        start = next(_starts(first, node))
        estate = self._analyses.estate
        asking = estate.by_key[start[0]]

        def fits(edge: Edge) -> bool:
            return all(estate.together(asking, one) is True for one in _objects(edge))

        way = self._graph.way(first, distances, fits if self._has_namesakes else None)
        if not self._has_namesakes or all(map(fits, way)):
            self.ways.setdefault(start, way)
        else:
            self.possible.add(start)


def _all(groups: Iterable[Holder], namespace: str) -> list[Layer]:
    """What groups have in a namespace, with what they have everywhere."""
    return [layer for group in groups for at in {namespace, EVERYWHERE} for layer in group.at(at)]


def _layer(role: Effective, namespace: str) -> Layer:
    """What a role gives in a namespace, or everywhere."""
    layer = Layer()
    for rule, sure in rules_of(role):
        for ability in abilities(rule, namespace == EVERYWHERE):
            layer.add(Right(role, rule), ability, sure)
    return layer


def _as_administrator(holder: Holder) -> Iterator[Edge]:
    """The steps of who is one by a binding."""
    for binding, subject in holder.bindings:
        is_one = binding.role.cluster_admin if binding.cluster_wide else False
        if is_one is not False:
            text = f"{subject.principal} has {binding.role_name}, which allows everything"
            place = (binding.resource, ("subjects", subject.index))
            yield Edge(GOAL, text, is_one is True and is_named(subject), place=place)


def _starts(edge: Edge, node: Node) -> Iterator[Start]:
    """The places of the bindings by which an identity can take a step."""
    for right in edge.rights:
        own = right.subject is not None and (node == _ANYBODY or right.subject.principal == node.name)
        if own and right.binding is not None and right.subject is not None:
            yield right.binding.resource.key, right.subject.index


def _objects(edge: Edge) -> Iterator[Resource]:
    """The objects of the estate that a step rests on."""
    for right in edge.rights:
        if right.binding is not None:
            yield right.binding.resource
        written = right.role.written_at(right.rule)
        if written is not None:
            yield written[0]
    if edge.place is not None:
        yield edge.place[0]
