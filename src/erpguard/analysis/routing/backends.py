"""The pods behind the backend of a router: through Services, and through Traefik's weighted and mirrored services."""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.routing.router import Backend
from erpguard.analysis.routing.traefik_routers import backend as backend_of
from erpguard.analysis.values.references import refer
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.services import selected_pods
from erpguard.model import Resource

_SERVICE = "core/Service"
_TRAEFIK_SERVICE = "traefik.io/TraefikService"
_DEEPEST = 8


def pods_behind(analyses: Analyses, asking: Resource, backend: Backend) -> list[tuple[Pod, bool | None]] | None:
    """The pods of a backend, each with True, or None where its being selected is not known; None: nothing is known."""
    return _pods(analyses, asking, backend, _DEEPEST)


def _pods(analyses: Analyses, asking: Resource, backend: Backend, depth: int) -> list[tuple[Pod, bool | None]] | None:
    """The pods behind a backend; None where they are not known."""
    if backend.name is None or depth == 0:
        return None
    if backend.kind == "TraefikService":
        return [] if backend.name.endswith("@internal") else _behind(analyses, asking, backend, depth)
    if backend.kind != "Service":
        return []
    if "@" in backend.name:
        return None
    found = refer(analyses, asking, _SERVICE, backend.namespace, backend.name)
    if found.found is None:
        return [] if found.known else None
    return selected_pods(analyses, found.found)


def _behind(analyses: Analyses, asking: Resource, backend: Backend, depth: int) -> list[tuple[Pod, bool | None]] | None:
    """The pods behind a weighted or mirrored service."""
    if "@" in (backend.name or ""):
        return None
    found = refer(analyses, asking, _TRAEFIK_SERVICE, backend.namespace, backend.name)
    if found.found is None:
        return [] if found.known else None
    if not found.found.is_known(("spec",)):
        return None
    spec = found.found.body.get("spec") or {}
    services = [*((spec.get("weighted") or {}).get("services") or ())]
    services += [spec["mirroring"]] if "mirroring" in spec else []
    behind = [_pods(analyses, found.found, backend_of(found.found, ("spec",), one), depth - 1) for one in services]
    known = [pods for pods in behind if pods is not None]
    return [pair for pods in known for pair in pods] if len(known) == len(behind) else None
