"""What the values of Traefik's Helm chart make of its entry points, where k3s or Flux installs it.

github.com/traefik/traefik-helm-chart, `ports` of values.yaml. What redirects an entry point was moved there twice, and
what makes it speak TLS once; whichever of them is set counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.routing.traefik_values import CONTENT, VALUES, releases_of_traefik
from erpguard.analysis.values.option_files import flat_values, yaml_options
from erpguard.analysis.values.references import is_hidden
from erpguard.analysis.values.selectors import any_of, hidden_below
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

_READ = ((), ("ports",), ("additionalArguments",))
_TARGETS = ("redirectto", "redirectto.port", "redirections.entrypoint.to", "http.redirections.entrypoint.to")
_TLS = ("tls.enabled", "http.tls.enabled")
_MIDDLEWARES = ("middlewares", "http.middlewares")


class Release(NamedTuple):
    """A release: its values by dotted names in lower case, and whether it is surely one of Traefik with these alone."""

    resource: Resource
    values: Mapping[str, str | None]
    certain: bool

    def redirects(self, entry_point: str) -> bool | None:
        """Whether an entry point redirects to another one."""
        return self._says(entry_point, _TARGETS, "http.redirections.entrypoint.to")

    def tls(self, entry_point: str) -> bool | None:
        """Whether an entry point speaks TLS by itself."""
        return self._says(entry_point, _TLS, "http.tls")

    def attaches(self, entry_point: str) -> bool | None:
        """Whether an entry point has middlewares of its own."""
        return self._says(entry_point, _MIDDLEWARES, "http.middlewares")

    def _says(self, entry_point: str, names: tuple[str, ...], flag: str) -> bool | None:
        given = [self.values.get(f"ports.{entry_point.lower()}.{name}") or "" for name in names]
        flag = f"--entrypoints.{entry_point.lower()}.{flag}"
        for argument in (self.values.get("additionalarguments") or "").split(","):
            name, _, value = argument.lower().partition("=")
            given += [value or "true"] if name == flag else [argument] if has_placeholder(name) else []
        answers = [None if has_placeholder(text) else text not in ("", "false") for text in given]
        return any_of(answers) if self.certain else None


def releases(analyses: Analyses) -> list[list[Release]]:
    """The releases of Traefik's chart; those of one name together, as a HelmChartConfig adds to a HelmChart."""

    def make(analyses: Analyses) -> list[list[Release]]:
        found: dict[tuple[str, str, str], list[Release]] = defaultdict(list)
        for resource, is_it in releases_of_traefik(analyses):
            values, known = _values(resource)
            where = (resource.cluster, resource.namespace, resource.name)
            found[where].append(Release(resource, values, known and is_it is True))
        return list(found.values())

    made: list[list[Release]] = analyses.once("traefik.releases", make)
    return made


def _values(resource: Resource) -> tuple[Mapping[str, str | None], bool]:
    """The values of a release, and whether they are all that it has."""
    spec = resource.body.get("spec") or {}
    below = ((*VALUES, *path) for path in hidden_below(resource, VALUES) if path[:1] in _READ)
    hidden = bool(spec.get("valuesFrom")) or any(is_hidden(resource, path) for path in (CONTENT, *below))
    if isinstance(spec.get("values"), dict):
        return dict(flat_values(spec["values"])), not hidden
    options = yaml_options(spec.get("valuesContent") or "") if isinstance(spec.get("valuesContent"), str) else {}
    return {name: line.value for name, line in (options or {}).items()}, not hidden and options is not None
