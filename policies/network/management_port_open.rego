# METADATA
# title: Management port open
# description: >-
#   The rules in force, priorities, service tags and the groups of subnet and interface taken together, let the internet
#   reach a port of remote administration (SSH, RDP, WinRM).
# related_resources:
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
#   description: How network security groups of subnets and interfaces work together
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#   description: Rules of a network security group and their order
# - ref: https://learn.microsoft.com/azure/virtual-network/service-tags-overview
#   description: Service tags
# custom:
#   id: NET101
#   severity: critical
#   resource_types: [Microsoft.Network/networkSecurityGroups, Microsoft.Network/networkSecurityGroups/securityRules]
#   reads: [environment, views.nsg_exposures.rule, views.nsg_exposures.situations]
#   message: "{kind} {name}: rule {rule} lets the internet reach TCP port {ports} {where}"
#   remediation: >-
#     Allow the addresses of your administrators only, or close the port and use Azure Bastion or a private connection.
#   parameters:
#     maximum_public_addresses:
#       description: As many public IPv4 addresses may reach a port; an allow-list of offices has fewer.
#       schema: {type: integer, minimum: 0}
#       default: 65536
#     maximum_public_ipv6_networks:
#       description: As many public IPv6 networks of /48 may reach a port.
#       schema: {type: integer, minimum: 0}
#       default: 1
package erpguard.network.management_port_open

import data.erpguard.lib.finding
import data.erpguard.lib.internet

_ports := [22, 3389, 5985, 5986]

deny contains violation if {
	some row in input.views.nsg_exposures
	settings := input.settings.network.management_port_open[row.environment]
	open := internet.reached(row.situations, _ports, settings)
	count(open.ports) > 0
	found := finding.at(row, [], {"rule": row.rule, "ports": open.ports, "where": open.where})
	violation := object.union(found, {"related": open.related})
}

deny contains violation if {
	some row in input.views.nsg_exposures
	settings := input.settings.network.management_port_open[row.environment]
	open := internet.perhaps_reached(row.situations, _ports, settings)
	count(open.ports) > 0
	found := finding.at(row, [], {"rule": row.rule, "ports": open.ports, "where": open.where})
	violation := object.union(found, {"related": open.related, "doubt": open.doubt})
}
