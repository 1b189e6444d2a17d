# METADATA
# title: Lifecycle rule deletes backups too early
# description: >-
#   A lifecycle rule of a storage account deletes blobs by their age, whatever the backup tool means to keep. Judged are
#   rules that take blobs of an account or container that is used for backups: it is called so (backup, barman, velero;
#   backup_stores in the configuration), or Velero, CloudNativePG or its Barman Cloud plugin writes to it.
# related_resources:
# - ref: https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure
#   description: Azure Blob Storage, structure of lifecycle policies
# - ref: https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-delete
#   description: Azure Blob Storage, policies that delete blobs
# custom:
#   id: BAK015
#   severity: high
#   resource_types: [Microsoft.Storage/storageAccounts/managementPolicies]
#   reads:
#   - environment
#   - views.blob_deletions.account
#   - views.blob_deletions.days
#   - views.blob_deletions.rule
#   - views.blob_deletions.takes_backups
#   judged: {takes_backups: [true]}
#   parameters:
#     minimum_days:
#       description: How many days backups have to be kept.
#       schema: {type: integer, minimum: 1}
#       default: 14
#       environments: {production: 30}
#   message: "{account}: rule {rule} deletes backups after {days} days, less than {minimum}"
#   remediation: Lengthen the time of the rule, or let it take other containers only.
package erpguard.backup.lifecycle_deletes_backups

import data.erpguard.lib.finding

deny contains finding.at(row, [], values) if {
	some row in input.views.blob_deletions
	row.takes_backups
	minimum := input.settings.backup.lifecycle_deletes_backups[row.environment].minimum_days
	row.days < minimum
	values := {"account": row.account, "rule": row.rule, "days": row.days, "minimum": minimum}
}
