# METADATA
# title: Vault keeps its backups in one place
# description: >-
#   A locally redundant vault has all copies in one data centre. A geo-redundant one has copies in the paired region,
#   but they can be restored there at will only with cross-region restore; without it one waits for Microsoft to declare
#   a disaster.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/backup-create-recovery-services-vault
#   description: Recovery Services vaults, storage redundancy and cross-region restore
# - ref: https://learn.microsoft.com/azure/backup/create-manage-backup-vault
#   description: Backup vaults, storage redundancy and cross-region restore
# custom:
#   id: BAK012
#   severity: medium
#   resource_types: [Microsoft.RecoveryServices/vaults, Microsoft.DataProtection/backupVaults]
#   reads:
#   - environment
#   - views.backup_vaults.locally_redundant
#   - views.backup_vaults.node
#   - views.backup_vaults.not_restorable_elsewhere
#   judged: {environment: [production]}
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Choose geo-redundant storage before the first item is protected, and switch cross-region restore on; or
#     zone-redundant storage where the data must stay in one region.
package erpguard.backup.vault_not_redundant

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.backup_vaults
	row.environment == "production"
	row.locally_redundant
	found := finding.at(row, [], {"what": "all copies of its backups are in one data centre"})
	violation := object.union(found, {"at": row.node})
}

deny contains violation if {
	some row in input.views.backup_vaults
	row.environment == "production"
	row.not_restorable_elsewhere
	what := "its backups cannot be restored in the paired region: cross-region restore is off"
	found := finding.at(row, [], {"what": what})
	violation := object.union(found, {"at": row.node})
}
