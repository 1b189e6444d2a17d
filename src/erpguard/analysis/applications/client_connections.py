"""Connections to PostgreSQL and Redis that the environment or the command line of a container sets up.

libpq's `sslmode` and PGSSLMODE: postgresql.org/docs/current/libpq-ssl.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis.applications.connection_strings import connection_strings
from erpguard.analysis.applications.connection_uris import ConnectionUri, connection_uris
from erpguard.analysis.applications.odoo import name_of_image
from erpguard.analysis.values.nodes import HIDDEN, Node, Setting
from erpguard.analysis.workloads.command_lines import expand_shell, words
from erpguard.analysis.workloads.environment_variables import Environment
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.analysis.workloads.tiers import IMAGES
from erpguard.normalize.shapes import has_placeholder

DEFAULT_MODE = "prefer"
"""libpq's and Odoo's sslmode when nobody sets one: TLS if the server offers it, and no complaint if not."""

PLAIN = "disable"

LINK = "DB_PORT_5432_TCP_ADDR"
"""The variable of a Docker link, which the entrypoint of Odoo's image still reads."""

HOSTS = ("PGHOST", "DB_HOST", "HOST", LINK)
"""The variables that name PostgreSQL's host, in the order in which they count for a client."""

_SERVERS = ("data", "cache", "edge", "backup")  # tiers whose own images call no database by their environment

_POSTGRES_NAME = re.compile(r"PG[A-Z]+|POSTGRES\w*|DB_\w+")
_POSTGRES_PROGRAM = re.compile(r"\b(psql|pg_dump|pg_dumpall|pg_restore|pg_isready|pg_basebackup|odoo)\b")
_OTHER_DATABASE = re.compile(r"(?i).*(mysql|mariadb|mssql|sqlserver|oracle|mongo)")
_URI_NAME = re.compile(r"(?:.*_)?(DATABASE|DB|PG|POSTGRES|POSTGRESQL|REDIS|CACHE|BROKER)_?(?:URL|URI|DSN)")
_POOLER_MODES = ("SERVER_TLS_SSLMODE", "PGBOUNCER_SERVER_TLS_SSLMODE")


class Connection(NamedTuple):
    """A connection of a container. `node` is where its host is set."""

    container: Container
    protocol: str
    host: Setting
    mode: Setting
    node: Node


def by_variables(pod: Pod, container: Container, variables: Environment) -> Iterator[Connection]:
    """Connections by variables: one per host, however many variables name it."""
    seen = set()
    mode = _of_commands(pod, container, variables) or _mode(pod, container, variables)
    for name in HOSTS:
        host = variables.get(name)
        if host.node is None or (name in ("HOST", "DB_HOST") and not _speaks_postgres(pod, container, variables, name)):
            continue
        if host.value not in seen:
            seen.add(host.value)
            yield Connection(container, "PostgreSQL", host, mode, host.node)
    server = not container.body.get("command") and IMAGES.get(name_of_image(pod, container) or "") in _SERVERS
    if not seen and not server and HIDDEN in map(variables.get, HOSTS):
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


def _of_commands(pod: Pod, container: Container, variables: Environment) -> Setting | None:
    """The sslmode that commands give together with a name of the database, and leave the host to the environment."""
    given = (_in_text(expand_shell(word.text, variables)) for word in words(pod, container, variables))
    modes = {uri.parameters.get("sslmode") for found in given for uri in found if not any(uri.hosts) and not uri.redis}
    mode = modes.pop() if len(modes) == 1 else None
    return Setting(mode) if mode else None


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


def by_uris(pod: Pod, container: Container, variables: Environment) -> Iterator[Connection]:
    """Connections by URIs and by strings of keywords and values."""
    for name, (text, node) in variables.variables.items():
        found = _in_text(text)
        for uri in found:
            yield _connection(pod, container, variables, uri, node)
        if not found and has_placeholder(text) and _URI_NAME.fullmatch(name):
            protocol = "Redis" if "REDIS" in name else "PostgreSQL"
            yield Connection(container, protocol, HIDDEN, HIDDEN, node)
    for word in words(pod, container, variables):
        text = expand_shell(word.text, variables)
        for uri in _in_text(text):
            line = text.count("\n", 0, uri.start) if "\n" in text else None
            node = Node(word.node.resource, word.node.path, line)
            yield _connection(pod, container, variables, uri, node)


def _in_text(text: str) -> list[ConnectionUri]:
    return [*connection_uris(text), *connection_strings(text)]


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
