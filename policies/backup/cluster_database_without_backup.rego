# METADATA
# title: Database in the cluster without backup
# description: >-
#   A database needs a place for its backups and a schedule that fills it. A CloudNativePG Cluster needs a store
#   (Barman object store, plugin or volume snapshots) and a ScheduledBackup that uses it; Zalando's postgresql logical
#   backups or a WAL archive; a StatefulSet a Velero Schedule that takes its volume, or a CronJob that dumps it. A
#   dump that stays on a hostPath or another volume of the same node is lost with it.
# related_resources:
# - ref: https://cloudnative-pg.io/documentation/current/backup/
#   description: CloudNativePG, backup
# - ref: https://postgres-operator.readthedocs.io/en/latest/administrator/
#   description: Zalando's Postgres operator, logical backups and WAL archiving
# - ref: https://velero.io/docs/main/file-system-backup/
#   description: Velero, file system backup
# custom:
#   id: BAK004
#   severity: critical
#   severities: [critical, high]
#   resource_types: [postgresql.cnpg.io/Cluster, acid.zalan.do/postgresql, apps/StatefulSet]
#   reads:
#   - views.databases.absent
#   - views.databases.backup
#   - views.databases.local
#   - views.databases.missing
#   - views.databases.tier
#   judged: {tier: [data]}
#   absence_of:
#   - acid.zalan.do/OperatorConfiguration
#   - barmancloud.cnpg.io/ObjectStore
#   - batch/CronJob
#   - postgresql.cnpg.io/ScheduledBackup
#   - velero.io/Schedule
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Configure a backup store outside of the cluster and a schedule that uses it, and try a restore.
package erpguard.backup.cluster_database_without_backup

import data.erpguard.lib.finding

deny contains violation if {
	some database in input.views.databases
	database.tier == "data"
	database.backup == "no"
	found := finding.at(database, ["metadata", "name"], {"what": sprintf("no backup (%s)", [database.missing])})
	violation := object.union(found, {"absent": database.absent})
}

deny contains violation if {
	some database in input.views.databases
	database.tier == "data"
	database.backup == "node"
	found := finding.at(database, ["metadata", "name"], {"what": "its dumps stay on the node that they are made on"})
	violation := object.union(found, {"severity": "high", "at": database.local, "absent": database.absent})
}
