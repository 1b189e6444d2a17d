"""What the outside gets from a router: with or without TLS, guarded by what, with which limits.

Everything is asked for each entry point by itself, because entry points bring middlewares of their own. A request that
is only redirected to TLS is not served. Answers are three-valued.
"""

from __future__ import annotations

from collections.abc import Callable

from erpguard.analysis.routing.entry_points import EntryPoint
from erpguard.analysis.routing.middlewares import (
    Attached,
    authenticates,
    keeps_out,
    limits,
    redirects_to_tls,
)
from erpguard.analysis.routing.router import Router
from erpguard.analysis.routing.strict_transport import Hsts, hsts
from erpguard.analysis.values.selectors import all_of, any_of

AMPLE = 15_552_000
"""180 days: with this much Strict-Transport-Security, what else may be attached is not asked."""


def opposite(answer: bool | None) -> bool | None:
    """Three-valued *not*."""
    return None if answer is None else not answer


def _everywhere(router: Router, ask: Callable[[EntryPoint], bool | None]) -> bool | None:
    return None if router.entry_points is None else all_of(map(ask, router.entry_points))


def _somewhere(router: Router, ask: Callable[[EntryPoint], bool | None]) -> bool | None:
    return None if router.entry_points is None else any_of(map(ask, router.entry_points))


def _attached(router: Router, point: EntryPoint) -> list[Attached]:
    return [*point.attached, *router.attached]


def _encrypted(router: Router, point: EntryPoint) -> bool | None:
    return any_of((router.tls, point.tls))


def _redirected(router: Router, point: EntryPoint) -> bool | None:
    return any_of((point.redirects, router.plain_redirect, redirects_to_tls(_attached(router, point))))


def _open(router: Router, point: EntryPoint) -> bool | None:
    """Whether the internet is let in."""
    kept_out = (point.internal, router.internal, router.guarded, keeps_out(_attached(router, point)))
    return opposite(any_of(kept_out))


def _served(router: Router, point: EntryPoint) -> bool | None:
    return any_of((_encrypted(router, point), opposite(_redirected(router, point))))


def encrypted(router: Router) -> bool | None:
    """Whether every way into the router is TLS, or redirects to it."""
    if router.tls:
        return opposite(router.plain_too)
    return _everywhere(router, lambda point: any_of((_encrypted(router, point), _redirected(router, point))))


def is_public(router: Router) -> bool | None:
    """Whether the internet is served by the router."""
    return _somewhere(router, lambda point: all_of((_open(router, point), _served(router, point))))


def is_unlimited(router: Router) -> bool | None:
    """Whether the internet is served without a bound on size, rate or number of requests."""

    def ask(point: EntryPoint) -> bool | None:
        limited = limits(_attached(router, point))
        return all_of((_open(router, point), _served(router, point), opposite(limited)))

    return _somewhere(router, ask)


def is_unauthenticated(router: Router) -> bool | None:
    """Whether the internet is served without being asked who it is."""

    def ask(point: EntryPoint) -> bool | None:
        asked = any_of((router.authenticated, authenticates(_attached(router, point))))
        return all_of((_open(router, point), _served(router, point), opposite(asked)))

    return _somewhere(router, ask)


def is_public_over_tls(router: Router) -> bool | None:
    """Whether the internet is served over TLS."""
    return _somewhere(router, lambda point: all_of((_open(router, point), _encrypted(router, point))))


def strict_transport(router: Router) -> Hsts:
    """The Strict-Transport-Security of the public TLS entry point that sends the least."""
    found = [
        hsts(_attached(router, point))
        for point in router.entry_points or ()
        if all_of((_open(router, point), _encrypted(router, point))) is not False
    ]
    if not found:
        return Hsts(0, None, more=router.entry_points is None)
    least = min(found, key=lambda one: one.seconds)
    return least._replace(more=least.more and least.seconds < AMPLE)


def public_entry_points(router: Router) -> set[str]:
    """The names of the entry points by which the internet may be served."""
    return {
        point.name
        for point in router.entry_points or ()
        if all_of((_open(router, point), _served(router, point))) is not False
    }
