# METADATA
# title: Velero backups are kept too shortly
# description: >-
#   Velero deletes a backup when its ttl is over. Without one, or with 0, it is 720 hours.
# related_resources:
# - ref: https://velero.io/docs/main/how-velero-works/#set-a-backup-to-expire
#   description: Velero, set a backup to expire
# - ref: https://velero.io/docs/main/api-types/schedule/
#   description: Velero, Schedule
# custom:
#   id: BAK008
#   severity: high
#   resource_types: [velero.io/Schedule]
#   reads: [environment, views.velero_schedules.ttl_hours]
#   parameters:
#     minimum_days:
#       description: How many days backups have to be kept.
#       schema: {type: integer, minimum: 1}
#       default: 30
#   message: "{kind} {name}: backups are kept for {hours} hours, less than {days} days"
#   remediation: Set spec.template.ttl to at least the retention that is asked for, such as 720h0m0s.
package erpguard.backup.velero_retention_short

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.velero_schedules
	days := input.settings.backup.velero_retention_short[row.environment].minimum_days
	row.ttl_hours < days * 24
	violation := finding.at(row, ["template", "ttl"], {"hours": row.ttl_hours, "days": days})
}
