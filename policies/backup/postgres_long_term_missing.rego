# METADATA
# title: No long-term backup of a PostgreSQL server
# description: >-
#   The server's own backups end after 35 days and are deleted with the server. A backup instance of a Backup vault
#   keeps dumps for years, outside of the reach of who administers the server - if its backup policy says so. Of the
#   policy's rules the one counts that keeps longest; months and years count as the shortest that they can be.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/backup-azure-database-postgresql-flex-overview
#   description: Azure Backup, backup of PostgreSQL flexible servers
# - ref: https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore
#   description: Azure Database for PostgreSQL, the server's own backups
# custom:
#   id: BAK003
#   severity: low
#   resource_types: [Microsoft.DBforPostgreSQL/flexibleServers]
#   reads:
#   - environment
#   - views.long_term_backups.doubt
#   - views.long_term_backups.kept_days
#   - views.long_term_backups.policy
#   - views.long_term_backups.retention
#   - views.long_term_backups.vaulted
#   judged: {environment: [production]}
#   absence_of: [Microsoft.DataProtection/backupVaults/backupInstances]
#   parameters:
#     longer_than_days:
#       description: >-
#         Backups have to be kept longer than this; a server keeps its own ones for 35 days at most.
#       schema: {type: integer, minimum: 1}
#       default: 35
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Configure backup for the server in a Backup vault, with a policy for PostgreSQL flexible servers that keeps some
#     of its backups for months or years.
package erpguard.backup.postgres_long_term_missing

import data.erpguard.lib.finding

deny contains finding.at(server, ["name"], {"what": "no backup instance of a Backup vault names it"}) if {
	some server in input.views.long_term_backups
	server.environment == "production"
	server.vaulted == false
}

deny contains violation if {
	some server in input.views.long_term_backups
	server.environment == "production"
	server.vaulted
	server.kept_days > 0
	most := input.settings.backup.postgres_long_term_missing[server.environment].longer_than_days
	server.kept_days <= most
	text := "backup policy %s keeps its backups for %s, no longer than %v days"
	what := sprintf(text, [server.policy, server.retention, most])
	found := finding.at(server, ["name"], {"what": what})
	violation := object.union(found, {"doubt": server.doubt})
}

deny contains violation if {
	some server in input.views.long_term_backups
	server.environment == "production"
	server.vaulted
	server.kept_days == 0
	found := finding.at(server, ["name"], {"what": "no backup policy is known to keep its backups"})
	violation := object.union(found, {"doubt": server.doubt})
}
