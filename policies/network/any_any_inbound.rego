# METADATA
# title: Everything open to the internet
# description: >-
#   The rules in force, priorities, service tags and the groups of subnet and interface taken together, let the internet
#   reach every TCP port.
# related_resources:
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
#   description: How network security groups of subnets and interfaces work together
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#   description: Rules of a network security group and their order
# - ref: https://learn.microsoft.com/azure/virtual-network/service-tags-overview
#   description: Service tags
# custom:
#   id: NET103
#   severity: high
#   resource_types: [Microsoft.Network/networkSecurityGroups, Microsoft.Network/networkSecurityGroups/securityRules]
#   reads: [environment, views.nsg_exposures.rule, views.nsg_exposures.situations]
#   message: "{kind} {name}: rule {rule} lets the internet reach every TCP port {where}"
#   remediation: >-
#     Replace the rule by rules for the ports and sources that are needed.
#   parameters:
#     maximum_public_addresses:
#       description: As many public IPv4 addresses may reach a port; an allow-list of offices has fewer.
#       schema: {type: integer, minimum: 0}
#       default: 65536
#     maximum_public_ipv6_networks:
#       description: As many public IPv6 networks of /48 may reach a port.
#       schema: {type: integer, minimum: 0}
#       default: 1
package erpguard.network.any_any_inbound

import data.erpguard.lib.finding
import data.erpguard.lib.internet

deny contains violation if {
	some row in input.views.nsg_exposures
	settings := input.settings.network.any_any_inbound[row.environment]
	open := internet.all_reached(row.situations, settings)
	count(open.ports) > 0
	violation := object.union(finding.at(row, [], {"rule": row.rule, "where": open.where}), {"related": open.related})
}

deny contains violation if {
	some row in input.views.nsg_exposures
	settings := input.settings.network.any_any_inbound[row.environment]
	open := internet.all_perhaps_reached(row.situations, settings)
	count(open.ports) > 0
	found := finding.at(row, [], {"rule": row.rule, "where": open.where})
	violation := object.union(found, {"related": open.related, "doubt": open.doubt})
}
