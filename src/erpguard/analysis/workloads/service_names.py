"""Names of hosts inside of the cluster: kubernetes.io/docs/concepts/services-networking/dns-pod-service/."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[0-9.]+|.*:.*:.*")


def service_names(host: str, namespace: str) -> list[tuple[str, str]]:
    """(name of a Service or pod, namespace) that a host may mean for a pod of a namespace."""
    host = host.partition(":")[0].rstrip(".").lower()
    if not host or host.startswith("/") or _ADDRESS.fullmatch(host):
        return []
    parts = host.split(".")
    if "svc" in parts:
        parts = parts[: parts.index("svc")]
    match parts:
        case [name]:
            return [(name, namespace)]
        case [one, other]:
            return [(one, other), (other, namespace)]
        case [_, service, other]:
            return [(service, other)]
    return []
