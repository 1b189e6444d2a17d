# METADATA
# title: Orphaned assignment
# description: >-
#   Azure keeps the role assignments of users, groups and applications that were deleted. They count against the limit
#   of assignments, work on for as long as tokens are valid, and hide in every review who really has access. Whether a
#   principal still exists is asked of the directory, where the scan may.
# related_resources:
# - ref: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
#   description: Azure RBAC, role assignments with identity not found
# - ref: https://learn.microsoft.com/graph/api/directoryobject-getbyids
#   description: Microsoft Graph, directory objects by their ids
# custom:
#   id: RBAC107
#   severity: low
#   resource_types: [Microsoft.Authorization/roleAssignments]
#   reads:
#   - views.assignment_principals.exists
#   - views.assignment_principals.holder
#   - views.assignment_principals.holder_role
#   - views.assignment_principals.holder_scope
#   - views.assignment_principals.holder_type
#   judged:
#     holder_type: [User, Group, ServicePrincipal, Device, Unknown]
#   message: "{kind} {name}: {holder} no longer exists, and is {role} on {scope}"
#   remediation: Delete the role assignment.
package erpguard.rbac.orphaned_assignment

import data.erpguard.lib.finding

deny contains finding.at(row, ["properties", "principalId"], values) if {
	some row in input.views.assignment_principals
	row.holder_type in {"User", "Group", "ServicePrincipal", "Device", "Unknown"}
	row.exists == false
	values := {"holder": row.holder, "role": row.holder_role, "scope": row.holder_scope}
}
