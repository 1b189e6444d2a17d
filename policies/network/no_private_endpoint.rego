# METADATA
# title: No private endpoint
# description: >-
#   Without an approved private endpoint, traffic to a platform service takes its public address, and closing that would
#   cut off the applications. An endpoint without a DNS zone group is not used: the name of the service still leads to
#   the public address. Servers and caches in a subnet of their own need none.
# related_resources:
# - ref: https://learn.microsoft.com/azure/private-link/private-endpoint-overview
#   description: Azure private endpoints
# - ref: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
#   description: DNS zones of private endpoints
# custom:
#   id: NET108
#   severity: medium
#   resource_types:
#   - Microsoft.Cache/redis
#   - Microsoft.Cache/redisEnterprise
#   - Microsoft.ContainerRegistry/registries
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.DBforMySQL/servers
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.DBforPostgreSQL/servers
#   - Microsoft.KeyVault/vaults
#   - Microsoft.ServiceBus/namespaces
#   - Microsoft.Sql/servers
#   - Microsoft.Storage/storageAccounts
#   reads:
#   - views.private_endpoint_connections.approved
#   - views.private_endpoint_connections.at
#   - views.private_endpoint_connections.endpoint
#   - views.private_endpoint_connections.zone_group
#   - views.private_endpoints.connected
#   - views.private_endpoints.what
#   absence_of: [Microsoft.Network/privateEndpoints]
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Add a private endpoint in the subnet for endpoints, with a DNS zone group for the private DNS zone of the service,
#     and approve its connection.
package erpguard.network.no_private_endpoint

import data.erpguard.lib.finding

deny contains violation if {
	some service in input.views.private_endpoints
	not service.connected
	violation := finding.at(service, ["name"], {"what": service.what})
}

deny contains violation if {
	some connection in input.views.private_endpoint_connections
	connection.approved
	not connection.zone_group
	values := {"what": concat("", ["private endpoint ", connection.endpoint, " has no DNS zone group"])}
	found := finding.at(connection, [], values)
	absent := ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"]
	violation := object.union(found, {"at": connection.at, "absent": absent})
}
