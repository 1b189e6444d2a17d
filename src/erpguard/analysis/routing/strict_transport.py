"""Strict-Transport-Security that Traefik's middlewares send.

doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/ and RFC 6797.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from erpguard.analysis.routing.middlewares import Attached, is_of
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.references import is_hidden
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d+)', re.IGNORECASE)
_STS = "strict-transport-security"


class Hsts(NamedTuple):
    """The Strict-Transport-Security of middlewares: seconds, where it is set, whether there may be more."""

    seconds: int
    node: Node | None
    more: bool


class _Said(NamedTuple):
    """What one middleware makes of the header: seconds (None: not known), where, whether it sends or removes it."""

    seconds: int | None
    node: Node
    decides: bool = True


def hsts(attached: Iterable[Attached]) -> Hsts:
    """What is sent in the end: the first middleware is asked first and so has the last word on the answer.

    Each wraps the writer that it got, and changes the headers just before it hands them on:
    github.com/traefik/traefik/blob/master/pkg/middlewares/response_modifier.go. 0 with a node where it is set to 0.
    """
    idle: Node | None = None
    more = False
    for one in attached:
        if one.resource is None:
            more = more or not one.known
            continue
        more = more or is_of((one,), "plugin") is not False
        said = _said(one.resource)
        if said is None:
            continue
        if said.seconds is None:
            return Hsts(0, None, more=True)
        if said.decides:
            return Hsts(said.seconds, said.node, more)
        idle = idle or said.node
    return Hsts(0, idle, more)


def _said(resource: Resource) -> _Said | None:
    """What a middleware says. Custom headers are set after the others, and an empty one is removed.

    github.com/traefik/traefik/blob/master/pkg/middlewares/headers: `New` (headers.go) puts the custom headers around
    the secure ones, `PostRequestModifyResponseHeaders` (header.go) sets or removes them.
    """
    headers = (resource.body.get("spec") or {}).get("headers") or {}
    custom: Path = ("spec", "headers", "customResponseHeaders")
    for name, value in (headers.get("customResponseHeaders") or {}).items():
        if name.lower() == _STS:
            found = _MAX_AGE.search(value)
            return _Said(
                None if has_placeholder(value) else int(found[1]) if found else 0, Node(resource, (*custom, name))
            )
    path: Path = ("spec", "headers", "stsSeconds")
    node = Node(resource, path)
    names = {
        str(below[3]).lower() for below in resource.invalid | resource.unknown if below[:3] == custom and below[3:]
    }
    if _STS in names or is_hidden(resource, custom):
        return _Said(None, node)
    seconds, development = headers.get("stsSeconds"), headers.get("isDevelopment", False)
    if is_hidden(resource, path) or isinstance(seconds, str):
        return _Said(None, node)
    if seconds is None:
        return None
    if isinstance(development, str):
        return _Said(None, node)
    # With isDevelopment, and with 0, the header is left out: github.com/unrolled/secure, `processRequest`.
    return _Said(0, node, decides=False) if development or not seconds else _Said(seconds, node)
