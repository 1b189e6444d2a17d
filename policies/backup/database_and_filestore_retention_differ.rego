# METADATA
# title: Database and filestore cannot be restored to one moment
# description: >-
#   Odoo's database refers to attachments that are files of the filestore: the two halves of an instance are only whole
#   together. There has to be one kind of backup of the database and one of the filestore that go together. They do
#   where they are kept equally long, and where near every moment to which one half can be restored there is one of the
#   other; in both they may differ by 24 hours. Near means, for two schedules, the time from a run of either to the
#   nearest run of the other; for a half that can be restored to every moment (a log that is archived all the time, a
#   flexible server of Azure), the longest time between two backups of the other half. Kept for ever and kept for some
#   days differ. Schedules count on the wall clock; how long a job keeps its dumps is not seen. A half without any
#   backup is BAK004's and BAK007's, and not judged here; nor are attachments in the database or in object storage.
# related_resources:
# - ref: https://www.odoo.com/documentation/19.0/administration/on_premise.html
#   description: Odoo, on-premise
# - ref: https://velero.io/docs/main/backup-reference/
#   description: Velero, schedules and time to live
# - ref: https://cloudnative-pg.io/documentation/current/backup/
#   description: CloudNativePG, backup
# - ref: https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore
#   description: Azure Database for PostgreSQL, backup and restore
# custom:
#   id: BAK009
#   severity: medium
#   resource_types: [workloads]
#   reads:
#   - environment
#   - views.paired_backups.differences
#   - views.paired_backups.doubt
#   - views.paired_backups.least
#   - views.paired_backups.most
#   absence_of:
#   - velero.io/Schedule
#   - batch/CronJob
#   - postgresql.cnpg.io/ScheduledBackup
#   - Microsoft.DataProtection/backupVaults/backupInstances
#   parameters:
#     maximum_difference_hours:
#       description: By how much the two halves may differ, in how long they are kept and in when they are made.
#       schema: {type: integer, minimum: 0}
#       default: 24
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Keep the backups of both halves for the same time, and make them at the same time of the same days.
package erpguard.backup.database_and_filestore_retention_differ

import data.erpguard.lib.finding

deny contains violation if {
	some instance in input.views.paired_backups
	maximum := input.settings.backup.database_and_filestore_retention_differ[instance.environment].maximum_difference_hours
	instance.least > maximum
	some difference in instance.differences
	difference.hours > maximum
	found := finding.at(instance, ["metadata", "name"], {"what": difference.what})
	violation := object.union(found, {"at": difference.at, "related": difference.related})
}

deny contains violation if {
	some instance in input.views.paired_backups
	maximum := input.settings.backup.database_and_filestore_retention_differ[instance.environment].maximum_difference_hours
	instance.least <= maximum
	instance.most > maximum
	values := {"what": "the database and the filestore may not be restorable to one moment"}
	violation := object.union(finding.at(instance, ["metadata", "name"], values), {"doubt": instance.doubt})
}
