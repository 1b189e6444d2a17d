# METADATA
# title: Restore never tested
# description: >-
#   Whether a backup can be restored is known when it was restored. A test is a Job or CronJob of the same namespace
#   that carries the label erpguard.io/restore-test with the name (or the beginning of the name, up to a hyphen) of the
#   database, workload or claim, or "all"; or the date of the last success in the annotation
#   erpguard.io/last-restore-test, or in the configuration. Databases of Azure always have a backup: a job of any
#   namespace that names the server or the database, a restore that a Backup vault completed, the tag
#   erpguard.io-last-restore-test of it (the name of a tag has no slash), or the configuration says that it was
#   restored. Of a running system the status of the job counts: when it last succeeded, and whether it ever did.
# related_resources:
# - ref: https://cloudnative-pg.io/documentation/current/recovery/
#   description: CloudNativePG, recovery
# - ref: https://velero.io/docs/main/restore-reference/
#   description: Velero, restore reference
# - ref: https://learn.microsoft.com/azure/postgresql/backup-restore/how-to-restore-server
#   description: Azure Database for PostgreSQL, restore
# - ref: https://learn.microsoft.com/azure/backup/restore-azure-database-postgresql-flex
#   description: Azure Backup, restore PostgreSQL flexible servers
# custom:
#   id: BAK018
#   severity: medium
#   resource_types:
#   - workloads
#   - postgresql.cnpg.io/Cluster
#   - acid.zalan.do/postgresql
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.Sql/managedInstances/databases
#   - Microsoft.Sql/servers/databases
#   reads:
#   - environment
#   - views.restore_tests.absent
#   - views.restore_tests.ages
#   - views.restore_tests.backup
#   - views.restore_tests.gaps
#   - views.restore_tests.job
#   - views.restore_tests.named
#   - views.restore_tests.noted
#   judged: {backup: ["yes"]}
#   absence_of: [batch/CronJob, batch/Job, Microsoft.DataProtection/backupVaults/backupJobs]
#   parameters:
#     maximum_age_days:
#       description: How many days ago the last restore may have been.
#       schema: {type: integer, minimum: 1}
#       default: 90
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Restore the backup into a scratch place by a job labelled erpguard.io/restore-test, or note the date of the last
#     success in the annotation erpguard.io/last-restore-test (in Azure the tag erpguard.io-last-restore-test).
package erpguard.backup.restore_never_tested

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.restore_tests
	row.backup == "yes"
	row.job == false
	not _is_recent(row.environment, [age | some age in row.ages])
	some path in row.noted
	found := finding.at(row, path, {"what": "the last restore test is too old, or has no date"})
	violation := object.union(found, {"absent": row.absent})
}

deny contains violation if {
	some row in input.views.restore_tests
	row.backup == "yes"
	row.job == false
	not _is_recent(row.environment, [age | some age in row.ages])
	count(row.noted) == 0
	found := finding.at(row, row.named, {"what": _what([age | some age in row.ages])})
	violation := object.union(found, {"absent": row.absent})
}

# A test that runs too seldom is too long ago most of the time.
deny contains violation if {
	some row in input.views.restore_tests
	row.backup == "yes"
	row.job == true
	not _is_recent(row.environment, [age | some age in row.ages])
	some days in row.gaps
	days > input.settings.backup.restore_never_tested[row.environment].maximum_age_days
	found := finding.at(row, row.named, {"what": sprintf("restoring it is tested every %d days only", [days])})
	violation := object.union(found, {"absent": row.absent})
}

_what([]) := "no restore was ever tested"

_what(ages) := sprintf("the last restore test that succeeded was %d days ago", [min(ages)]) if count(ages) > 0

_is_recent(environment, ages) if {
	some age in ages
	age <= input.settings.backup.restore_never_tested[environment].maximum_age_days
}
