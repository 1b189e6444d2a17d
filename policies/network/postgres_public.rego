# METADATA
# title: PostgreSQL reachable from the internet
# description: >-
#   A PostgreSQL server with public network access has an address on the internet, and its firewall rules are all that
#   stands before the passwords. A rule for every address, for all of Azure (0.0.0.0 to 0.0.0.0, other customers
#   included) or for a wide range is no protection. A flexible server in a delegated subnet is never public.
# related_resources:
# - ref: https://learn.microsoft.com/azure/postgresql/network/concepts-networking-public
#   description: PostgreSQL flexible server, public access and firewall rules
# - ref: https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private
#   description: PostgreSQL flexible server in a virtual network
# custom:
#   id: NET106
#   severity: critical
#   severities: [critical, high]
#   resource_types: [Microsoft.DBforPostgreSQL/flexibleServers, Microsoft.DBforPostgreSQL/servers]
#   reads:
#   - environment
#   - views.database_access.public
#   - views.database_access.rules
#   - views.database_access.setting
#   - views.database_firewall_rules.addresses
#   - views.database_firewall_rules.at
#   - views.database_firewall_rules.azure_services
#   - views.database_firewall_rules.doubt
#   - views.database_firewall_rules.public
#   - views.database_firewall_rules.rule_name
#   - views.database_firewall_rules.span
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Put the server into a delegated subnet, or set publicNetworkAccess to Disabled and add a private endpoint. Until
#     then, allow single addresses only.
#   parameters:
#     maximum_addresses:
#       description: The most addresses that one firewall rule may admit without being called wide.
#       schema: {type: integer, minimum: 1}
#       default: 256
package erpguard.network.postgres_public

import data.erpguard.lib.finding

deny contains violation if {
	some rule in input.views.database_firewall_rules
	rule.public
	admitted := _admitted(rule.azure_services, rule.addresses, rule.span, _maximum(rule.environment))
	found := finding.at(rule, [], {"what": concat("", ["firewall rule ", rule.rule_name, " admits ", admitted])})
	violation := object.union(found, {"severity": "critical", "at": rule.at, "doubt": rule.doubt})
}

deny contains violation if {
	some server in input.views.database_access
	server.public
	maximum := _maximum(server.environment)
	every rule in server.rules {
		not _admitted(rule.azure_services, rule.addresses, "", maximum)
	}
	found := finding.at(server, server.setting, {"what": "public network access is on"})
	violation := object.union(found, {"severity": "high"})
}

_maximum(environment) := input.settings.network.postgres_public[environment].maximum_addresses

_admitted(true, _, _, _) := "all of Azure, other customers included"

_admitted(false, addresses, span, maximum) := concat("", [span, ", ", format_int(addresses, 10), " addresses"]) if {
	addresses > maximum
}
