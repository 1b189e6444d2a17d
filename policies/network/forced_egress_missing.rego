# METADATA
# title: Nodes leave around the firewall
# description: >-
#   Where all traffic has to leave through a firewall, the nodes of a cluster need the outbound type userDefinedRouting,
#   and their subnets a default route to a virtual appliance. Otherwise pods reach the internet directly. Clusters
#   without any way out (none, block) are left alone.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/egress-outboundtype
#   description: AKS, outbound types
# - ref: https://learn.microsoft.com/azure/aks/limit-egress-traffic
#   description: AKS, egress through Azure Firewall
# custom:
#   id: NET115
#   severity: low
#   resource_types:
#   - Microsoft.ContainerService/managedClusters
#   - Microsoft.ContainerService/managedClusters/agentPools
#   reads:
#   - views.node_egress.by_routes
#   - views.node_egress.closed
#   - views.node_egress.outbound_type
#   - views.node_routes.absent
#   - views.node_routes.at
#   - views.node_routes.by_routes
#   - views.node_routes.firewalled
#   - views.node_routes.pool_name
#   - views.node_routes.what
#   message: "{kind} {name}: {what}, so that traffic does not leave through a firewall"
#   remediation: >-
#     Set networkProfile.outboundType to userDefinedRouting, and route 0.0.0.0/0 of the nodes' subnets to the address of
#     the firewall.
#   only_if: egress_through_firewall
#   parameters:
#     egress_through_firewall:
#       description: Whether the nodes of clusters have to leave through a firewall.
#       schema: {type: boolean}
#       default: false
package erpguard.network.forced_egress_missing

import data.erpguard.lib.finding

deny contains violation if {
	some cluster in input.views.node_egress
	not cluster.by_routes
	not cluster.closed
	outbound := cluster.outbound_type
	violation := finding.at(cluster, [], {"what": concat("", ["its outbound type is ", outbound])})
}

deny contains violation if {
	some pool in input.views.node_routes
	pool.by_routes
	not pool.firewalled
	at := pool.at
	found := finding.at(pool, [], {"what": concat("", ["node pool ", pool.pool_name, ": ", pool.what])})
	violation := object.union(found, {"at": at, "absent": pool.absent})
}
