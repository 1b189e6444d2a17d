"""The ports at which databases, poolers and caches serve their clients, among all the ports of their pods.

A pod may have other ports too: an exporter's, an operator's. They are not meant here.
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.analysis.workloads.service_bodies import ServiceBody
from erpguard.analysis.workloads.service_ports import has_known_ports, ports_of
from erpguard.analysis.workloads.services import SERVICE, services_of
from erpguard.analysis.workloads.tiers import Tiers

# postgresql.org/docs/current/runtime-config-connection.html (port), pgbouncer.org/config.html (listen_port),
# redis.io/docs/latest/operate/oss_and_stack/management/config (port).
_DEFAULTS = {"data": 5432, "pooler": 6432, "cache": 6379}
# What the operators declare: github.com/cloudnative-pg/cloudnative-pg (pkg/specs, pkg/management/url) and
# github.com/zalando/postgres-operator (pkg/cluster/k8sres.go).
_OPERATED = {
    "postgresql.cnpg.io/Cluster": Port(5432, names=frozenset(("postgresql",))),
    "postgresql.cnpg.io/Pooler": Port(5432, names=frozenset(("pgbouncer",))),
    "acid.zalan.do/postgresql": Port(5432),
}


class TierPorts(NamedTuple):
    """TCP ports by number; never empty. `known` whether these are the ones, or what tells is not known."""

    ports: list[Port]
    known: bool


def tier_ports(analyses: Analyses, pod: Pod, tier: str) -> TierPorts:
    """The ports at which a workload serves as a data, pooler or cache tier.

    The port that is usual for the tier, if a container of the tier declares it; else all that it declares. As declaring
    ports is optional (kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports), without any
    it is the usual one, unless Services lead to other ones only.
    """
    if pod.operator:
        return TierPorts([_OPERATED[pod.resource.type]], known=True)
    default = _DEFAULTS[tier]
    found, known = _declared(pod, tier, Tiers(analyses.settings.get("tiers", {}))), has_known_ports(pod)
    if not found:
        found, sure = _served(analyses, pod)
        known = known and sure
    found = found or {default: Port(default)}
    return TierPorts([found[default]] if default in found else [found[one] for one in sorted(found)], known)


def _declared(pod: Pod, tier: str, tiers: Tiers) -> dict[int, Port]:
    """What the containers declare whose image tells the tier; else the ports that tell it; else all."""
    main = [one for one in pod.containers if one.role in ("main", "sidecar")]
    of_tier = [one for one in main if tiers.of_image(str(one.body.get("image", ""))) == tier]
    every = _by_number(of_tier or main)
    return every if of_tier else {number: every[number] for number in every if number in tiers.ports_of(tier)} or every


def _by_number(containers: list[Container]) -> dict[int, Port]:
    names: dict[int, set[str]] = {}
    for entry in (entry for container in containers for entry in container.body.get("ports") or ()):
        if entry.get("protocol", "TCP") == "TCP" and isinstance(entry.get("containerPort"), int):
            names.setdefault(entry["containerPort"], set()).update(filter(None, [entry.get("name")]))
    return {number: Port(number, names=frozenset(given)) for number, given in names.items()}


def _served(analyses: Analyses, pod: Pod) -> tuple[dict[int, Port], bool]:
    """The ports to which Services lead, and whether it is known that these are all."""
    known, found = not analyses.estate.is_open(SERVICE), {}
    for service, selected in services_of(analyses, pod):
        for one in ports_of(ServiceBody(service), pod):
            known = known and selected and one is not None and one.known is True
            if one is not None:
                found[one.target.number] = one.target
    return found, known
