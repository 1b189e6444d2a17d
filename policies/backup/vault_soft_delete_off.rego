# METADATA
# title: Deleted backups of a vault are gone at once
# description: >-
#   Soft delete keeps deleted backups of a vault for some days, 14 by default: what an intruder or a mistake deletes can
#   be taken back.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/backup-azure-security-feature-cloud
#   description: Azure Backup, soft delete
# - ref: https://learn.microsoft.com/azure/backup/backup-azure-enhanced-soft-delete-about
#   description: Azure Backup, enhanced soft delete of both kinds of vaults
# custom:
#   id: BAK010
#   severity: high
#   resource_types: [Microsoft.RecoveryServices/vaults, Microsoft.DataProtection/backupVaults]
#   reads:
#   - environment
#   - views.backup_vaults.node
#   - views.backup_vaults.soft_delete_days
#   - views.backup_vaults.soft_delete_off
#   parameters:
#     minimum_days:
#       description: How many days deleted backups have to be kept.
#       schema: {type: integer, minimum: 14, maximum: 180}
#       default: 14
#   message: "{kind} {name}: {what}"
#   remediation: Switch soft delete on, for good if possible (AlwaysON), with at least 14 days.
package erpguard.backup.vault_soft_delete_off

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.backup_vaults
	row.soft_delete_off
	found := finding.at(row, [], {"what": "deleted backups are gone at once: soft delete is off"})
	violation := object.union(found, {"at": row.node})
}

deny contains violation if {
	some row in input.views.backup_vaults
	minimum := input.settings.backup.vault_soft_delete_off[row.environment].minimum_days
	row.soft_delete_days < minimum
	what := sprintf("deleted backups are kept for %v days, less than %v", [row.soft_delete_days, minimum])
	found := finding.at(row, [], {"what": what})
	violation := object.union(found, {"at": row.node})
}
