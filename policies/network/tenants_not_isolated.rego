# METADATA
# title: Tenants not isolated
# description: >-
#   A pod of one tenant can connect to a pod of another one, at some port: the NetworkPolicies that isolate the first
#   for egress, if any, let it out, and those that isolate the second for ingress, if any, let it in. Which label names
#   the tenant is a setting (`estate.tenant_labels`). Pods without a tenant, which all may share, are left out, as are
#   those on the network of their node (NET008).
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/multi-tenancy/#network-isolation
#   description: Kubernetes, multi-tenancy, network isolation
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
#   description: Both ends of a connection must allow it
# custom:
#   id: NET010
#   severity: high
#   resource_types: [workloads, operator-workloads]
#   reads: [views.tenant_reach.governed, views.tenant_reach.openings, views.tenant_reach.tenant]
#   judged: {governed: [true]}
#   absence_of:
#   - networking.k8s.io/NetworkPolicy
#   - cilium.io/CiliumNetworkPolicy
#   - cilium.io/CiliumClusterwideNetworkPolicy
#   - projectcalico.org/NetworkPolicy
#   - projectcalico.org/GlobalNetworkPolicy
#   - crd.projectcalico.org/NetworkPolicy
#   - crd.projectcalico.org/GlobalNetworkPolicy
#   - policy.networking.k8s.io/AdminNetworkPolicy
#   - policy.networking.k8s.io/BaselineAdminNetworkPolicy
#   - policy.networking.k8s.io/ClusterNetworkPolicy
#   message: "{kind} {name} of tenant {tenant} is open to {source}"
#   remediation: >-
#     Deny ingress by default in the namespaces of each tenant, and admit in `from` the pods of the same tenant, and
#     those of the platform that need it.
package erpguard.network.tenants_not_isolated

import data.erpguard.lib.finding

deny contains violation if {
	some pod in input.views.tenant_reach
	pod.governed
	some opening in pod.openings
	values := {"tenant": pod.tenant, "source": opening.source}
	related := [object.union(place, {"message": opening.source}) | some place in opening.places]
	where := {"at": opening.at, "absent": opening.absent, "related": related}
	violation := object.union_n([finding.at(pod, [], values), where, _doubt(opening.sure)])
}

_doubt(true) := {}

_doubt(false) := {"doubt": "whether it gets through"}
