# METADATA
# title: Namespace without default deny
# description: >-
#   Every pod accepts connections from everywhere until a NetworkPolicy selects it. A policy with an empty podSelector
#   closes a namespace by default, also for pods that come later; other policies then open what is needed.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
#   description: Default policies of a namespace
# custom:
#   id: NET001
#   severity: high
#   resource_types: [core/Namespace, workloads, operator-workloads]
#   reads: [views.namespaces.namespace_name, views.namespaces.governed, views.namespaces.ingress_denied]
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
#   message: "namespace {namespace_name}: no NetworkPolicy denies ingress to all of its pods by default"
#   remediation: >-
#     Add a NetworkPolicy with an empty podSelector, policyTypes [Ingress] and no ingress rules to the namespace.
package erpguard.network.namespace_without_default_deny

import data.erpguard.lib.finding

deny contains violation if {
	some namespace in input.views.namespaces
	namespace.governed
	namespace.ingress_denied == false
	violation := finding.at(namespace, [], {"namespace_name": namespace.namespace_name})
}
