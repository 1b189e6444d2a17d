# METADATA
# title: Data port open
# description: >-
#   The rules in force, priorities, service tags and the groups of subnet and interface taken together, let the internet
#   reach a port of a database, a pooler, a cache or of Odoo itself.
# related_resources:
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
#   description: How network security groups of subnets and interfaces work together
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#   description: Rules of a network security group and their order
# - ref: https://learn.microsoft.com/azure/virtual-network/service-tags-overview
#   description: Service tags
# custom:
#   id: NET102
#   severity: critical
#   resource_types: [Microsoft.Network/networkSecurityGroups, Microsoft.Network/networkSecurityGroups/securityRules]
#   reads: [environment, views.nsg_exposures.rule, views.nsg_exposures.situations]
#   message: "{kind} {name}: rule {rule} lets the internet reach TCP port {ports} {where}"
#   remediation: >-
#     Allow the subnets of the clients only, and let users in through the ingress.
#   parameters:
#     ports:
#       description: TCP ports of databases, poolers, caches and of Odoo.
#       schema: {type: array, items: {type: integer, minimum: 1, maximum: 65535}}
#       default: [5432, 6432, 6379, 6380, 10000, 8069, 8072, 1433, 3306]
#     maximum_public_addresses:
#       description: As many public IPv4 addresses may reach a port; an allow-list of offices has fewer.
#       schema: {type: integer, minimum: 0}
#       default: 65536
#     maximum_public_ipv6_networks:
#       description: As many public IPv6 networks of /48 may reach a port.
#       schema: {type: integer, minimum: 0}
#       default: 1
package erpguard.network.data_port_open

import data.erpguard.lib.finding
import data.erpguard.lib.internet

deny contains violation if {
	some row in input.views.nsg_exposures
	settings := input.settings.network.data_port_open[row.environment]
	open := internet.reached(row.situations, settings.ports, settings)
	count(open.ports) > 0
	found := finding.at(row, [], {"rule": row.rule, "ports": open.ports, "where": open.where})
	violation := object.union(found, {"related": open.related})
}

deny contains violation if {
	some row in input.views.nsg_exposures
	settings := input.settings.network.data_port_open[row.environment]
	open := internet.perhaps_reached(row.situations, settings.ports, settings)
	count(open.ports) > 0
	found := finding.at(row, [], {"rule": row.rule, "ports": open.ports, "where": open.where})
	violation := object.union(found, {"related": open.related, "doubt": open.doubt})
}
