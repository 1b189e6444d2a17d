"""Connections to PostgreSQL and Redis that containers are set to make, and whether TLS is enforced on them.

libpq's `sslmode` and PGSSLMODE: postgresql.org/docs/current/libpq-ssl.html. What the entrypoint of Odoo's image makes
of HOST and its like: github.com/odoo/docker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from erpguard.analysis import Analyses, View
from erpguard.analysis.command_lines import expand_shell, words
from erpguard.analysis.connection_uris import ConnectionUri, connection_uris, is_local
from erpguard.analysis.environment_variables import Environment, environment
from erpguard.analysis.nodes import HIDDEN, Node, Setting
from erpguard.analysis.odoo import OdooSettings, is_unset, name_of_image, odoo_containers
from erpguard.analysis.pods import Container, Pod, all_pods
from erpguard.analysis.tiers import IMAGES
from erpguard.model import Path
from erpguard.normalize.shapes import has_placeholder

DEFAULT_MODE = "prefer"
"""libpq's and Odoo's sslmode when nobody sets one: TLS if the server offers it, and no complaint if not."""

PLAIN = "disable"
ENFORCING = frozenset(("require", "verify-ca", "verify-full"))

_SERVERS = ("data", "cache", "edge", "backup")  # tiers whose own images call no database by their environment

_LINK = "DB_PORT_5432_TCP_ADDR"
_HOSTS = ("PGHOST", "DB_HOST", "HOST", _LINK)
_POSTGRES_NAME = re.compile(r"PG[A-Z]+|POSTGRES\w*|DB_\w+")
_POSTGRES_PROGRAM = re.compile(r"\b(psql|pg_dump|pg_dumpall|pg_restore|pg_isready|pg_basebackup|odoo)\b")
_OTHER_DATABASE = re.compile(r"(?i).*(mysql|mariadb|mssql|sqlserver|oracle|mongo)")
_URI_NAME = re.compile(r"(?:.*_)?(DATABASE|DB|PG|POSTGRES|POSTGRESQL|REDIS|CACHE|BROKER)_?(?:URL|URI|DSN)")
_OPAQUE = re.compile(r"\$\{[^{}]*\}|\{\{.*\}\}", re.DOTALL)
_POOLER_MODES = ("SERVER_TLS_SSLMODE", "PGBOUNCER_SERVER_TLS_SSLMODE")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of a container. `node` is where its host is set."""

    container: Container
    protocol: str
    host: Setting
    mode: Setting
    node: Node


def database_connections(analyses: Analyses) -> View:
    """One row per connection of a workload, at the container; one at the pod for a workload without any.

    Fields: container (its name), protocol, host, outside (whether the host is not the pod itself), sslmode (libpq's
    words, the default applied; for Redis `disable` and `verify-full`), at (where the host is set). A host that is not
    known counts as outside where TLS is enforced anyway.
    """
    view = View()
    odoo = {(found.pod.resource.key, found.container.path): found for found in odoo_containers(analyses)}
    for pod in all_pods(analyses):
        if pod.operator:
            continue
        made = list(_of_pod(analyses, pod, odoo))
        for number, connection in enumerate(made):
            _add(view, pod, connection, number)
        if not made:
            view.add(pod.resource, pod.path, {"outside": False}, ["outside"] if _is_hidden(pod) else [])
    return view


def _is_hidden(pod: Pod) -> bool:
    """Whether the lists of containers could not be read."""
    hidden = pod.resource.unknown | pod.resource.invalid
    return any((*pod.path, key)[: len(path)] == path for key in ("containers", "initContainers") for path in hidden)


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
            yield from _hosts(pod, container, variables)
        yield from _uris(pod, container, variables)
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
    for candidate in _odoo_hosts(settings):
        if candidate.node is None:
            hidden = hidden or not candidate.known
        elif not candidate.known or not is_unset(candidate.value or ""):
            yield Connection(settings.container, "PostgreSQL", candidate, mode, candidate.node)
            return
    if hidden:
        node = Node(settings.pod.resource, settings.container.path)
        yield Connection(settings.container, "PostgreSQL", HIDDEN, mode, node)


def _odoo_hosts(settings: OdooSettings) -> Iterator[Setting]:
    """The hosts in the order in which they count.

    The image's entrypoint appends `--db_host` to every command line: from the file, else from HOST, else from the
    link. With another command Odoo and libpq decide.
    """
    given = settings.container.body.get("command") or ()
    if not given or any(isinstance(word, str) and word.endswith("entrypoint.sh") for word in given):
        yield settings.from_file("db_host")
        yield settings.environment.get("HOST")
        yield settings.environment.get(_LINK)
    yield settings.option("db_host")
    for name in _HOSTS:
        yield settings.environment.get(name)


