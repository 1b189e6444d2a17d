"""Strict-Transport-Security that Traefik's middlewares send.

doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/ and RFC 6797.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from erpguard.analysis.routing.middlewares import Attached, is_of
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.references import is_hidden
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d+)', re.IGNORECASE)
_STS = "strict-transport-security"


class Hsts(NamedTuple):
    """The longest Strict-Transport-Security of middlewares: seconds, where it is set, whether there may be more."""

    seconds: int
    node: Node | None
    more: bool


def hsts(attached: Iterable[Attached]) -> Hsts:
    """The longest `stsSeconds`, or `max-age` of a custom response header; 0 with a node where it is set to 0."""
    best: tuple[int, Node | None] = (0, None)
    more = False
    for one in attached:
        if one.resource is None:
            more = more or not one.known
            continue
        more = more or is_of((one,), "plugin") is not False
        for seconds, node in _lifetimes(one.resource):
            if seconds is None:
                more = True
            elif best[1] is None or seconds > best[0]:
                best = (seconds, node)
    return Hsts(best[0], best[1], more)


def _lifetimes(resource: Resource) -> Iterator[tuple[int | None, Node]]:
    headers = (resource.body.get("spec") or {}).get("headers") or {}
    path: Path = ("spec", "headers", "stsSeconds")
    node = Node(resource, path)
    seconds = headers.get("stsSeconds")
    development = headers.get("isDevelopment", False)
    if is_hidden(resource, path) or isinstance(seconds, str):
        yield None, node
    elif seconds is not None:
        # With isDevelopment, Traefik leaves the header out.
        yield (0 if development is True else None if isinstance(development, str) else seconds), node
    custom: Path = ("spec", "headers", "customResponseHeaders")
    hidden = resource.invalid | resource.unknown
    if any(path[:3] == custom[: len(path)] and is_hidden(resource, path) for path in hidden):
        yield None, node
    for name, value in (headers.get("customResponseHeaders") or {}).items():
        if name.lower() == _STS:
            found = _MAX_AGE.search(value)
            unknown = has_placeholder(value)
            where = Node(resource, (*custom, name))
            yield (None if unknown else int(found[1]) if found else 0), where
