# METADATA
# title: Platform service open to all networks
# description: >-
#   Storage accounts, key vaults, caches, registries and message buses have an address on the internet. It answers
#   everybody unless public network access is off, or network rules keep others out. SQL and MySQL servers have firewall
#   rules, of which those for every address, for all of Azure or for a wide range are no protection.
# related_resources:
# - ref: https://learn.microsoft.com/azure/storage/common/storage-network-security
#   description: Azure Storage, firewalls and virtual networks
# - ref: https://learn.microsoft.com/azure/key-vault/general/network-security
#   description: Azure Key Vault, network security
# - ref: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation
#   description: Azure Cache for Redis, network isolation
# - ref: https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks
#   description: Azure Container Registry, public network rules
# - ref: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-ip-filtering
#   description: Azure Service Bus, IP firewall
# - ref: https://learn.microsoft.com/azure/azure-sql/database/firewall-configure
#   description: Azure SQL Database, firewall rules
# custom:
#   id: NET107
#   severity: high
#   resource_types:
#   - Microsoft.Cache/redis
#   - Microsoft.Cache/redisEnterprise
#   - Microsoft.ContainerRegistry/registries
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.DBforMySQL/servers
#   - Microsoft.KeyVault/vaults
#   - Microsoft.ServiceBus/namespaces
#   - Microsoft.Sql/managedInstances
#   - Microsoft.Sql/servers
#   - Microsoft.Storage/storageAccounts
#   reads:
#   - environment
#   - views.database_firewall_rules.addresses
#   - views.database_firewall_rules.at
#   - views.database_firewall_rules.azure_services
#   - views.database_firewall_rules.doubt
#   - views.database_firewall_rules.public
#   - views.database_firewall_rules.rule_name
#   - views.database_firewall_rules.span
#   - views.public_access.absent
#   - views.public_access.at
#   - views.public_access.open
#   - views.public_access.what
#   message: "{kind} {name}: reachable from all networks: {what}"
#   remediation: >-
#     Set publicNetworkAccess to Disabled and add a private endpoint, or deny by default and list the networks that may
#     connect.
#   parameters:
#     maximum_addresses:
#       description: The most addresses that one firewall rule of a SQL or MySQL server may admit.
#       schema: {type: integer, minimum: 1}
#       default: 256
package erpguard.network.paas_public_access

import data.erpguard.lib.finding

deny contains violation if {
	some service in input.views.public_access
	service.open
	found := finding.at(service, [], {"what": service.what})
	violation := object.union(found, {"at": service.at, "absent": service.absent})
}

deny contains violation if {
	some rule in input.views.database_firewall_rules
	rule.public
	settings := input.settings.network.paas_public_access[rule.environment]
	admitted := _admitted(rule.azure_services, rule.addresses, rule.span, settings.maximum_addresses)
	found := finding.at(rule, [], {"what": concat("", ["firewall rule ", rule.rule_name, " admits ", admitted])})
	violation := object.union(found, {"at": rule.at, "doubt": rule.doubt})
}

_admitted(true, _, _, _) := "all of Azure, other customers included"

_admitted(false, addresses, span, maximum) := concat("", [span, ", ", format_int(addresses, 10), " addresses"]) if {
	addresses > maximum
}
