# METADATA
# title: Backups of a database server in one region only
# description: >-
#   Without geo-redundant backup the backups of a database server are in its own region, and gone or out of reach with
#   it.
# related_resources:
# - ref: https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore
#   description: Azure Database for PostgreSQL, backup redundancy
# - ref: https://learn.microsoft.com/azure/mysql/flexible-server/concepts-backup-restore
#   description: Azure Database for MySQL, backup redundancy
# custom:
#   id: BAK002
#   severity: medium
#   resource_types: [Microsoft.DBforPostgreSQL/flexibleServers, Microsoft.DBforMySQL/flexibleServers]
#   reads: [environment, views.database_servers.geo_redundant]
#   judged: {environment: [production]}
#   message: "{kind} {name}: its backups are in its own region only"
#   remediation: >-
#     Set geoRedundantBackup to Enabled. PostgreSQL takes it only when a server is made: restore into a new one, or keep
#     vaulted backups in a geo-redundant Backup vault besides.
package erpguard.backup.postgres_backup_not_geo_redundant

import data.erpguard.lib.finding

deny contains finding.at(server, [], {}) if {
	some server in input.views.database_servers
	server.environment == "production"
	server.geo_redundant == false
}
