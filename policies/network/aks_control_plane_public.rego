# METADATA
# title: Control plane of AKS open to everybody
# description: >-
#   The API server of a cluster that is not private has an address on the internet. Without authorised IP ranges
#   everybody can reach it, and one stolen credential is enough.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
#   description: AKS, authorised IP ranges
# - ref: https://learn.microsoft.com/azure/aks/private-clusters
#   description: AKS, private clusters
# custom:
#   id: NET109
#   severity: high
#   resource_types: [Microsoft.ContainerService/managedClusters]
#   reads: [views.control_planes.open, views.control_planes.setting, views.control_planes.what]
#   message: "{kind} {name}: everybody reaches its API server: {what}"
#   remediation: >-
#     Make the cluster private (enablePrivateCluster, or publicNetworkAccess Disabled with API server integration), or
#     list the addresses of operators and pipelines in authorizedIPRanges.
package erpguard.network.aks_control_plane_public

import data.erpguard.lib.finding

deny contains violation if {
	some cluster in input.views.control_planes
	cluster.open
	violation := finding.at(cluster, cluster.setting, {"what": cluster.what})
}
