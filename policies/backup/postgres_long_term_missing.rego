# METADATA
# title: No long-term backup of a PostgreSQL server
# description: >-
#   The server's own backups end after 35 days and are deleted with the server. A backup instance of a Backup vault
#   keeps dumps for years, outside of the reach of who administers the server.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/backup-azure-database-postgresql-flex-overview
#   description: Azure Backup, backup of PostgreSQL flexible servers
# custom:
#   id: BAK003
#   severity: low
#   resource_types: [Microsoft.DBforPostgreSQL/flexibleServers]
#   reads: [environment, views.long_term_backups.vaulted]
#   judged: {environment: [production]}
#   absence_of: [Microsoft.DataProtection/backupVaults/backupInstances]
#   message: "{kind} {name}: no backup instance of a Backup vault keeps its backups longer than 35 days"
#   remediation: Configure backup for the server in a Backup vault, with a policy for PostgreSQL flexible servers.
package erpguard.backup.postgres_long_term_missing

import data.erpguard.lib.finding

deny contains finding.at(server, ["name"], {}) if {
	some server in input.views.long_term_backups
	server.environment == "production"
	server.vaulted == false
}
