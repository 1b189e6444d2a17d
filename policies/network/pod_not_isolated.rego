# METADATA
# title: Pod not isolated
# description: >-
#   No NetworkPolicy of the namespace selects the pod for ingress, so that it accepts connections from everywhere.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
#   description: The two sorts of pod isolation
# custom:
#   id: NET003
#   severity: medium
#   resource_types: [workloads, operator-workloads]
#   reads: [views.isolation.governed, views.isolation.ingress]
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
#   message: "{kind} {name}: no NetworkPolicy selects its pods for ingress"
#   remediation: >-
#     Add a NetworkPolicy to the namespace whose podSelector matches the labels of the pods, and which admits only the
#     clients that need them.
package erpguard.network.pod_not_isolated

import data.erpguard.lib.finding

deny contains finding.at(pod, [], {}) if {
	some pod in input.views.isolation
	pod.governed
	pod.ingress == false
}
