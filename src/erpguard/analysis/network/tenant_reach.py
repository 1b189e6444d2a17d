"""Which pods of one tenant reach pods of another.

Pods without a tenant, such as those of an ingress controller that all tenants share, are no concern here.
"""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.network.isolation import is_governed, others_may_decide
from erpguard.analysis.workloads.namespaces import NAME
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.tenants import Tenant, tenant_of


def _name(one: tuple[Pod, Tenant]) -> tuple[str, ...]:
    resource = one[0].resource
    return resource.namespace, resource.name, resource.type, resource.key


def tenant_reach(analyses: Analyses) -> View:
    """One row per workload with a tenant, at its name.

    Fields: governed (not on the host's network), tenant, openings [{at: {resource, path}, sure, absent, source,
    places [{resource, path}]}]: the places that let pods of another tenant connect, with one such workload, and the
    types on whose absence that rests.
    """
    view = View()
    tenants = [(pod, tenant) for pod in all_pods(analyses) if (tenant := tenant_of(analyses, pod))]
    if not tenants:
        return view
    tenants.sort(key=_name)  # which pods are named as an example does not depend on the order of the input
    from erpguard.analysis.network.tenant_gates import Gates  # few estates have tenants

    gates = Gates(analyses, tenants)
    for pod, tenant in tenants:
        fields = {
            "governed": is_governed(pod),
            "tenant": tenant.name,
            "openings": None if others_may_decide(analyses, pod.resource) else list(gates.openings(pod, tenant)),
        }
        view.add(pod.resource, NAME, fields, [name for name, value in fields.items() if value is None])
    return view
