# METADATA
# title: AKS without network policies
# description: >-
#   Without a network policy engine, AKS accepts NetworkPolicy objects and enforces none of them: every pod reaches the
#   database and the cache, whatever the manifests say. The engine can be Azure, Calico or Cilium; clusters of the
#   Automatic SKU always have Cilium. Of a network plug-in that somebody installs it is not known.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/use-network-policies
#   description: AKS, network policies
# - ref: https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium
#   description: Azure CNI powered by Cilium
# - ref: https://learn.microsoft.com/azure/aks/intro-aks-automatic
#   description: AKS Automatic
# custom:
#   id: NET110
#   severity: high
#   resource_types: [Microsoft.ContainerService/managedClusters]
#   reads: [views.policy_engines.enforced, views.policy_engines.engine]
#   message: "{kind} {name}: NetworkPolicy objects do nothing: networkPolicy is {policy}, the dataplane is not Cilium"
#   remediation: >-
#     Set networkProfile.networkDataplane and networkPolicy to cilium, or networkPolicy to azure or calico.
package erpguard.network.aks_without_network_policy

import data.erpguard.lib.finding

deny contains violation if {
	some cluster in input.views.policy_engines
	not cluster.enforced
	violation := finding.at(cluster, [], {"policy": cluster.engine})
}
