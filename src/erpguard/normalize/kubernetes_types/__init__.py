"""What the API server accepts, for the fields that policies and analyses read.

A shape is a nested literal:

    {"key": shape, ...}     an object; keys that are not listed are left alone
    {"*": shape}            an object with free keys
    {"key!": shape}         the key is required
    {"key+": [shape]}       the key is required, and its list is not empty
    [shape]                 an array
    "string"                text; `${X}` and `{{ X }}` in it are placeholders, so that the value is unknown
    "text"                  text in which `${X}` and `{{ X }}` are ordinary characters (scripts, file contents)
    "bool", "int", "number", "quantity", "int-or-string", "any"

A value of another shape is removed from the body, its path marked invalid, and told as a problem. `null` counts as
absent, as it does for the API server. Each module beside this one holds `SHAPES`: canonical type -> shape of the whole
object, without `metadata`, which is the same everywhere. Sources: the OpenAPI description of Kubernetes 1.34 and the
CRD schemas of the projects named in each module.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

Shape = Any

MODULES: dict[str, str] = {
    "acid.zalan.do": "postgres",
    "apiregistration.k8s.io": "apiregistration",
    "apps": "workloads",
    "autoscaling": "autoscaling",
    "autoscaling.k8s.io": "autoscaling",
    "barmancloud.cnpg.io": "postgres",
    "batch": "workloads",
    "cert-manager.io": "cert_manager",
    "core": "core",
    "gateway.networking.k8s.io": "gateway",
    "helm.cattle.io": "helm",
    "helm.toolkit.fluxcd.io": "helm",
    "keda.sh": "autoscaling",
    "networking.k8s.io/Ingress": "ingress",
    "networking.k8s.io/IngressClass": "ingress",
    "networking.k8s.io/NetworkPolicy": "network_policy",
    "postgresql.cnpg.io": "postgres",
    "rbac.authorization.k8s.io": "rbac",
    "scheduling.k8s.io": "scheduling",
    "traefik.io": "traefik",
    "velero.io": "velero",
}
"""API group, or type, -> module beside this one."""

METADATA: Shape = {
    "name": "string",
    "namespace": "string",
    "labels": {"*": "string"},
    "annotations": {"*": "text"},
}

_shapes: dict[str, dict[str, Shape]] = {}


def shape_of(type_: str) -> Shape | None:
    """The shape of a canonical type; None where no policy reads it."""
    module = MODULES.get(type_) or MODULES.get(type_.rpartition("/")[0])
    if module is None:
        return None
    if module not in _shapes:
        _shapes[module] = import_module(f"{__name__}.{module}").SHAPES
    return _shapes[module].get(type_)


def all_names() -> list[str]:
    """All types that have a shape, sorted."""
    modules = {import_module(f"{__name__}.{name}") for name in MODULES.values()}
    return sorted(type_ for module in modules for type_ in module.SHAPES)
