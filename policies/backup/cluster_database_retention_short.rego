# METADATA
# title: Database backups are kept too shortly
# description: >-
#   An error that is noticed after the retention is over cannot be undone. Without a retention policy CloudNativePG
#   and Zalando's operator keep backups for ever, which passes.
# related_resources:
# - ref: https://cloudnative-pg.io/documentation/current/backup_barmanobjectstore/
#   description: CloudNativePG, retention policies
# - ref: https://cloudnative-pg.io/plugin-barman-cloud/docs/retention/
#   description: Barman Cloud plugin, retention policies
# - ref: https://postgres-operator.readthedocs.io/en/latest/reference/cluster_manifest/
#   description: Zalando's Postgres operator, cluster manifest
# custom:
#   id: BAK005
#   severity: high
#   resource_types: [postgresql.cnpg.io/Cluster, barmancloud.cnpg.io/ObjectStore, acid.zalan.do/postgresql]
#   reads:
#   - environment
#   - views.backup_retentions.days
#   - views.backup_retentions.retention
#   parameters:
#     minimum_days:
#       description: How many days backups have to be kept.
#       schema: {type: integer, minimum: 1}
#       default: 14
#       environments: {production: 30}
#   message: "{kind} {name}: backups are kept for {retention}, less than {minimum} days"
#   remediation: Set the retention to the time within which damage is surely noticed, or leave it out.
package erpguard.backup.cluster_database_retention_short

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.backup_retentions
	minimum := input.settings.backup.cluster_database_retention_short[row.environment].minimum_days
	row.days < minimum
	violation := finding.at(row, [], {"retention": row.retention, "minimum": minimum})
}
