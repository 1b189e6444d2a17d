"""Helm releases as objects: k3s (docs.k3s.io/helm) and Flux (fluxcd.io/flux/components/helm/helmreleases/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

SHAPES: dict[str, Shape] = {
    "helm.cattle.io/HelmChart": {"spec": {"chart": "string", "valuesContent": "text"}},
    "helm.cattle.io/HelmChartConfig": {"spec": {"valuesContent": "text"}},
    "helm.toolkit.fluxcd.io/HelmRelease": {
        "spec": {"chart": {"spec": {"chart": "string"}}, "values": {"api": "any", "additionalArguments": "any"}}
    },
}
