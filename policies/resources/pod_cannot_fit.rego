# METADATA
# title: Pod cannot fit
# description: >-
#   A pod that asks for more than the nodes of any pool can give stays pending, and no autoscaler helps: another node
#   of the same size is too small as well. AKS keeps a part of every node for itself. What nodes have follows from the
#   size of their machines; where the size is not known, or the request is near the edge, the outcome is not either.
#   Clusters that make nodes of any size by themselves are left out.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/node-resource-reservations
#   description: AKS, node resource reservations
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Kubernetes, how pods with resource requests are scheduled
# custom:
#   id: RES016
#   severity: medium
#   resource_types: [workloads, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler]
#   reads:
#   - views.pod_sizes.asked
#   - views.pod_sizes.fits
#   - views.pod_sizes.pools
#   - views.pod_sizes.what
#   absence_of: [Microsoft.ContainerService/managedClusters/agentPools]
#   message: "{kind} {name}: a pod asks for {asked}; there is no pool for it: {pools}"
#   remediation: Lower the request, or add a node pool with larger machines.
package erpguard.resources.pod_cannot_fit

import data.erpguard.lib.finding

deny contains violation if {
	some pod in input.views.pod_sizes
	pod.fits == false
	violation := finding.at(pod, ["resources", "requests", pod.what], {"asked": pod.asked, "pools": pod.pools})
}
