# METADATA
# title: Backups of a database server are kept too shortly
# description: >-
#   A database server of Azure can be restored to a moment within the retention of its backups, 7 days by default. An
#   error that is noticed later cannot be undone. Of read replicas no backups are taken: their primary is judged.
# related_resources:
# - ref: https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore
#   description: Azure Database for PostgreSQL, backup and restore
# - ref: https://learn.microsoft.com/azure/mysql/flexible-server/concepts-backup-restore
#   description: Azure Database for MySQL, backup and restore
# custom:
#   id: BAK001
#   severity: high
#   resource_types: [Microsoft.DBforPostgreSQL/flexibleServers, Microsoft.DBforMySQL/flexibleServers]
#   reads: [environment, views.database_servers.retention_days]
#   parameters:
#     minimum_days:
#       description: How many days backups have to be kept; the service keeps them for 35 at most.
#       schema: {type: integer, minimum: 1, maximum: 35}
#       default: 14
#       environments: {production: 30}
#   message: "{kind} {name}: backups are kept for {days} days, less than {minimum}"
#   remediation: Set backupRetentionDays to the time within which damage is surely noticed, 35 at most.
package erpguard.backup.postgres_retention_short

import data.erpguard.lib.finding

deny contains violation if {
	some server in input.views.database_servers
	minimum := input.settings.backup.postgres_retention_short[server.environment].minimum_days
	server.retention_days < minimum
	violation := finding.at(server, [], {"days": server.retention_days, "minimum": minimum})
}
