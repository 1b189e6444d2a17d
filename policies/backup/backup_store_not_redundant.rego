# METADATA
# title: Backups are stored in one place
# description: >-
#   A locally redundant storage account has all copies of its backups in one data centre; a zone-redundant one in the
#   region where everything is that they are backups of (the database servers, AKS clusters and virtual machines of the
#   same environment). Accounts are used for backups when they are called so (backup, barman, velero; backup_stores in
#   the configuration), or when Velero, CloudNativePG or its Barman Cloud plugin writes to them.
# related_resources:
# - ref: https://learn.microsoft.com/azure/storage/common/storage-redundancy
#   description: Azure Storage, redundancy
# custom:
#   id: BAK017
#   severity: medium
#   resource_types: [Microsoft.Storage/storageAccounts]
#   reads:
#   - environment
#   - views.backup_store_redundancy.in_region_of_sources
#   - views.backup_store_redundancy.keeps_backups
#   - views.backup_store_redundancy.locally_redundant
#   - views.backup_store_redundancy.region
#   - views.backup_store_redundancy.sku
#   judged: {environment: [production], keeps_backups: [true]}
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Choose a geo-redundant SKU (Standard_GZRS, Standard_GRS), or an account in another region than what is backed up.
package erpguard.backup.backup_store_not_redundant

import data.erpguard.lib.finding

deny contains finding.at(row, [], {"what": what}) if {
	some row in input.views.backup_store_redundancy
	row.environment == "production"
	row.keeps_backups
	row.locally_redundant
	what := sprintf("all copies of its backups are in one data centre (%s)", [row.sku])
}

deny contains finding.at(row, [], {"what": what}) if {
	some row in input.views.backup_store_redundancy
	row.environment == "production"
	row.keeps_backups
	row.in_region_of_sources
	what := sprintf("all copies of its backups are in %s (%s), like all that is backed up", [row.region, row.sku])
}
