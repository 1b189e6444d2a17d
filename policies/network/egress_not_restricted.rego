# METADATA
# title: Egress not restricted
# description: >-
#   Every pod may connect to everything until a NetworkPolicy selects it for egress: a pod that was taken over can send
#   data anywhere. A policy with an empty podSelector that does not admit everything closes this by default.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
#   description: Default policies of a namespace
# custom:
#   id: NET002
#   severity: medium
#   resource_types: [core/Namespace, workloads, operator-workloads]
#   reads: [views.namespaces.namespace_name, views.namespaces.governed, views.namespaces.egress_denied]
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
#   message: "namespace {namespace_name}: no NetworkPolicy denies egress from all of its pods by default"
#   remediation: >-
#     Add a NetworkPolicy with an empty podSelector, policyTypes [Egress] and only the egress rules that all pods
#     need, such as DNS.
package erpguard.network.egress_not_restricted

import data.erpguard.lib.finding

deny contains violation if {
	some namespace in input.views.namespaces
	namespace.governed
	namespace.egress_denied == false
	violation := finding.at(namespace, [], {"namespace_name": namespace.namespace_name})
}
