"""How many connections a PostgreSQL flexible server accepts, by itself and at its built-in PgBouncer.

`max_connections` follows from the memory of the size that the server was made with, unless somebody set it, and 15 of
them are the service's own (https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits). PgBouncer:
https://learn.microsoft.com/azure/postgresql/connectivity/concepts-pgbouncer.
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.poolers import Pooling, limit
from erpguard.analysis.azure.bodies import text
from erpguard.analysis.azure.properties import Property, adrift, read
from erpguard.analysis.azure.server_parameters import POSTGRES, configurations
from erpguard.analysis.azure.vm_sizes import size_of
from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly, parsed
from erpguard.analysis.values.nodes import Node
from erpguard.model import Path, Resource

RESERVED = 15

_SKU: Path = ("sku", "name")
_BY_MEMORY = {2: 50, 4: 429, 8: 859, 16: 1718, 32: 3437}
_MUCH, _MOST = 48, 5000


class _Parameter(NamedTuple):
    """A parameter of a server: its value, None where nobody set it, and the node that says it."""

    value: Property | None
    known: bool
    node: Node

    def number(self, default: Bounds) -> Bounds:
        """The number that it has."""
        if not self.known or (self.value is not None and not self.value.known):
            return ANY
        return default if self.value is None else parsed(self.value.value)


def connections_of(analyses: Analyses, server: Resource) -> tuple[Bounds, Node]:
    """`max_connections` of a server, and the node that says it."""
    found = _parameter(analyses, server, "max_connections")
    return found.number(_default(server)), found.node


def pooling_of_server(analyses: Analyses, server: Resource) -> Pooling:
    """The settings of the PgBouncer of a server."""
    mode = _parameter(analyses, server, "pgbouncer.pool_mode")
    size = _parameter(analyses, server, "pgbouncer.default_pool_size")
    clients = _parameter(analyses, server, "pgbouncer.max_client_conn")
    session: bool | None = False
    if not mode.known or (mode.value is not None and not mode.value.known):
        session = None
    elif mode.value is not None:
        session = mode.value.is_one_of("session")
    numbers = clients.number(exactly(5000)), size.number(exactly(50)), limit(exactly(0))
    return Pooling(exactly(1), session, *numbers, size.node if session else clients.node)


def _parameter(analyses: Analyses, server: Resource, name: str) -> _Parameter:
    type_ = configurations(POSTGRES)
    for child in analyses.estate.children(server, type_):
        if child.name.lower() == name:
            return _Parameter(read(child, "properties", "value"), True, Node(child, ("properties", "value")))
    may_be = any(one.name.lower() == name for one in adrift(analyses, type_))
    hidden = any(child.is_hidden(("name",)) for child in analyses.estate.children(server, type_))
    return _Parameter(None, not may_be and not hidden and not analyses.estate.is_open(type_), Node(server, _SKU))


def _default(server: Resource) -> Bounds:
    """What the service makes of the memory of a size."""
    size = size_of(text(server, *_SKU) or "")
    if size is None:
        return ANY
    least, most = (_of_memory(memory) for memory in (size.least, size.most))
    return Bounds(least or 0, most or UNBOUNDED)


def _of_memory(memory: float) -> int | None:
    return _MOST if memory >= _MUCH else _BY_MEMORY.get(int(memory)) if memory == int(memory) else None