def _hosts(pod: Pod, container: Container, variables: Environment) -> Iterator[Connection]:
    """Connections by variables: one per host, however many variables name it."""
    seen = set()
    mode = _mode(pod, container, variables)
    for name in _HOSTS:
        host = variables.get(name)
        if host.node is None or (name in ("HOST", "DB_HOST") and not _speaks_postgres(pod, container, variables, name)):
            continue
        if host.value not in seen:
            seen.add(host.value)
            yield Connection(container, "PostgreSQL", host, mode, host.node)
    server = not container.body.get("command") and IMAGES.get(name_of_image(pod, container) or "") in _SERVERS
    if not seen and not server and HIDDEN in map(variables.get, _HOSTS):
        yield Connection(container, "PostgreSQL", HIDDEN, mode, Node(pod.resource, container.path))


def _speaks_postgres(pod: Pod, container: Container, variables: Environment, name: str) -> bool:
    """Whether a name that others use as well is about PostgreSQL here."""
    image = name_of_image(pod, container)
    if image is None:
        return True
    kinds = (
        variables.get(kind).value or "" for kind in ("DB_CONNECTION", "DB_TYPE", "DB_CLIENT", "DB_ENGINE", "DB_DIALECT")
    )
    if _OTHER_DATABASE.match(image) or any(map(_OTHER_DATABASE.match, kinds)):
        return False
    if variables.get("DB_PORT").value in ("3306", "1433", "1521", "27017"):
        return False
    if name != "HOST" or any(_POSTGRES_NAME.fullmatch(other) for other in variables.variables):
        return True
    given = (word.text for word in words(pod, container, variables))
    return "postgres" in image or any(map(_POSTGRES_PROGRAM.search, given))


def _mode(pod: Pod, container: Container, variables: Environment) -> Setting:
    """The sslmode that the environment sets; PgBouncer is no libpq client and has its own."""
    image = name_of_image(pod, container)
    if image is None:
        return HIDDEN
    for name in _POOLER_MODES if "pgbouncer" in image else ("PGSSLMODE",):
        setting = variables.get(name)
        if setting.value or not setting.known:
            return setting
    return Setting(DEFAULT_MODE)


def _uris(pod: Pod, container: Container, variables: Environment) -> Iterator[Connection]:
    for name, (text, node) in variables.variables.items():
        found = list(connection_uris(text))
        for uri in found:
            yield _connection(pod, container, variables, uri, node)
        if not found and has_placeholder(text) and _URI_NAME.fullmatch(name):
            protocol = "Redis" if "REDIS" in name else "PostgreSQL"
            yield Connection(container, protocol, HIDDEN, HIDDEN, node)
    for word in words(pod, container, variables):
        text = expand_shell(word.text, variables)
        for uri in connection_uris(text):
            line = text.count("\n", 0, uri.start) if "\n" in text else None
            node = Node(word.node.resource, word.node.path, line)
            yield _connection(pod, container, variables, uri, node)


def _connection(pod: Pod, container: Container, variables: Environment, uri: ConnectionUri, node: Node) -> Connection:
    hosts = ",".join(uri.hosts)
    host = Setting(None, False, node) if has_placeholder(hosts) else Setting(hosts, True, node)
    if uri.redis:
        return Connection(container, "Redis", host, _redis_mode(uri), node)
    if not hosts and not uri.jdbc:
        named = variables.get("PGHOST")
        host = Setting(named.value or "", named.known, node)
    return Connection(container, "PostgreSQL", host, _uri_mode(pod, container, variables, uri), node)


def _redis_mode(uri: ConnectionUri) -> Setting:
    if not uri.secure:
        return Setting(PLAIN)
    checks = uri.parameters.get("ssl_cert_reqs", "").lower().removeprefix("cert_")
    return Setting("require" if checks == "none" else "verify-full")


def _uri_mode(pod: Pod, container: Container, variables: Environment, uri: ConnectionUri) -> Setting:
    given = uri.parameters.get("sslmode") or uri.parameters.get("ssl")
    if given:
        # `ssl=true` is pgjdbc's word for verify-full, `ssl=require` asyncpg's for sslmode.
        return Setting({"true": "verify-full", "false": PLAIN}.get(given.lower(), given))
    if not uri.parameters_known:
        return HIDDEN
    return Setting(DEFAULT_MODE) if uri.jdbc else _mode(pod, container, variables)
