# METADATA
# title: Change weakens recovery
# description: >-
#   A plan that deletes, or destroys and makes anew, a database server, a backup policy, a vault, a lock, a protected
#   item, a backup instance or a retention policy, that stops a protection, or that shortens how long something is kept,
#   takes away what could be recovered before it. Whether what is left is enough, other policies say; this one asks that
#   somebody looks at the change.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/guidance-best-practices
#   description: Azure Backup, guidance and best practices
# - ref: https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
#   description: Azure Resource Manager, locks
# custom:
#   id: BAK022
#   severity: high
#   resource_types:
#   - erpguard/Deletion
#   - Microsoft.Authorization/locks
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.DBforMySQL/servers
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.DBforPostgreSQL/servers
#   - Microsoft.DataProtection/backupVaults
#   - Microsoft.DataProtection/backupVaults/backupInstances
#   - Microsoft.DataProtection/backupVaults/backupPolicies
#   - Microsoft.RecoveryServices/vaults
#   - Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems
#   - Microsoft.RecoveryServices/vaults/backupPolicies
#   - Microsoft.Sql/managedInstances
#   - Microsoft.Sql/managedInstances/databases/backupLongTermRetentionPolicies
#   - Microsoft.Sql/managedInstances/databases/backupShortTermRetentionPolicies
#   - Microsoft.Sql/servers
#   - Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies
#   - Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies
#   - Microsoft.Storage/storageAccounts/blobServices
#   - Microsoft.Storage/storageAccounts/fileServices
#   reads:
#   - views.recovery_changes.after
#   - views.recovery_changes.before
#   - views.recovery_changes.weakens
#   - views.recovery_changes.what
#   message: "{what}: {before} before the change, {after} after it"
#   remediation: Keep it, or let whoever answers for recovery approve the change and waive this finding for it.
package erpguard.backup.change_weakens_recovery

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.recovery_changes
	row.weakens
	violation := finding.at(row, [], {"what": row.what, "before": row.before, "after": row.after})
}
