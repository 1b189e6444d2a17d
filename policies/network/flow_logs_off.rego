# METADATA
# title: Flow logs off
# description: >-
#   Without flow logs nobody can tell afterwards who talked to the database. A flow log of the network counts, one of
#   each of its subnets, and an older one on all of its network security groups.
# related_resources:
# - ref: https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
#   description: Flow logs of virtual networks
# custom:
#   id: NET114
#   severity: low
#   resource_types: [Microsoft.Network/virtualNetworks]
#   reads: [views.virtual_network_flow_logs.logged]
#   absence_of: [Microsoft.Network/networkWatchers/flowLogs]
#   message: "{kind} {name}: no flow log is enabled for it"
#   remediation: >-
#     Add a flow log to the Network Watcher of the region with the network as its target, and keep it in a storage
#     account or a workspace.
package erpguard.network.flow_logs_off

import data.erpguard.lib.finding

deny contains finding.at(network, ["name"], {}) if {
	some network in input.views.virtual_network_flow_logs
	not network.logged
}
