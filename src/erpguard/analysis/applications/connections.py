"""Connections to PostgreSQL and Redis that containers are set to make, and whether TLS is enforced on them.

What the entrypoint of Odoo's image makes of HOST and its like: github.com/odoo/docker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications.client_connections import (
    DEFAULT_MODE,
    HOSTS,
    LINK,
    Connection,
    by_uris,
    by_variables,
)
from erpguard.analysis.applications.connection_uris import is_local
from erpguard.analysis.applications.odoo import OdooSettings, is_unset, name_of_image, odoo_containers
from erpguard.analysis.values.nodes import HIDDEN, Node, Setting
from erpguard.analysis.workloads.environment_variables import environment
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.model import Path

ENFORCING = frozenset(("require", "verify-ca", "verify-full"))

_OPAQUE = re.compile(r"\$\{[^{}]*\}|\{\{.*\}\}", re.DOTALL)


def add_connections(view: View, analyses: Analyses, pod: Pod) -> bool:
    """Add a row for each connection that a workload is set to make; whether there is any."""
    odoo = analyses.once("connections.odoo", _odoo_by_container)
    made = list(_of_pod(analyses, pod, odoo))
    for number, connection in enumerate(made):
        _add(view, pod, connection, number)
    return bool(made)


def _odoo_by_container(analyses: Analyses) -> dict[tuple[str, Path], OdooSettings]:
    return {(found.pod.resource.key, found.container.path): found for found in odoo_containers(analyses)}


def _add(view: View, pod: Pod, connection: Connection, number: int) -> None:
    outside = _outside(connection.host)
    unknown = []
    if outside is not False:
        unknown = [] if connection.mode.known else ["sslmode"]
        if outside is None and connection.mode.value not in ENFORCING:
            unknown.append("outside")
    fields = {
        "container": connection.container.name,
        "protocol": connection.protocol,
        "host": connection.host.value or "a host that is not known",
        "outside": outside is not False,
        "sslmode": connection.mode.value or DEFAULT_MODE,
        "at": connection.node.at(),
    }
    view.add(pod.resource, connection.container.path, fields, unknown, part=str(number))


def _outside(host: Setting) -> bool | None:
    if not host.known:
        return None
    local = [is_local(name) for name in (host.value or "").split(",")]
    if False in local:
        return True
    return None if None in local else False


def _of_pod(analyses: Analyses, pod: Pod, odoo: Mapping[tuple[str, Path], OdooSettings]) -> Iterator[Connection]:
    for container in pod.containers:
        settings = odoo.get((pod.resource.key, container.path))
        variables = settings.environment if settings else environment(analyses, pod, container)
        if settings:
            yield from _odoo(settings)
        else:
            yield from by_variables(pod, container, variables)
        yield from by_uris(pod, container, variables)
        if variables.unread or _is_opaque(pod, container):
            node = Node(pod.resource, container.path)
            yield Connection(container, "PostgreSQL", HIDDEN, HIDDEN, node)


def _is_opaque(pod: Pod, container: Container) -> bool:
    """Whether the image, or a word of the command line, may be anything."""
    if name_of_image(pod, container) is None:
        return True
    for key in ("command", "args"):
        given = container.body.get(key) or ()
        if (*container.path, key) in pod.resource.invalid or not all(isinstance(item, str) for item in given):
            return True
        if any(_OPAQUE.fullmatch(item) for item in given):
            return True
    return False


def _odoo(settings: OdooSettings) -> Iterator[Connection]:
    """Odoo's connection: the first host that counts, with Odoo's own mode."""
    hidden = False
    mode = settings.option("db_sslmode")
    if mode.known and is_unset(mode.value or ""):
        mode = Setting(DEFAULT_MODE)
    for candidate in odoo_hosts(settings):
        if candidate.node is None:
            hidden = hidden or not candidate.known
        elif not candidate.known or not is_unset(candidate.value or ""):
            yield Connection(settings.container, "PostgreSQL", candidate, mode, candidate.node)
            return
    if hidden:
        node = Node(settings.pod.resource, settings.container.path)
        yield Connection(settings.container, "PostgreSQL", HIDDEN, mode, node)


def odoo_hosts(settings: OdooSettings) -> Iterator[Setting]:
    """The hosts in the order in which they count.

    The image's entrypoint appends `--db_host` to every command line: from the file, else from HOST, else from the
    link. With another command Odoo and libpq decide.
    """
    given = settings.container.body.get("command") or ()
    if not given or any(isinstance(word, str) and word.endswith("entrypoint.sh") for word in given):
        yield settings.from_file("db_host")
        yield settings.environment.get("HOST")
        yield settings.environment.get(LINK)
    yield settings.option("db_host")
    for name in HOSTS:
        yield settings.environment.get(name)
