# METADATA
# title: Policy allows everything
# description: >-
#   An ingress rule admits every source on every TCP port: it has no peers, or a peer is all pods of all namespaces or
#   all of IPv4 or IPv6, and there are no ports that narrow it. As rules add up, the pods that the policy selects are
#   open whatever other policies say. An except in the range of all addresses still lets nearly everybody in.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic
#   description: Allow all ingress traffic
# - ref: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
#   description: NetworkPolicy, from and ports
# custom:
#   id: NET005
#   severity: high
#   resource_types: [networking.k8s.io/NetworkPolicy]
#   reads: [views.network_policies.isolates_ingress, views.network_policies.open_ingress]
#   message: "{kind} {name}: {what}, on every port"
#   remediation: Name the sources in `from` and the ports in `ports` of the rule.
package erpguard.network.policy_allows_everything

import data.erpguard.lib.finding

deny contains violation if {
	some policy in input.views.network_policies
	policy.isolates_ingress
	some opening in policy.open_ingress
	violation := finding.at(policy, opening.path, {"what": opening.what})
}
