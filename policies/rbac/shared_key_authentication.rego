# METADATA
# title: Shared key or password authentication
# description: >-
#   A key or password works for whoever has it, cannot be bound to a person or workload, and outlives both. Where Entra
#   ID can authenticate, the service's own credentials should be off; a key vault should leave its access policies for
#   Azure RBAC, which privileged access reviews cover.
# related_resources:
# - ref: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
#   description: Azure Storage, prevent shared key authorization
# - ref: https://learn.microsoft.com/azure/postgresql/security/security-entra-concepts
#   description: Azure Database for PostgreSQL, Microsoft Entra authentication
# - ref: https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy
#   description: Azure Key Vault, Azure RBAC and access policies
# custom:
#   id: RBAC109
#   severity: medium
#   resource_types:
#   - Microsoft.Cache/redis
#   - Microsoft.Cache/redisEnterprise/databases
#   - Microsoft.ContainerRegistry/registries
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.DBforMySQL/flexibleServers/configurations
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.KeyVault/vaults
#   - Microsoft.OperationalInsights/workspaces
#   - Microsoft.ServiceBus/namespaces
#   - Microsoft.Sql/managedInstances
#   - Microsoft.Sql/managedInstances/azureADOnlyAuthentications
#   - Microsoft.Sql/servers
#   - Microsoft.Sql/servers/azureADOnlyAuthentications
#   - Microsoft.Storage/storageAccounts
#   reads:
#   - views.local_authentication.accepted
#   - views.local_authentication.credentials
#   - views.local_authentication.absent
#   absence_of:
#   - Microsoft.DBforMySQL/flexibleServers/configurations
#   - Microsoft.Sql/managedInstances/azureADOnlyAuthentications
#   - Microsoft.Sql/servers/azureADOnlyAuthentications
#   message: "{kind} {name} accepts {credentials}"
#   remediation: Let clients authenticate with Entra ID, and turn the service's own credentials off.
package erpguard.rbac.shared_key_authentication

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.local_authentication
	row.accepted
	violation := object.union(finding.at(row, [], {"credentials": row.credentials}), {"absent": row.absent})
}
