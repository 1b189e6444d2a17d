"""The pods behind the backend of a router: through Services, and through Traefik's weighted and mirrored services.

A Service of type ExternalName may stand for one of another namespace: ingress-nginx follows it, and Traefik where it is
told to (`allowExternalNameServices`, doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/).
"""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.routing.ingress_classes import is_traefik
from erpguard.analysis.routing.issued_secrets import INGRESS
from erpguard.analysis.routing.router import Backend
from erpguard.analysis.routing.traefik_routers import INGRESS_ROUTE
from erpguard.analysis.routing.traefik_routers import backend as backend_of
from erpguard.analysis.routing.traefik_static import static_configurations
from erpguard.analysis.values.references import is_hidden, refer
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.service_names import service_names
from erpguard.analysis.workloads.services import selected_pods
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

_SERVICE = "core/Service"
_TRAEFIK_SERVICE = "traefik.io/TraefikService"
_BALANCERS = ("weighted", "highestRandomWeight")
_DEEPEST = 8
_FOLLOWS = {
    **dict.fromkeys((INGRESS_ROUTE, _TRAEFIK_SERVICE), "providers.kubernetescrd.allowexternalnameservices"),
    INGRESS: "providers.kubernetesingress.allowexternalnameservices",
}
"""Type of a router -> the option by which Traefik follows the names of its Services."""


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
    spec = found.found.body.get("spec") or {}
    if is_hidden(found.found, ("spec", "type")) and "externalName" in spec:
        return None
    if spec.get("type") == "ExternalName":
        return _by_other_name(analyses, asking, found.found, depth)
    return selected_pods(analyses, found.found)


def _by_other_name(
    analyses: Analyses, asking: Resource, service: Resource, depth: int
) -> list[tuple[Pod, bool | None]] | None:
    """The pods behind the Service of the cluster that a Service of type ExternalName stands for."""
    host = service.body["spec"].get("externalName", "")
    followed = _is_followed(analyses, asking)
    named = service_names(host, service.namespace)
    if followed is False:
        return []
    if is_hidden(service, ("spec", "externalName")) or has_placeholder(host):
        return None
    if not named or "svc" not in host.lower().split("."):
        return []
    name, namespace = named[0]
    pods = _pods(analyses, asking, Backend("Service", namespace, name), depth - 1)
    return None if pods is None else [(pod, all_of((selected, followed))) for pod, selected in pods]


def _is_followed(analyses: Analyses, asking: Resource) -> bool | None:
    """Whether the controller of a router asks for the addresses behind the name of a Service."""
    if asking.type == INGRESS:
        traefik = is_traefik(analyses, asking)
        if not traefik:
            return True if traefik is False else None
    option = _FOLLOWS.get(asking.type)
    instances = [one for one in static_configurations(analyses) if one.pod.resource.cluster == asking.cluster]
    return any_of(one.flag(option) if one.certain else None for one in instances) if option and instances else None


def _behind(analyses: Analyses, asking: Resource, backend: Backend, depth: int) -> list[tuple[Pod, bool | None]] | None:
    """The pods behind a service of Traefik: pkg/provider/kubernetes/crd/traefikio/v1alpha1/service.go of its source."""
    if "@" in (backend.name or ""):
        return None
    found = refer(analyses, asking, _TRAEFIK_SERVICE, backend.namespace, backend.name)
    if found.found is None:
        return [] if found.known else None
    if not found.found.is_known(("spec",)):
        return None
    spec = found.found.body.get("spec") or {}
    if spec.keys() - {*_BALANCERS, "mirroring"}:
        return None  # of a later version
    services = [one for key in _BALANCERS for one in (spec.get(key) or {}).get("services") or ()]
    services += [spec["mirroring"]] if "mirroring" in spec else []
    behind = [_pods(analyses, found.found, backend_of(found.found, ("spec",), one), depth - 1) for one in services]
    known = [pods for pods in behind if pods is not None]
    return [pair for pods in known for pair in pods] if len(known) == len(behind) else None
