"""Views of the Traefik instances of the estate: their own settings and those of their entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from erpguard.analysis import Analyses, View
from erpguard.analysis.workloads.pods import all_pods, runs

if TYPE_CHECKING:
    from erpguard.analysis.routing.traefik_static import StaticConfiguration

FLUX = "helm.toolkit.fluxcd.io/HelmRelease"
RELEASES = ("helm.cattle.io/HelmChart", "helm.cattle.io/HelmChartConfig", FLUX)
"""The objects by which k3s and Flux install Helm charts."""


def traefik_instances(analyses: Analyses) -> View:
    """One row per Traefik container, and per release of its Helm chart that k3s or Flux makes.

    Fields: insecure_api, insecure_api_at {resource, path, line}.
    """
    view = View()
    for configuration in _configurations(analyses):
        insecure = configuration.flag("api.insecure")
        if insecure and not configuration.certain:
            insecure = None
        fields = {"insecure_api": insecure, "insecure_api_at": configuration.place_of("api.insecure").at()}
        unknown = ["insecure_api"] if insecure is None else []
        view.add(configuration.pod.resource, configuration.container.path, fields, unknown)
    if analyses.estate.types.isdisjoint(RELEASES):
        return view
    from erpguard.analysis.routing.traefik_values import insecure_values

    for resource, path, insecure, node in insecure_values(analyses):
        fields = {"insecure_api": insecure, "insecure_api_at": node.at()}
        view.add(resource, path, fields, ["insecure_api"] if insecure is None else [])
    return view


def traefik_entry_points(analyses: Analyses) -> View:
    """One row per entry point for HTTP or TCP of a Traefik container.

    Fields: entry_point, read_timeout_off, by_default (nobody sets it), at {resource, path, line} (where it is set, or
    would be). A row without entry_point stands for the ones that are not known.
    """
    view = View()
    for configuration in _configurations(analyses):
        _add_entry_points(view, configuration)
        if configuration.open:
            fields = {"at": configuration.holder.at()}
            view.add(configuration.pod.resource, configuration.container.path, fields, ["read_timeout_off"], part="*")
    return view


def _configurations(analyses: Analyses) -> list[StaticConfiguration]:
    """What Traefik's containers are started with; where none is or may be there, little has to be imported."""
    if not any(
        runs(pod, container, "traefik") is not False for pod in all_pods(analyses) for container in pod.containers
    ):
        return []
    from erpguard.analysis.routing.traefik_static import static_configurations

    return static_configurations(analyses)


def _add_entry_points(view: View, configuration: StaticConfiguration) -> None:
    from erpguard.analysis.routing.traefik_static import http_entry_points
    from erpguard.analysis.routing.traefik_timeouts import read_timeout_name, read_timeout_off

    for name in http_entry_points(configuration):
        option = read_timeout_name(name)
        off = read_timeout_off(configuration, name)
        if off and not configuration.certain:
            off = None
        fields = {
            "entry_point": name,
            "read_timeout_off": off,
            "by_default": configuration.get(option).node is None,
            "at": configuration.place_of(option).at(),
        }
        unknown = ["read_timeout_off"] if off is None else []
        view.add(configuration.pod.resource, configuration.container.path, fields, unknown, part=name)
