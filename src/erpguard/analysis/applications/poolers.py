"""PgBouncer: how many clients a pooler takes in, and how many connections it opens to the server behind it.

pgbouncer.org/config.html: `max_client_conn` (100) bounds the clients of an instance; `default_pool_size` (20) and
`reserve_pool_size` (0) the connections to the server for each pair of database and user, `max_db_connections` those for
each database. In session mode a client keeps a connection to the server for as long as it stays, so that the pools
bound the clients, too. Session mode is the default of CloudNativePG's Poolers
(cloudnative-pg.io/documentation/current/connection_pooling/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.database_hosts import POOLER
from erpguard.analysis.applications.odoo_demand import Demand
from erpguard.analysis.applications.pgbouncer_options import PgbouncerOptions, pgbouncer_container
from erpguard.analysis.resources.replicas import most_replicas
from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly, parsed
from erpguard.analysis.values.nodes import UNSET, Node, Setting
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_DEFAULTS = {"max_client_conn": 100, "default_pool_size": 20, "reserve_pool_size": 0, "max_db_connections": 0}
_SESSION = "session"
_PARAMETERS: Path = ("spec", "pgbouncer", "parameters")
_MODE: Path = ("spec", "pgbouncer", "poolMode")


class Use(NamedTuple):
    """Of how many databases, and pairs of database and user, a pooler's clients are."""

    databases: Bounds
    pairs: Bounds


def use_of(demands: Iterable[Demand], *, whole: bool) -> Use:
    """The databases and users of some Odoo servers, `whole` where there are no others.

    Of users that are not known every server may have its own.
    """
    databases: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    every_user = True
    for demand in demands:
        whole, every_user = whole and demand.databases is not None, every_user and demand.user is not None
        databases |= demand.databases or set()
        pairs |= {(name, demand.user or demand.pod.resource.key) for name in demand.databases or ()}
    least = max(1, len(databases))
    if not whole:
        return Use(Bounds(least, UNBOUNDED), Bounds(least, UNBOUNDED))
    return Use(exactly(len(databases)), Bounds(len(pairs) if every_user else least, len(pairs)))


class Pooling(NamedTuple):
    """The settings of a pooler.

    instances   how many pods it may have
    session     whether a client keeps its connection to the server; None where that is not known
    clients     `max_client_conn`
    size        the connections to the server for each pair of database and user
    database    the connections to the server for each database
    node        what says how many clients it takes in
    """

    instances: Bounds
    session: bool | None
    clients: Bounds
    size: Bounds
    database: Bounds
    node: Node

    def takes(self, use: Use) -> tuple[Bounds, str]:
        """How many clients it takes in, and how that is counted."""
        all_clients = self.instances.times(self.clients)
        pools = self.instances.times(self._pools(use))
        shown = f"{self.instances.shown()} × "
        text = shown + f"max_client_conn {self.clients.shown()}"
        if self.session is False:
            return all_clients, text
        if self.session is None:
            return all_clients.smaller(pools)._replace(most=all_clients.most), text
        if pools.most < all_clients.most:
            text = shown + f"{self._pools(use).shown()} connections of session pooling"
        return all_clients.smaller(pools), text

    def opens(self, asked: Bounds, use: Use) -> Bounds:
        """How many connections it opens to the server for clients that ask for so many."""
        pool = self.instances.times(self.size)
        most = pool.smaller(asked).times(use.pairs).smaller(self.instances.times(self.database).times(use.databases))
        least = self.instances.times(self._pools(Use(use.databases, use.databases)))
        return Bounds(min(asked.least, least.least), most.most)

    def _pools(self, use: Use) -> Bounds:
        """The connections to the server of one instance."""
        return self.size.times(use.pairs).smaller(self.database.times(use.databases))


def pooling_of(analyses: Analyses, pooler: Resource, pod: Pod) -> Pooling | None:
    """The settings of a Pooler of CloudNativePG, or of a workload that runs PgBouncer; None for another program."""
    if pooler.type == POOLER:
        return _of_operator(analyses, pooler)
    container = pgbouncer_container(pod)
    return None if container is None else _of_workload(analyses, pooler, PgbouncerOptions(analyses, pod, container))


def _of_operator(analyses: Analyses, pooler: Resource) -> Pooling:
    spec = (pooler.body.get("spec") or {}).get("pgbouncer") or {}
    mode = spec.get("poolMode", _SESSION) if pooler.is_known(_MODE) else None
    numbers = {name: parameter(pooler, _PARAMETERS, name, default) for name, default in _DEFAULTS.items()}
    node = Node(pooler, (*_PARAMETERS, _deciding(mode)))
    return _pooling(most_replicas(analyses, pooler).number, mode, numbers, node)


def _of_workload(analyses: Analyses, workload: Resource, options: PgbouncerOptions) -> Pooling:
    mode = options.option("pool_mode")
    numbers = {name: _number(options.option(name), default) for name, default in _DEFAULTS.items()}
    name = (mode.value or _SESSION) if mode.known else None
    node = options.option(_deciding(name)).node or Node(workload, workload.name_path)
    return _pooling(most_replicas(analyses, workload).number, name, numbers, node)


def _number(setting: Setting, default: int) -> Bounds:
    return exactly(default) if setting == UNSET else parsed(setting.value)


def _deciding(mode: str | None) -> str:
    """The option that says how many clients a pooler takes in."""
    return "default_pool_size" if mode == _SESSION else "max_client_conn"


def _pooling(instances: Bounds, mode: str | None, numbers: Mapping[str, Bounds], node: Node) -> Pooling:
    return Pooling(
        instances=instances,
        session=None if mode is None or has_placeholder(mode) else mode.lower() == _SESSION,
        clients=numbers["max_client_conn"],
        size=numbers["default_pool_size"].plus(numbers["reserve_pool_size"]),
        database=limit(numbers["max_db_connections"]),
        node=node,
    )


def limit(number: Bounds) -> Bounds:
    """A limit of PgBouncer, of which 0 is none."""
    return Bounds(number.least or (0 if number.most else UNBOUNDED), number.most or UNBOUNDED)


def parameter(resource: Resource, path: Path, name: str, default: int) -> Bounds:
    """The number at a name of a mapping of parameters."""
    if not resource.is_known((*path, name)):
        return ANY
    given: object = resource.body
    for step in (*path, name):
        given = given.get(step) if isinstance(given, dict) else None
    return exactly(default) if given is None else parsed(given)
