# METADATA
# title: Vault is not immutable
# description: >-
#   In an immutable vault nobody can delete a recovery point before its time, or shorten what a policy keeps. Unlocked
#   immutability can still be switched off; it passes, for locking it cannot be undone.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept
#   description: Azure Backup, immutable vaults
# custom:
#   id: BAK011
#   severity: medium
#   resource_types: [Microsoft.RecoveryServices/vaults, Microsoft.DataProtection/backupVaults]
#   reads: [environment, views.backup_vaults.mutable, views.backup_vaults.node]
#   judged: {environment: [production]}
#   message: "{kind} {name}: recovery points can be deleted before their time: the vault is not immutable"
#   remediation: Set immutability to Unlocked, and to Locked once the policies have proved right.
package erpguard.backup.vault_mutable

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.backup_vaults
	row.environment == "production"
	row.mutable
	found := finding.at(row, [], {})
	violation := object.union(found, {"at": row.node})
}
