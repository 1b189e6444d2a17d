"""The ports of a Service, and to which ports of the pods they lead.

kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports: `targetPort` is a number, or the name of a
port of the containers; by default it is the port itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.service_bodies import ServiceBody

_DATABASE_PORT = 5432  # what CloudNativePG's templates lead to


class ServicePort(NamedTuple):
    """A port of a Service, its name, the port of the pods that it leads to, and whether (None: perhaps) it does."""

    number: int
    name: str
    target: Port
    known: bool | None


def ports_of(service: ServiceBody, pod: Pod) -> Iterator[ServicePort | None]:
    """The TCP ports of a Service; None for each that is not known."""
    if not service.is_known(("spec", "ports")) and not service.spec.get("ports"):
        yield None
        return
    listed = service.spec.get("ports") or ([{"port": _DATABASE_PORT}] if service.path else [])
    for index, one in enumerate(listed):
        number = (one or {}).get("port")
        if service.hidden_below(("spec", "ports", index)):
            yield None
        elif isinstance(number, int) and one.get("protocol", "TCP") == "TCP":
            target = _target(pod, one.get("targetPort") or number, number)  # 0 and "" are none
            yield ServicePort(
                number, str(one.get("name") or ""), target or Port(number), True if target is not None else None
            )


def has_known_ports(pod: Pod) -> bool:
    """Whether the ports of the containers, and their names, are all known."""
    hidden = (*pod.resource.unknown, *pod.resource.invalid)
    return not any("ports" in path or "containers" in path[-1:] for path in hidden)


def _target(pod: Pod, target: int | str, number: int) -> Port | None:
    """The port of a workload's pods that a Service leads to; None where a name leads to none that is known."""
    named = {
        str(port.get("name")): port.get("containerPort")
        for container in pod.containers
        for port in container.body.get("ports") or ()
        if isinstance(port, dict) and port.get("name")
    }
    if isinstance(target, int):
        return Port(target, names=frozenset(name for name, value in named.items() if value == target))
    found = named.get(target, number if pod.operator else None)
    return Port(found, names=frozenset((target,))) if isinstance(found, int) else None
