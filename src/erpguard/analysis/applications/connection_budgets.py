"""Connections that Odoo may open to each database server and pooler, against those that it accepts.

A server's clients are the Odoo workloads whose host leads to it, and the poolers before it. An Odoo workload whose
database is not known may be a client of any server that it can reach: then what is asked of these has no bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications.connection_limits import Limit, limit_of
from erpguard.analysis.applications.database_hosts import AZURE_SERVER, DATABASE_TIERS, server_behind
from erpguard.analysis.applications.odoo_demand import Demand, odoo_demands
from erpguard.analysis.applications.poolers import Pooling, pooling_of, use_of
from erpguard.analysis.backup.zalando import POSTGRESQL
from erpguard.analysis.values.bounds import ANY, Bounds, exactly, total
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Resource

_SHOWN = 3
"""Of many clients that hide something, the first ones are named."""


class _Part(NamedTuple):
    """What one client asks of a server."""

    title: str
    number: Bounds
    text: str
    nodes: tuple[Node, ...] = ()


class _Strays:
    """Clients of which it is not known which server they use: what they may ask of any, and their titles."""

    def __init__(self) -> None:
        self.number = exactly(0)
        self.titles: list[str] = []

    def add(self, part: _Part) -> None:
        """Take one more in."""
        self.number = self.number.plus(part.number._replace(least=0))
        self.titles.append(part.title)

    def doubts(self) -> list[str]:
        """What is not known of them, in a few words."""
        more = len(self.titles) - _SHOWN
        others = [f"which databases {more} others use"] if more > 0 else []
        return [f"which database {title} uses" for title in self.titles[:_SHOWN]] + others


class _Server(NamedTuple):
    """A server that Odoo may talk to, or the pooler that is a part of it."""

    resource: Resource
    pod: Pod | None
    pooled: bool = False

    @property
    def key(self) -> tuple[str, bool]:
        """What its clients are found by."""
        return self.resource.key, self.pooled

    @property
    def is_pooler(self) -> bool:
        """Whether another server is behind it."""
        return self.pooled or (self.pod is not None and self.pod.tier == "pooler" and self.pod.tier_known)


def connection_budgets(analyses: Analyses) -> View:
    """One row per server and pooler that has, or may have, Odoo for a client; one per Odoo workload that has no
    database in the estate, or one that is not known.

    Fields: least and most (connections that may be open, as far as that is known), accepts_least and accepts_most
    (those that the server accepts from its clients), parts (texts: how they are counted), limit (a text: how many are
    accepted), doubt (what is not known), at (where the limit stands; for a workload its host), related.
    """
    budgets = _Budgets(analyses)
    view = View()
    for server in _servers(analyses):
        budgets.add(view, server)
    for demand in odoo_demands(analyses):
        if demand.lead.server is None:
            _add_astray(view, demand)
    return view


def _servers(analyses: Analyses) -> Iterator[_Server]:
    """Poolers come first: what they open is asked of the servers behind them."""
    databases: list[_Server] = []
    for pod in all_pods(analyses):
        server = _Server(pod.resource, pod)
        if server.is_pooler:
            yield server
        elif pod.resource.type == POSTGRESQL:
            yield _Server(pod.resource, pod, pooled=True)
            databases.append(server)
        elif pod.tier in DATABASE_TIERS or (not pod.tier_known and not pod.operator):
            databases.append(server)
    for resource in analyses.estate.of_type(AZURE_SERVER):
        yield _Server(resource, None, pooled=True)
        databases.append(_Server(resource, None))
    yield from databases


class _Budgets:
    """What is asked of each server: by its key, and of all servers of a cluster, or outside of it."""

    def __init__(self, analyses: Analyses) -> None:
        self.analyses = analyses
        self.demands: dict[tuple[str, bool], list[Demand]] = defaultdict(list)
        self.parts: dict[tuple[str, bool], list[_Part]] = defaultdict(list)
        self.strays: dict[str, _Strays] = defaultdict(_Strays)
        self.all_strays = _Strays()
        for demand in odoo_demands(analyses):
            server = demand.lead.server
            if server is not None:
                self.demands[server.key, demand.lead.pooled].append(demand)
                self.parts[server.key, demand.lead.pooled].append(_part(demand))
            elif not demand.lead.known:
                self._stray(demand.pod.resource.cluster, _part(demand))

    def add(self, view: View, server: _Server) -> None:
        """Add the row of a server; what a pooler opens is noted for the server behind it."""
        parts = self.parts.get(server.key, [])
        strays = self._strays_of(server.resource)
        if not parts and not strays.titles:
            return
        own = total(part.number for part in parts)
        pooling = self._pooling(server)
        if pooling is not None:
            use = use_of(self.demands.get(server.key, ()), whole=not strays.titles)
            limit = Limit(*pooling.takes(use), pooling.node)
            opened = pooling.opens(own, use)
        elif server.is_pooler:
            limit = Limit(ANY, "a number that is not known", Node(server.resource, server.resource.name_path))
            opened = ANY
        else:
            limit, opened = limit_of(self.analyses, server.resource, server.pod), None
        if opened is not None and parts:
            self._note(server, opened, limit.node)
        _add(view, server, own.plus(strays.number), limit, parts, _doubt(limit, parts, strays))

    def _pooling(self, server: _Server) -> Pooling | None:
        """The settings of a pooler; None where they are not known, and for what is none."""
        if server.resource.type == AZURE_SERVER and server.pooled:
            from erpguard.analysis.azure.connection_limits import pooling_of_server

            return pooling_of_server(self.analyses, server.resource)
        if server.pod is None or server.pooled or not server.is_pooler:
            return None
        return pooling_of(self.analyses, server.resource, server.pod)

    def _note(self, pooler: _Server, opened: Bounds, node: Node) -> None:
        """Ask the server behind a pooler for what it opens; where that is not known, all servers."""
        title = f"{pooler.resource.kind} {pooler.resource.name}"
        part = _Part(f"the pooler of {title}" if pooler.pooled else title, opened, opened.shown(), (node,))
        behind = server_behind(self.analyses, pooler.resource, pooler.pod, pooled=pooler.pooled)
        if behind.server is not None:
            self.parts[behind.server.key, False].append(part)
        elif not behind.known:
            self._stray(pooler.resource.cluster, part)

    def _stray(self, cluster: str, part: _Part) -> None:
        """Note what may be asked of any server of a cluster, and of any outside."""
        self.strays[cluster].add(part)
        self.all_strays.add(part)

    def _strays_of(self, server: Resource) -> _Strays:
        return self.all_strays if server.type == AZURE_SERVER else self.strays[server.cluster]


def _part(demand: Demand) -> _Part:
    return _Part(demand.title, demand.number, demand.text, (demand.at, *demand.related))


def _add(view: View, server: _Server, asked: Bounds, limit: Limit, parts: list[_Part], doubt: str) -> None:
    fields: dict[str, Any] = {
        "least": asked.least,
        "most": asked.most,
        "accepts_least": limit.number.least,
        "accepts_most": limit.number.most,
        "parts": [f"{part.title} {part.text}" for part in parts],
        "limit": limit.text,
        "doubt": doubt,
        "at": limit.node.at(),
        "related": _related(parts),
    }
    view.add(server.resource, server.pod.path if server.pod else (), fields, part="pooler" if server.pooled else "")


def _doubt(limit: Limit, parts: list[_Part], strays: _Strays) -> str:
    doubts = [f"how many connections {part.title} opens" for part in parts if not part.number.is_exact][:_SHOWN]
    doubts += strays.doubts()
    if not limit.number.is_exact:
        doubts.append("how many connections are accepted")
    return ", ".join(dict.fromkeys(doubts))


def _add_astray(view: View, demand: Demand) -> None:
    fields: dict[str, Any] = {
        "least": demand.number.least,
        "most": demand.number.most,
        "accepts_least": ANY.least,
        "accepts_most": ANY.most,
        "parts": [f"{demand.title} {demand.text}"],
        "limit": "a server that is not in the scan" if demand.lead.known else "a server that is not known",
        "doubt": "how many connections its database accepts",
        "at": demand.at.at(),
        "related": [],
    }
    view.add(demand.pod.resource, demand.pod.path, fields, part=f"astray {len(view.of(demand.pod.resource))}")


def _related(parts: list[_Part]) -> list[dict[str, Any]]:
    """What each part of the sum rests on, once."""
    places = dict.fromkeys((node.resource.key, node.path, part.title) for part in parts for node in part.nodes)
    return [{"resource": key, "path": list(path), "message": title} for key, path, title in places]
