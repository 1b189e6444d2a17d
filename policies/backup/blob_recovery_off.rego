# METADATA
# title: Deleted blobs cannot be restored
# description: >-
#   Soft delete keeps deleted blobs and containers for some days, versioning keeps what was overwritten. All three are
#   off unless somebody switches them on, also where a plan says nothing of the blob service of an account. An account
#   with a hierarchical namespace has no versioning.
# related_resources:
# - ref: https://learn.microsoft.com/azure/storage/blobs/data-protection-overview
#   description: Azure Blob Storage, data protection
# - ref: https://learn.microsoft.com/azure/storage/blobs/versioning-overview
#   description: Azure Blob Storage, versioning
# custom:
#   id: BAK016
#   severity: medium
#   resource_types: [Microsoft.Storage/storageAccounts, Microsoft.Storage/storageAccounts/blobServices]
#   reads:
#   - environment
#   - views.blob_recovery.absent
#   - views.blob_recovery.account
#   - views.blob_recovery.kept_days
#   - views.blob_recovery.not_versioned
#   - views.blob_recovery.of
#   - views.blob_recovery.setting
#   absence_of: [Microsoft.Storage/storageAccounts/blobServices]
#   parameters:
#     minimum_days:
#       description: How many days deleted blobs and containers have to be kept.
#       schema: {type: integer, minimum: 1, maximum: 365}
#       default: 14
#   message: "{account}: {what}"
#   remediation: Switch on soft delete of blobs and of containers, each for at least 14 days, and versioning.
package erpguard.backup.blob_recovery_off

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.blob_recovery
	row.kept_days == 0
	what := sprintf("deleted %s are gone at once: soft delete is off", [row.of])
	found := finding.at(row, [], {"account": row.account, "what": what})
	violation := object.union(found, {"absent": row.absent, "key": row.setting})
}

deny contains violation if {
	some row in input.views.blob_recovery
	row.kept_days > 0
	minimum := input.settings.backup.blob_recovery_off[row.environment].minimum_days
	row.kept_days < minimum
	what := sprintf("deleted %s are kept for %v days, less than %v", [row.of, row.kept_days, minimum])
	found := finding.at(row, [], {"account": row.account, "what": what})
	violation := object.union(found, {"absent": row.absent, "key": row.setting})
}

deny contains violation if {
	some row in input.views.blob_recovery
	row.not_versioned
	what := "what is overwritten is gone: versioning is off"
	found := finding.at(row, [], {"account": row.account, "what": what})
	violation := object.union(found, {"absent": row.absent, "key": row.setting})
}
