# METADATA
# title: Filestore not backed up
# description: >-
#   Odoo keeps attachments (invoices, drawings, mails) in files below its data directory, and the database only refers
#   to them. A volume that goes away with the pod loses them at the next restart; a claim needs a Velero Schedule or a
#   backup instance of its AKS cluster that takes it (of disks, not of file shares), or a backup job that mounts it. Not
#   judged where attachments live in the database or in object storage, which the annotation erpguard.io/attachments
#   (database, object-storage) or the configuration says.
# related_resources:
# - ref: https://www.odoo.com/documentation/18.0/developer/reference/cli.html
#   description: Odoo, command line interface (--data-dir)
# - ref: https://velero.io/docs/main/resource-filtering/
#   description: Velero, resource filtering
# - ref: https://velero.io/docs/main/file-system-backup/
#   description: Velero, file system backup with opt-in and opt-out
# - ref: https://learn.microsoft.com/azure/backup/azure-kubernetes-service-backup-overview
#   description: Azure Backup, backup of AKS clusters
# custom:
#   id: BAK007
#   severity: critical
#   resource_types: [workloads]
#   reads:
#   - views.filestores.absent
#   - views.filestores.at
#   - views.filestores.backup
#   - views.filestores.directory
#   - views.filestores.elsewhere
#   - views.filestores.tier
#   - views.filestores.what
#   judged: {tier: [erp]}
#   absence_of: [velero.io/Schedule, batch/CronJob, Microsoft.DataProtection/backupVaults/backupInstances]
#   message: "{kind} {name}: the attachments in {directory} {what}"
#   remediation: >-
#     Keep the data directory on a PersistentVolumeClaim and let a Velero Schedule, a backup instance of the AKS cluster
#     or a backup job take it.
package erpguard.backup.filestore_not_backed_up

import data.erpguard.lib.finding

deny contains violation if {
	some filestore in input.views.filestores
	filestore.tier == "erp"
	not filestore.elsewhere
	filestore.backup == "lost"
	values := {"directory": filestore.directory, "what": sprintf("are in %s", [filestore.what])}
	found := finding.at(filestore, ["metadata", "name"], values)
	violation := object.union(found, {"at": filestore.at, "absent": filestore.absent})
}

deny contains violation if {
	some filestore in input.views.filestores
	filestore.tier == "erp"
	not filestore.elsewhere
	filestore.backup == "no"
	values := {"directory": filestore.directory, "what": "are taken out of the backup"}
	found := finding.at(filestore, ["metadata", "name"], values)
	violation := object.union(found, {"at": filestore.at, "absent": filestore.absent})
}

deny contains violation if {
	some filestore in input.views.filestores
	filestore.tier == "erp"
	not filestore.elsewhere
	filestore.backup == "no"
	not filestore.at
	found := finding.at(filestore, ["metadata", "name"], {"directory": filestore.directory, "what": "are in no backup"})
	violation := object.union(found, {"absent": filestore.absent})
}
