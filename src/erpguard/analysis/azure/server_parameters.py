"""Parameters of PostgreSQL and MySQL flexible servers, which ARM shows as children named `configurations`.

A parameter that nobody set has the default of the service; a GET of a server does not show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.properties import Property, read
from erpguard.model import Resource

POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
MYSQL = "Microsoft.DBforMySQL/flexibleServers"


def configurations(server_type: str) -> str:
    """The type of a server's parameters."""
    return f"{server_type}/configurations"


class Parameter(NamedTuple):
    """One parameter of one server.

    resource  the configuration; the server itself where nobody set the parameter
    value     None where nobody set it
    server    the name of the server
    """

    resource: Resource
    value: Property | None
    server: str

    def is_on(self) -> bool | None:
        """Whether a parameter that somebody set is on; None where that is not known."""
        if self.value is None or self.value.is_one_of("on", "true", "1", "yes"):
            return None if self.value is None else True
        return False if self.value.is_one_of("off", "false", "0", "no") else None


def parameters(analyses: Analyses, server_type: str, name: str) -> Iterator[Parameter]:
    """A parameter of all servers of a type: each configuration, and each server that has none of this name."""
    type_ = configurations(server_type)
    for resource in analyses.estate.of_type(type_):
        if resource.name.lower() == name:
            yield Parameter(resource, read(resource, "properties", "value"), _server(analyses, resource))
    for resource in analyses.estate.of_type(server_type):
        if not any(child.name.lower() == name for child in analyses.estate.children(resource, type_)):
            yield Parameter(resource, None, resource.name)


def _server(analyses: Analyses, configuration: Resource) -> str:
    """The name of the server of a parameter: of one that is elsewhere as its id has it."""
    owner = analyses.estate.arm(configuration.parent).resource
    name = owner.name if owner is not None else configuration.parent.rstrip("/").rpartition("/")[2]
    return "a server that is not known" if name in ("", "?") else name
