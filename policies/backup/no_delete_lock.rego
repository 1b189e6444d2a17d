# METADATA
# title: No lock against deletion
# description: >-
#   With a database server go its backups, with a vault or a storage account the backups in it. A lock of the level
#   CanNotDelete or ReadOnly, on the resource, its group or its subscription, makes a deletion two steps instead of one.
#   Storage accounts are judged when they are used for backups: they are called so (backup, barman, velero;
#   backup_stores in the configuration), or Velero, CloudNativePG or its Barman Cloud plugin writes to them.
# related_resources:
# - ref: https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
#   description: Azure Resource Manager, locks
# custom:
#   id: BAK020
#   severity: low
#   resource_types:
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.Sql/managedInstances
#   - Microsoft.Sql/servers
#   - Microsoft.RecoveryServices/vaults
#   - Microsoft.DataProtection/backupVaults
#   - Microsoft.Storage/storageAccounts
#   reads: [environment, views.deletion_locks.keeps_backups, views.deletion_locks.locked]
#   judged: {environment: [production], keeps_backups: [true]}
#   absence_of: [Microsoft.Authorization/locks]
#   message: "{kind} {name}: no lock keeps it from being deleted"
#   remediation: Put a lock of the level CanNotDelete on it or on its resource group.
package erpguard.backup.no_delete_lock

import data.erpguard.lib.finding

deny contains finding.at(row, ["name"], {}) if {
	some row in input.views.deletion_locks
	row.environment == "production"
	row.keeps_backups
	row.locked == false
}
