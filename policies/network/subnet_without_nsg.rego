# METADATA
# title: Subnet without network security group
# description: >-
#   Without a network security group everything that reaches a subnet reaches its machines, from all connected networks
#   and, through public addresses and load balancers, from the internet.
# related_resources:
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
#   description: What happens without a network security group
# - ref: https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
#   description: Subnets that Azure services have for themselves
# custom:
#   id: NET105
#   severity: medium
#   resource_types: [Microsoft.Network/virtualNetworks, Microsoft.Network/virtualNetworks/subnets]
#   reads:
#   - environment
#   - views.subnets.unguarded
#   - views.subnets.title
#   - views.subnets.absent
#   absence_of: [Microsoft.Network/virtualNetworks/subnets]
#   message: "{kind} {name}: the subnet {subnet} has no network security group"
#   remediation: >-
#     Associate a network security group with the subnet that lets in what its machines serve.
#   parameters:
#     exempt_subnets:
#       description: Names of subnets that Azure services have for themselves, and that take no network security group.
#       schema: {type: array, items: {type: string}}
#       default:
#       - GatewaySubnet
#       - AzureFirewallSubnet
#       - AzureFirewallManagementSubnet
#       - AzureBastionSubnet
#       - RouteServerSubnet
package erpguard.network.subnet_without_nsg

import data.erpguard.lib.finding

deny contains violation if {
	some subnet in input.views.subnets
	settings := input.settings.network.subnet_without_nsg[subnet.environment]
	name := subnet.unguarded.name
	not name in settings.exempt_subnets
	found := finding.at(subnet, ["name"], {"subnet": subnet.title})
	violation := object.union(found, {"absent": subnet.absent, "doubt": subnet.unguarded.doubt})
}
