# METADATA
# title: AKS without network policies
# description: >-
#   Without a network policy engine, AKS accepts NetworkPolicy objects and enforces none of them: every pod reaches the
#   database and the cache, whatever the manifests say. The engine can be Azure, Calico or Cilium; clusters of the
#   Automatic SKU always have Cilium.
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
#   reads: [properties.networkProfile.networkPolicy, properties.networkProfile.networkDataplane, sku.name]
#   message: "{kind} {name}: NetworkPolicy objects do nothing: networkPolicy is {policy}, the dataplane is not Cilium"
#   remediation: >-
#     Set networkProfile.networkDataplane and networkPolicy to cilium, or networkPolicy to azure or calico.
package erpguard.network.aks_without_network_policy

import data.erpguard.lib.finding

deny contains violation if {
	some cluster in input.resources["Microsoft.ContainerService/managedClusters"]
	lower(cluster.body.properties.networkProfile.networkPolicy) == "none"
	lower(cluster.body.properties.networkProfile.networkDataplane) != "cilium"
	lower(cluster.body.sku.name) != "automatic"
	values := {"policy": cluster.body.properties.networkProfile.networkPolicy}
	violation := finding.at(cluster, ["properties", "networkProfile", "networkPolicy"], values)
}
