# METADATA
# title: Backup that the workload itself can delete
# description: >-
#   An identity that the pods of the ERP can use may delete the backups of the ERP, or what makes them: Velero's and
#   CloudNativePG's objects by the rights of its ServiceAccount; storage accounts with backups, what vaults protect and
#   database servers with their backups by roles in Azure, through workload identity or the identity of the nodes.
#   Whoever breaks into the web server then takes the last copy along. Immutability that is locked, and locks that the
#   identity cannot take away, count; soft delete does not, because it ends.
# related_resources:
# - ref: https://learn.microsoft.com/azure/backup/guidance-best-practices
#   description: Azure Backup, security and protection against ransomware
# - ref: https://velero.io/docs/main/backup-reference/
#   description: Velero, deleting backups
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   description: Kubernetes, RBAC good practices, least privilege
# custom:
#   id: BAK019
#   severity: high
#   resource_types: [workloads]
#   reads:
#   - views.backup_deletions.at
#   - views.backup_deletions.flow
#   - views.backup_deletions.identity
#   - views.backup_deletions.over
#   - views.backup_deletions.right
#   - views.backup_deletions.right_to_delete
#   - views.backup_deletions.tier
#   - views.backup_deletions.where
#   judged: {tier: [erp]}
#   message: "{kind} {name} can delete its own backups: {identity} {right}, over {over}"
#   remediation: >-
#     Take the right from the identity of the ERP; let another identity, that no pod of the ERP can use, write and
#     delete the backups, and lock immutability where the store offers it.
package erpguard.backup.backup_deletable_by_workload

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.backup_deletions
	row.tier == "erp"
	row.right_to_delete
	values := {"identity": row.identity, "right": row.right, "over": row.over}
	key := concat(" ", [row.identity, row.where])
	violation := object.union(finding.at(row, [], values), {"at": row.at, "key": key, "flow": row.flow})
}
