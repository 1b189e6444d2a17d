# METADATA
# title: Subnet shared by tiers
# description: >-
#   Network security groups and routes belong to subnets. Where databases or caches, or the private endpoints that lead
#   to them, share a subnet with nodes, virtual machines or gateways, no rule stands between them.
# related_resources:
# - ref: https://learn.microsoft.com/azure/security/fundamentals/network-best-practices
#   description: Azure network security, segment subnets
# - ref: https://learn.microsoft.com/azure/virtual-network/concepts-and-best-practices
#   description: Azure Virtual Network, best practices
# custom:
#   id: NET111
#   severity: medium
#   resource_types: [Microsoft.Network/virtualNetworks, Microsoft.Network/virtualNetworks/subnets]
#   reads:
#   - views.subnet_tenants.applications
#   - views.subnet_tenants.at
#   - views.subnet_tenants.data
#   - views.subnet_tenants.shared
#   - views.subnet_tenants.tenants
#   - views.subnet_tenants.title
#   message: "subnet {title}: shared by the data tier ({data}) and applications ({applications})"
#   remediation: Give the data tier, or its private endpoints, a subnet of their own with a network security group.
package erpguard.network.subnet_shared_by_tiers

import data.erpguard.lib.finding

deny contains violation if {
	some subnet in input.views.subnet_tenants
	subnet.shared
	found := finding.at(subnet, [], {"title": subnet.title, "data": subnet.data, "applications": subnet.applications})
	violation := object.union(found, {"at": subnet.at, "related": subnet.tenants})
}
