# METADATA
# title: Role assigned to an individual
# description: >-
#   A role that a user has directly stays when the user changes the job, and no access review of groups shows it.
# related_resources:
# - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#   description: Azure RBAC, assign roles to groups, not users
# custom:
#   id: RBAC105
#   severity: low
#   resource_types:
#   - Microsoft.Authorization/roleAssignments
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   reads:
#   - views.role_assignments.role
#   - views.role_assignments.scope
#   - views.role_assignments.scope_kind
#   - views.role_assignments.principal
#   - views.role_assignments.principal_type
#   judged: {scope_kind: [root, management group, subscription, resource group]}
#   message: "{kind} {name}: {principal} is {role} on {scope}"
#   remediation: Assign the role to a group, and put the user into it.
package erpguard.rbac.assignment_to_individual

import data.erpguard.lib.finding

deny contains finding.at(row, ["properties", "principalId"], values) if {
	some row in input.views.role_assignments
	row.scope_kind in {"root", "management group", "subscription", "resource group"}
	row.principal_type == "User"
	values := {"principal": row.principal, "role": row.role, "scope": row.scope}
}
