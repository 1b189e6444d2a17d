# METADATA
# title: Plaintext is accepted
# description: >-
#   A service that speaks TLS but does not insist on it lets a client that is set up wrong, or led astray, send
#   passwords and data in the clear.
# related_resources:
# - ref: https://learn.microsoft.com/azure/storage/common/storage-require-secure-transfer
#   description: Azure Storage, require secure transfer
# - ref: https://learn.microsoft.com/azure/postgresql/security/security-tls
#   description: Azure Database for PostgreSQL, TLS
# - ref: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure
#   description: Azure Cache for Redis, the non-TLS port
# - ref: https://learn.microsoft.com/azure/app-service/configure-ssl-bindings
#   description: App Service, HTTPS only
# custom:
#   id: TLS006
#   severity: high
#   resource_types:
#   - Microsoft.Cache/redis
#   - Microsoft.Cache/redisEnterprise/databases
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.DBforMySQL/flexibleServers/configurations
#   - Microsoft.DBforMySQL/servers
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.DBforPostgreSQL/flexibleServers/configurations
#   - Microsoft.DBforPostgreSQL/servers
#   - Microsoft.Storage/storageAccounts
#   - Microsoft.Web/sites
#   - Microsoft.Web/sites/slots
#   reads: [views.plaintext_access.plaintext, views.plaintext_access.setting]
#   message: "{kind} {name}: plaintext connections are accepted ({setting})"
#   remediation: Let the service accept TLS only.
package erpguard.tls.plaintext_service_port

import data.erpguard.lib.finding

deny contains violation if {
	some service in input.views.plaintext_access
	service.plaintext
	violation := finding.at(service, [], {"setting": service.setting})
}
