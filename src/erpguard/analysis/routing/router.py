"""What a router of any kind is: a path of an Ingress, a route of an IngressRoute, a rule of an HTTPRoute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from erpguard.analysis.routing.entry_points import EntryPoint
from erpguard.analysis.routing.middlewares import Attached
from erpguard.analysis.routing.traefik_rules import Rule
from erpguard.model import Path, Resource

Rewrite = Callable[[str], str | None]
"""What the backend sees of a request's path; None where that is not known."""


class Backend(NamedTuple):
    """Where a router sends its requests. `name` None: not known. `kind` Service, TraefikService, or another one."""

    kind: str
    namespace: str
    name: str | None
    port: int | str | None = None


@dataclass(frozen=True, slots=True)
class Router:
    """One router. Answers are three-valued: True, False, None for not known.

    label        how to call it in a message: the rule, or host and path
    match_path   the node that says what it matches, from the root of the resource
    attach_path  where a middleware is attached, from the root of the resource
    traefik      whether Traefik serves it
    domain       whose priorities its priority is compared with: Traefik, a class, a gateway; None where it is not known
    rule         what it admits; None where that is not known
    priority     the greater one is asked first; None where that is not known
    tls          whether it asks for TLS by itself
    plain_redirect  whether it answers plain requests with a redirect, by other means than a Traefik middleware
    plain_too    whether it answers plain requests although it asks for TLS
    guarded, authenticated, denied  allow-list, authentication or deny rule by other means than a Traefik middleware
    entry_points where it is reached; None where that is not known
    attached     its own middlewares
    rewrites     rewrites of the path that are not Traefik middlewares
    """

    resource: Resource
    path: Path
    label: str
    match_path: Path
    attach_path: Path
    traefik: bool | None
    domain: str | None
    rule: Rule | None
    priority: tuple[int, ...] | None
    tls: bool | None
    entry_points: list[EntryPoint] | None
    attached: list[Attached] = field(default_factory=list)
    backends: list[Backend] = field(default_factory=list)
    internal: bool | None = False
    plain_redirect: bool | None = False
    plain_too: bool | None = False
    guarded: bool | None = False
    authenticated: bool | None = False
    denied: bool | None = False
    rewrites: list[Rewrite] = field(default_factory=list)
