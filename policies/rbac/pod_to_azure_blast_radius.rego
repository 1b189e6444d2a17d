# METADATA
# title: Way from a pod to a database, vault or backup
# description: >-
#   A ServiceAccount that is federated with a managed identity gives every pod that runs as it, and whoever gets into
#   one, the roles of that identity in Azure. A role that may change a database, a key vault or backups, or that uses
#   what is in them, makes a hole in one web page a way to all data and to the last copy of it. To be the
#   administrator of a database server, or in an access policy of a key vault, counts like a role.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/workload-identity-overview
#   description: AKS, workload identity
# - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#   description: Azure RBAC, only grant the access users need
# custom:
#   id: RBAC111
#   severity: high
#   resource_types: [core/ServiceAccount]
#   reads:
#   - environment
#   - views.pod_rights.at
#   - views.pod_rights.flow
#   - views.pod_rights.holds
#   - views.pod_rights.identity
#   - views.pod_rights.over
#   - views.pod_rights.over_kind
#   - views.pod_rights.role
#   - views.pod_rights.scope
#   message: "{kind} {namespace}/{name}: its pods are {role} on {scope} as identity {identity}: a right over {over}"
#   remediation: >-
#     Give the identity of the pods a narrower role, or the same role on a narrower scope; let backups be written by
#     an identity that cannot delete them, and keep the identity of administration out of the namespace.
#   parameters:
#     accepted:
#       description: >-
#         Roles that pods may hold over a database, a key vault or a backup, where they need them: Key Vault Secrets
#         User over a key vault, say; other rights go by what the message calls them.
#       schema:
#         type: array
#         items:
#           type: object
#           required: [role, over]
#           additionalProperties: false
#           properties:
#             role: {type: string}
#             over: {enum: [database, key vault, backup]}
#       default: []
package erpguard.rbac.pod_to_azure_blast_radius

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.pod_rights
	row.holds
	settings := input.settings.rbac.pod_to_azure_blast_radius[row.environment]
	not {"role": row.role, "over": row.over_kind} in settings.accepted
	values := {"role": row.role, "scope": row.scope, "identity": row.identity, "over": row.over}
	found := finding.at(row, ["metadata", "name"], values)
	violation := object.union(found, {"at": row.at, "key": row.over_kind, "flow": row.flow})
}
