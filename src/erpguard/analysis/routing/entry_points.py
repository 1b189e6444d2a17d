"""Traefik's entry points: by the static configuration in the estate, and what the configuration says of the platform.

doc.traefik.io/traefik/reference/install-configuration/entrypoints/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.routing.middlewares import UNSEEN, Attached, attached_by_name
from erpguard.analysis.routing.published_ports import is_left_inside
from erpguard.analysis.routing.traefik_instances import RELEASES
from erpguard.analysis.routing.traefik_static import StaticConfiguration, http_entry_points, static_configurations
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Setting
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Resource

if TYPE_CHECKING:
    from erpguard.analysis.routing.released_entry_points import Release

PLAIN = "web"
"""The entry point for plain HTTP that is taken to exist where nothing is known: Traefik's default is one."""


class EntryPoint(NamedTuple):
    """One way into a router. Answers are three-valued.

    internal  the internet does not reach it
    tls       it speaks TLS by itself
    redirects it sends everything to TLS
    resolver  it names a certificate resolver
    attached  its default middlewares
    """

    name: str
    internal: bool | None = False
    tls: bool | None = False
    redirects: bool | None = False
    resolver: bool | None = False
    attached: tuple[Attached, ...] = ()


class EntryPoints:
    """The entry points that a router of the estate may be reached by."""

    def __init__(self, analyses: Analyses) -> None:
        settings = analyses.settings
        self._analyses = analyses
        self._tls = frozenset(settings.get("tls_entry_points", ("websecure",)))
        self._redirecting = frozenset(settings.get("redirecting_entry_points", ()))
        self._internal = frozenset(settings.get("internal_entry_points", ()))
        self._made: dict[tuple[str, ...], EntryPoint] = {}

    def named(self, router: Resource, names: Iterable[str]) -> list[EntryPoint]:
        """The entry points of these names, as the router sees them."""
        configurations = self._configurations(router)
        if not configurations and (released := self._releases(router)):
            return [self._by_values(name, released) for name in names]
        keys = tuple(configuration.pod.resource.key for configuration in configurations)
        return [self._entry_point(name, configurations, keys) for name in names]

    def default(self, router: Resource) -> list[EntryPoint] | None:
        """The entry points of a router that names none; None where they are not known."""
        configurations = self._configurations(router)
        if not configurations:
            known = self._tls | self._redirecting | self._internal
            return self.named(router, sorted(known if self._redirecting else known | {PLAIN}))
        sets = {tuple(sorted(_defaults(configuration))) for configuration in configurations}
        if len(sets) > 1 or any(one.open or not one.certain for one in configurations):
            return None
        return self.named(router, sets.pop() or (PLAIN,))

    def _configurations(self, router: Resource) -> list[StaticConfiguration]:
        return [
            configuration
            for configuration in static_configurations(self._analyses)
            if configuration.pod.resource.cluster == router.cluster
            and self._analyses.estate.together(router, configuration.pod.resource) is not False
        ]

    def _releases(self, router: Resource) -> list[list[Release]]:
        """The releases of Traefik's chart that the router may be for."""
        if self._analyses.estate.types.isdisjoint(RELEASES):
            return []
        from erpguard.analysis.routing.released_entry_points import releases

        together = self._analyses.estate.together
        near = [
            [one for one in some if together(router, one.resource) is not False] for some in releases(self._analyses)
        ]
        return [some for some in near if some and some[0].resource.cluster == router.cluster]

    def _by_values(self, name: str, released: list[list[Release]]) -> EntryPoint:
        """An entry point of releases, whose pods are not in the estate."""

        def agreed(ask: Callable[[Release], bool | None]) -> bool | None:
            answers = {any_of(map(ask, some)) for some in released}
            return answers.pop() if len(answers) == 1 else None

        return EntryPoint(
            name=name,
            internal=name in self._internal,
            tls=any_of((name in self._tls, agreed(lambda one: one.tls(name)))),
            redirects=any_of((name in self._redirecting, agreed(lambda one: one.redirects(name)))),
            attached=() if agreed(lambda one: one.attaches(name)) is False else (UNSEEN,),
        )

    def _entry_point(self, name: str, configurations: list[StaticConfiguration], keys: tuple[str, ...]) -> EntryPoint:
        found = self._made.get((name, *keys))
        if found is None:
            found = self._made[name, *keys] = self._read(name, configurations)
        return found

    def _read(self, name: str, configurations: list[StaticConfiguration]) -> EntryPoint:
        base = f"entrypoints.{name.lower()}"
        declared = [one for one in configurations if one.open or name.lower() in one.entry_points()]

        def agreed(ask: Callable[[StaticConfiguration], bool | None]) -> bool | None:
            answers = {ask(one) for one in declared} | {False for one in declared if not one.certain}
            return False if not answers else answers.pop() if len(answers) == 1 else None

        return EntryPoint(
            name=name,
            internal=name in self._internal or agreed(lambda one: is_left_inside(self._analyses, one, name)),
            tls=any_of((name in self._tls, agreed(lambda one: one.has(f"{base}.http.tls")))),
            redirects=any_of((name in self._redirecting, agreed(lambda one: _redirects(one, base)))),
            resolver=agreed(lambda one: one.has(f"{base}.http.tls.certresolver")),
            attached=tuple(self._attached(declared, base)),
        )

    def _attached(self, declared: list[StaticConfiguration], base: str) -> Iterable[Attached]:
        settings = [_default_middlewares(one, base) for one in declared]
        values = {setting.value for setting in settings}
        if any(not setting.known for setting in settings) or len(values) > 1:
            return [UNSEEN]
        if not settings:
            return []
        return attached_by_name(self._analyses, declared[0].pod.resource, settings[0].value or "")


def _default_middlewares(configuration: StaticConfiguration, base: str) -> Setting:
    given = configuration.get(f"{base}.http.middlewares")
    return given if configuration.certain or given == UNSET else HIDDEN


def _defaults(configuration: StaticConfiguration) -> list[str]:
    names = list(http_entry_points(configuration))
    chosen = [name for name in names if configuration.flag(f"entrypoints.{name}.asdefault")]
    return chosen or names


def _redirects(configuration: StaticConfiguration, base: str) -> bool | None:
    target = configuration.get(f"{base}.http.redirections.entrypoint.to")
    scheme = configuration.get(f"{base}.http.redirections.entrypoint.scheme")
    if not target.known or not scheme.known:
        # A placeholder as target still redirects.
        return True if target.node is not None and scheme.known and scheme.value in (None, "https") else None
    return bool(target.value) and (scheme.value or "https") == "https"


def entry_points(analyses: Analyses) -> EntryPoints:
    """The entry points of the estate, made once."""
    made: EntryPoints = analyses.once("traefik.entry_points", EntryPoints)
    return made
