# METADATA
# title: Backup policy keeps backups too shortly
# description: >-
#   What a policy of Azure Backup makes every day (or every week, where it runs weekly) is kept for the time that its
#   daily schedule or its default rule says. Months and years count as the shortest that they can be - a month has 28
#   days.
# related_resources:
# - ref: https://learn.microsoft.com/rest/api/backup/protection-policies/get
#   description: Recovery Services vaults, protection policies
# - ref: https://learn.microsoft.com/rest/api/dataprotection/backup-policies/get
#   description: Backup vaults, backup policies
# custom:
#   id: BAK013
#   severity: high
#   resource_types:
#   - Microsoft.RecoveryServices/vaults/backupPolicies
#   - Microsoft.DataProtection/backupVaults/backupPolicies
#   reads:
#   - environment
#   - views.backup_policy_retentions.days
#   - views.backup_policy_retentions.retention
#   parameters:
#     minimum_days:
#       description: How many days backups have to be kept.
#       schema: {type: integer, minimum: 1}
#       default: 14
#       environments: {production: 30}
#   message: "{kind} {name}: backups are kept for {retention}, less than {minimum} days"
#   remediation: Set the retention to the time within which damage is surely noticed.
package erpguard.backup.policy_retention_short

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.backup_policy_retentions
	minimum := input.settings.backup.policy_retention_short[row.environment].minimum_days
	row.days < minimum
	violation := finding.at(row, [], {"retention": row.retention, "minimum": minimum})
}
