# METADATA
# title: Nothing backs the resource up
# description: >-
#   A virtual machine, a managed disk, a file share or a SQL database that no protected item, backup instance or
#   long-term policy names is lost when it is deleted or damaged. A disk is protected with the machine that it is
#   attached to, unless the backup of the machine leaves it out; the disk of a Kubernetes claim by the backup of its AKS
#   cluster or a Velero Schedule. Azure SQL keeps short-term backups of every database: it fails where these are kept
#   too shortly.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/backup-overview
#   description: Azure Backup
# - ref: https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview
#   description: Azure SQL, automated backups
# custom:
#   id: BAK014
#   severity: high
#   resource_types:
#   - Microsoft.Compute/virtualMachines
#   - Microsoft.Compute/disks
#   - Microsoft.Storage/storageAccounts/fileServices/shares
#   - Microsoft.Sql/managedInstances/databases
#   - Microsoft.Sql/servers/databases
#   reads:
#   - environment
#   - views.unprotected.absent
#   - views.unprotected.always_backed_up
#   - views.unprotected.protected
#   - views.unprotected.retention_days
#   - views.unprotected.why
#   absence_of:
#   - Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems
#   - Microsoft.DataProtection/backupVaults/backupInstances
#   parameters:
#     minimum_days:
#       description: How many days the short-term backups of a SQL database have to be kept.
#       schema: {type: integer, minimum: 1}
#       default: 14
#       environments: {production: 30}
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Protect it by a backup policy of a vault; of a SQL database lengthen the short-term retention, or add a long-term
#     one.
package erpguard.backup.resource_unprotected

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.unprotected
	row.protected == false
	row.always_backed_up == false
	found := finding.at(row, ["name"], {"what": row.why})
	violation := object.union(found, {"absent": row.absent})
}

deny contains violation if {
	some row in input.views.unprotected
	row.protected == false
	row.always_backed_up
	minimum := input.settings.backup.resource_unprotected[row.environment].minimum_days
	row.retention_days < minimum
	text := "its backups are kept for %v days, less than %v, and no policy keeps them longer"
	what := sprintf(text, [row.retention_days, minimum])
	found := finding.at(row, ["name"], {"what": what})
	violation := object.union(found, {"absent": row.absent})
}
