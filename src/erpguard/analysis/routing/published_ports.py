"""Which entry points of a Traefik instance are left inside the cluster.

The Service that publishes Traefik leads to some of its ports only. The dashboard and the metrics have other ones, as
Traefik's Helm chart installs it: github.com/traefik/traefik-helm-chart, `ports.traefik.expose` of values.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.routing.traefik_static import StaticConfiguration
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.service_bodies import ServiceBody
from erpguard.analysis.workloads.service_ports import has_known_ports, ports_of
from erpguard.analysis.workloads.services import SERVICE, is_published, services_of

# [host]:port[/protocol], doc.traefik.io/traefik/reference/install-configuration/entrypoints/
_ADDRESS = re.compile(r".*:([0-9]{1,5})(?:/tcp)?", re.IGNORECASE)


def is_left_inside(analyses: Analyses, configuration: StaticConfiguration, entry_point: str) -> bool | None:
    """Whether Services publish the instance, and none of them leads to the entry point, nor does its node.

    An instance that no Service of the estate publishes may be published by other means: nothing is said of it.
    """
    address, pod = configuration.get(f"entrypoints.{entry_point}.address"), configuration.pod
    port, published = _port(address.value or ""), list(_published(analyses, pod))
    on_host = pod.spec.get("hostNetwork", False) if pod.is_known("hostNetwork") else None
    if not published or port in published or port in _of_node(pod) or on_host:
        return False
    if port is None:
        return False if address.known else None
    known = configuration.certain and on_host is not None and has_known_ports(pod)
    return True if known and None not in published and not analyses.estate.is_open(SERVICE) else None


def _port(address: str) -> int | None:
    found = _ADDRESS.fullmatch(address)
    return int(found[1]) if found else None


def _of_node(pod: Pod) -> set[object]:
    """The ports of the pods that are ports of their node, too."""
    listed = (one for container in pod.containers for one in container.body.get("ports") or ())
    return {one.get("containerPort") for one in listed if one.get("hostPort")}


def _published(analyses: Analyses, pod: Pod) -> Iterator[int | None]:
    """The ports of the pods that published Services lead to, or may; None for each that is not known."""
    for service, sure in services_of(analyses, pod):
        body = ServiceBody(service)
        published = is_published(body)
        for one in ports_of(body, pod) if published is not False else ():
            yield one.target.number if one is not None and one.known and sure and published else None
