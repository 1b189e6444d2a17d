"""Which controller serves an Ingress (kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class)."""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.routing.traefik_static import static_configurations
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Setting
from erpguard.analysis.values.references import annotation, is_hidden, refer
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

INGRESS_CLASS = "networking.k8s.io/IngressClass"
TRAEFIK_PREFIX = "traefik.ingress.kubernetes.io/"
_CONTROLLER = "traefik.io/ingress-controller"
_OLD = "kubernetes.io/ingress.class"
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"


def ingress_class(analyses: Analyses, ingress: Resource) -> Setting:
    """The name of the class of an Ingress: its own, the one of the old annotation, or the default class."""
    spec = ingress.body.get("spec") or {}
    name = spec.get("ingressClassName")
    if name is not None:
        return HIDDEN if has_placeholder(name) else Setting(name)
    if is_hidden(ingress, ("spec", "ingressClassName")):
        return HIDDEN
    old = annotation(ingress, _OLD)
    if old.value is not None or not old.known:
        return old
    defaults = [
        found
        for found in analyses.estate.of_type(INGRESS_CLASS)
        if found.cluster == ingress.cluster and annotation(found, _DEFAULT).value == "true"
    ]
    hidden = any(
        not annotation(found, _DEFAULT).known
        for found in analyses.estate.of_type(INGRESS_CLASS)
        if found.cluster == ingress.cluster
    )
    if hidden or len({found.name for found in defaults}) > 1:
        return HIDDEN
    return Setting(defaults[0].name) if defaults else UNSET


def is_traefik(analyses: Analyses, ingress: Resource) -> bool | None:
    """Whether Traefik serves an Ingress: by the controller of its class, and without one by names and annotations."""
    chosen = ingress_class(analyses, ingress)
    if chosen.value is None:
        if not chosen.known:
            return None
        return any(key.startswith(TRAEFIK_PREFIX) for key in ingress.annotations)
    return is_traefik_class(analyses, ingress, chosen.value)


def is_traefik_class(analyses: Analyses, asking: Resource, name: str) -> bool | None:
    """Whether a class is Traefik's; where it is not in the estate, by its name or Traefik's own settings."""
    lookup = refer(analyses, asking, INGRESS_CLASS, "", name)
    if lookup.found is not None:
        controller = (lookup.found.body.get("spec") or {}).get("controller")
        return None if controller is None or has_placeholder(controller) else controller == _CONTROLLER
    if "traefik" in name.lower():
        return True
    return name in (
        one.get("providers.kubernetesingress.ingressclass").value for one in static_configurations(analyses)
    )
