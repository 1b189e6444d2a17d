"""Values of Traefik's Helm chart, as k3s and Flux carry them in objects.

github.com/traefik/traefik-helm-chart: `api.insecure` and `additionalArguments` of values.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.routing.traefik_instances import FLUX, RELEASES
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.option_files import yaml_options
from erpguard.analysis.values.references import is_hidden
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

CONTENT: Path = ("spec", "valuesContent")
VALUES: Path = ("spec", "values")
_FLUX_CHART: Path = ("spec", "chart", "spec", "chart")
_INSECURE = re.compile(r"-{1,2}api\.insecure(?:=(?:1|t|true))?", re.IGNORECASE)


def releases_of_traefik(analyses: Analyses) -> Iterator[tuple[Resource, bool | None]]:
    """Every release of Traefik's chart that k3s or Flux makes, or may make, with whether it surely is one."""
    for resource in analyses.estate.of_type(*RELEASES):
        spec = resource.body.get("spec") or {}
        if resource.type == FLUX:
            chart, path = ((spec.get("chart") or {}).get("spec") or {}).get("chart") or "", _FLUX_CHART
        else:
            chart, path = spec.get("chart") or resource.name, ("spec", "chart")
        is_it = _is_traefik(resource, path, chart)
        if is_it is not False:
            yield resource, is_it


def insecure_values(analyses: Analyses) -> Iterator[tuple[Resource, Path, bool | None, Node]]:
    """(release, path of its values, whether they switch api.insecure on, where) of every release of Traefik's chart."""
    for resource, is_it in releases_of_traefik(analyses):
        if resource.type == FLUX:
            path, (insecure, node) = VALUES, _in_values(resource)
        else:
            path = CONTENT
            insecure, node = _in_text(resource, (resource.body.get("spec") or {}).get("valuesContent"))
        yield resource, path, insecure if is_it else all_of((insecure, None)), node


def _is_traefik(resource: Resource, path: Path, chart: str) -> bool | None:
    """Whether a chart, by its name or address, is Traefik's."""
    if is_hidden(resource, path) or has_placeholder(chart):
        return None
    return "traefik" in chart.lower()


def _in_text(resource: Resource, text: str | None) -> tuple[bool | None, Node]:
    node = Node(resource, CONTENT)
    if text is None:
        return (None if is_hidden(resource, CONTENT) else False), node
    options = yaml_options(text)
    if options is None:
        return None, node
    switch = options.get("api.insecure")
    if switch is not None and (switch.value or "").lower() == "true":
        return True, Node(resource, CONTENT, switch.line)
    arguments = options.get("additionalarguments")
    given = arguments.value if arguments is not None else None
    if any(_INSECURE.fullmatch(argument) for argument in (given or "").split(",")):
        lines = [number for number, line in enumerate(text.split("\n")) if "api.insecure" in line.lower()]
        return True, Node(resource, CONTENT, lines[0] if lines else None)
    hidden = has_placeholder(given or "") or (switch is not None and has_placeholder(switch.value or ""))
    return (None if hidden else False), node


def _in_values(resource: Resource) -> tuple[bool | None, Node]:
    if is_hidden(resource, VALUES):
        return None, Node(resource, VALUES)
    values = (resource.body.get("spec") or {}).get("values") or {}
    api = values.get("api")
    switch = api.get("insecure") if isinstance(api, dict) else None
    if switch is True:
        return True, Node(resource, (*VALUES, "api", "insecure"))
    arguments = values.get("additionalArguments")
    given = arguments if isinstance(arguments, list) else []
    for index, argument in enumerate(given):
        if isinstance(argument, str) and _INSECURE.fullmatch(argument):
            return True, Node(resource, (*VALUES, "additionalArguments", index))
    hidden = isinstance(switch, str) or any(argument is None or has_placeholder(str(argument)) for argument in given)
    hidden = hidden or not all(resource.is_known((*VALUES, key)) for key in ("api", "additionalArguments"))
    return (None if hidden else False), Node(resource, VALUES)
