"""Connection URIs of PostgreSQL and Redis, as far as they say who is called and how.

postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS, jdbc.postgresql.org/documentation/use/,
iana.org/assignments/uri-schemes/prov/redis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.normalize.shapes import has_placeholder

_URI = re.compile(
    r"(?P<jdbc>jdbc:)?\b(?P<scheme>postgres(?:ql)?|rediss?)(?:\+\w+)?://(?P<rest>[^\s\"'`<>|;]*)", re.IGNORECASE
)
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_LOCAL = re.compile(
    r"localhost\.?|localhost\.localdomain|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0|\[?::\]?|[/@].*|", re.DOTALL
)


class ConnectionUri(NamedTuple):
    """A URI. `hosts` is the text between user and path, without ports; `start` is where the URI begins in the text."""

    redis: bool
    secure: bool
    jdbc: bool
    hosts: tuple[str, ...]
    start: int
    parameters: dict[str, str]
    parameters_known: bool


def connection_uris(text: str) -> Iterator[ConnectionUri]:
    """The URIs in a text, in which `${...}` and `{{ ... }}` stand for what is not known."""
    plain = _TEMPLATE.sub(lambda match: "${" + "_" * (len(match[0]) - 3) + "}", text)
    for match in _URI.finditer(plain):
        authority, _, behind = _split(match["rest"])
        query = behind.partition("#")[0].partition("?")[2]
        parameters = dict(_parameters(query))
        hosts = parameters["host"] if "host" in parameters else authority.rpartition("@")[2]
        scheme = match["scheme"].lower()
        yield ConnectionUri(
            redis=scheme.startswith("redis"),
            secure=scheme == "rediss",
            jdbc=bool(match["jdbc"]),
            hosts=tuple(_without_port(host) for host in hosts.split(",")),
            start=match.start(),
            parameters=parameters,
            parameters_known=not has_placeholder(query),
        )


def is_local(host: str) -> bool | None:
    """Whether a host is the pod itself: loopback, a socket's folder, or none; None where it is not known.

    The addresses that mean "all of my own" count too: they are where something listens.
    """
    return None if has_placeholder(host) else _LOCAL.fullmatch(host.strip().lower()) is not None


def _split(rest: str) -> tuple[str, str, str]:
    """(authority, "", what follows); a `/` within a placeholder does not end the authority."""
    depth = 0
    for index, character in enumerate(rest):
        if rest.startswith("${", index):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character in "/?#" and not depth:
            return rest[:index], "", rest[index:]
    return rest, "", ""


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    if not query:
        return
    from urllib.parse import unquote

    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if equals and not has_placeholder(value):
            yield name.lower(), unquote(value)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    name, colon, port = host.rpartition(":")
    return name if colon and (port.isdigit() or not port or has_placeholder(port)) else host
