"""How many connections a database server accepts from its clients: `max_connections` less what it reserves.

postgresql.org/docs/current/runtime-config-connection.html: 100 by default, of which `superuser_reserved_connections`
(3) and `reserved_connections` (0) are kept. The image of Zalando's operator makes 100 to 1000 of the memory
(github.com/zalando/spilo, configure_spilo.py).
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.database_hosts import AZURE_SERVER
from erpguard.analysis.applications.odoo import name_of_image
from erpguard.analysis.applications.poolers import parameter
from erpguard.analysis.applications.postgres_options import IMAGES, PostgresOptions
from erpguard.analysis.backup.cloudnative_pg import CLUSTER
from erpguard.analysis.backup.zalando import POSTGRESQL
from erpguard.analysis.values.bounds import ANY, Bounds, exactly, parsed
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.model import Path, Resource

MAXIMUM, SUPERUSERS, OTHERS = "max_connections", "superuser_reserved_connections", "reserved_connections"

_DEFAULTS = {MAXIMUM: 100, SUPERUSERS: 3, OTHERS: 0}
_PARAMETERS: Path = ("spec", "postgresql", "parameters")
_SPILO = Bounds(100, 1000)


class Limit(NamedTuple):
    """How many connections are free for clients, how that is counted, and the node that says it."""

    number: Bounds
    text: str
    node: Node


def limit_of(analyses: Analyses, server: Resource, pod: Pod | None) -> Limit:
    """The limit of a server: a workload, with its pod, an operator's object, or a server of Azure."""
    if server.type == AZURE_SERVER:
        from erpguard.analysis.azure.connection_limits import RESERVED, connections_of

        number, node = connections_of(analyses, server)
        return _limit(number, exactly(RESERVED), node)
    if server.type in (CLUSTER, POSTGRESQL):
        found = {name: parameter(server, _PARAMETERS, name, default) for name, default in _DEFAULTS.items()}
        if server.type == POSTGRESQL and MAXIMUM not in _given(server) and found[MAXIMUM].is_exact:
            found[MAXIMUM] = _SPILO
        return _limit(found[MAXIMUM], found[SUPERUSERS].plus(found[OTHERS]), Node(server, (*_PARAMETERS, MAXIMUM)))
    return _of_workload(analyses, server, pod)


def _given(server: Resource) -> dict[str, str]:
    return ((server.body.get("spec") or {}).get("postgresql") or {}).get("parameters") or {}


def _limit(number: Bounds, reserved: Bounds, node: Node) -> Limit:
    free = number.less(reserved)
    return Limit(free, f"{MAXIMUM} {number.shown()} less {reserved.shown()} reserved", node)


def _of_workload(analyses: Analyses, server: Resource, pod: Pod | None) -> Limit:
    container = _container(pod) if pod is not None else None
    if pod is None or container is None:
        return _limit(ANY, ANY, Node(server, server.name_path))
    options = PostgresOptions(analyses, pod, container)
    settings = {name: options.option(name) for name in _DEFAULTS}
    found = {
        name: ANY if not setting.known else exactly(_DEFAULTS[name]) if setting.value is None else parsed(setting.value)
        for name, setting in settings.items()
    }
    key = next(((key,) for key in ("args", "command") if container.body.get(key)), ())
    node = settings[MAXIMUM].node or Node(server, (*container.path, *key))
    return _limit(found[MAXIMUM], found[SUPERUSERS].plus(found[OTHERS]), node)


def _container(pod: Pod) -> Container | None:
    """The container that runs the server: the only one, or the only one with an image that may be PostgreSQL's."""
    mains = [one for one in pod.containers if one.role == "main"]
    likely = [one for one in mains if name_of_image(pod, one) in (None, *IMAGES)]
    return mains[0] if len(mains) == 1 else likely[0] if len(likely) == 1 else None
