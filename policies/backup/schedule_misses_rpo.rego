# METADATA
# title: Backup schedule misses the recovery point objective
# description: >-
#   What was entered since the last backup is lost with the data. The longest time between two runs of a schedule
#   counts, weekends and the ends of months included, on the wall clock without the daylight-saving hour; a schedule
#   that is suspended, paused or never comes makes no backups at all. A database that archives its write-ahead log all
#   the time needs base backups less often; the flexible servers of Azure do, and so does a policy for SQL Server or SAP
#   HANA that takes the log between two full backups. Of a running system it also counts when a backup last succeeded.
# related_resources:
# - ref: https://cloudnative-pg.io/documentation/current/backup/#scheduled-backups
#   description: CloudNativePG, scheduled backups (six fields, seconds first)
# - ref: https://velero.io/docs/main/api-types/schedule/
#   description: Velero, Schedule
# - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
#   description: Kubernetes, CronJob
# - ref: https://learn.microsoft.com/rest/api/backup/protection-policies/get
#   description: Recovery Services vaults, protection policies
# - ref: https://learn.microsoft.com/rest/api/dataprotection/backup-policies/get
#   description: Backup vaults, backup policies
# - ref: https://learn.microsoft.com/rest/api/backup/protected-items/get
#   description: Recovery Services vaults, protected items and their last backup
# custom:
#   id: BAK006
#   severity: high
#   resource_types:
#   - postgresql.cnpg.io/ScheduledBackup
#   - velero.io/Schedule
#   - batch/CronJob
#   - Microsoft.RecoveryServices/vaults/backupPolicies
#   - Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems
#   - Microsoft.DataProtection/backupVaults/backupPolicies
#   reads:
#   - environment
#   - views.backup_runs.absent
#   - views.backup_runs.age_hours
#   - views.backup_runs.archives_wal
#   - views.backup_runs.last
#   - views.backup_schedules.absent
#   - views.backup_schedules.archives_wal
#   - views.backup_schedules.gap_hours
#   - views.backup_schedules.never
#   - views.backup_schedules.place
#   - views.backup_schedules.schedule
#   - views.backup_schedules.stopped
#   - views.backup_schedules.switch
#   absence_of: [postgresql.cnpg.io/Cluster]
#   parameters:
#     maximum_hours:
#       description: The recovery point objective, how many hours may lie between two backups.
#       schema: {type: number, exclusiveMinimum: 0}
#       default: 24
#     maximum_hours_with_wal:
#       description: How many hours may lie between two base backups of a database that archives its log all the time.
#       schema: {type: number, exclusiveMinimum: 0}
#       default: 168
#   message: "{kind} {name}: {what}"
#   remediation: Run the schedule at least as often as the recovery point objective asks for, every day of the week.
package erpguard.backup.schedule_misses_rpo

import data.erpguard.lib.finding

deny contains object.union(found, {"absent": []}) if {
	some row in input.views.backup_schedules
	row.stopped
	found := finding.at(row, [row.switch], {"what": "the schedule is switched off"})
}

deny contains object.union(found, {"absent": []}) if {
	some row in input.views.backup_schedules
	row.never
	what := sprintf("the schedule %s never comes", [row.schedule])
	found := finding.at(row, row.place, {"what": what})
}

deny contains violation if {
	some row in input.views.backup_schedules
	hours := _maximum(row.environment, row.archives_wal)
	row.gap_hours > hours
	what := sprintf("up to %v hours lie between two backups, more than %v", [row.gap_hours, hours])
	found := finding.at(row, row.place, {"what": what})
	violation := object.union(found, {"absent": row.absent})
}

deny contains violation if {
	some row in input.views.backup_runs
	hours := _maximum(row.environment, row.archives_wal)
	row.age_hours > hours
	found := finding.at(row, [], {"what": _overdue(row.last, hours)})
	violation := object.union(found, {"absent": row.absent, "key": "runs"})
}

_overdue("", _) := "its backups fail: none that succeeded is known"

_overdue(last, hours) := what if {
	last != ""
	what := sprintf("the last backup that succeeded is of %s, more than %v hours ago", [last, hours])
}

_maximum(environment, archives_wal) := hours if {
	archives_wal == true
	hours := input.settings.backup.schedule_misses_rpo[environment].maximum_hours_with_wal
}

_maximum(environment, archives_wal) := hours if {
	not archives_wal
	hours := input.settings.backup.schedule_misses_rpo[environment].maximum_hours
}
