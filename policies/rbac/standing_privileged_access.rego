# METADATA
# title: Standing privileged access
# description: >-
#   A user or group that holds Owner, Contributor, User Access Administrator or Role Based Access Control Administrator
#   for good has these rights also when nobody needs them. Privileged Identity Management gives them for a time. Custom
#   roles that allow the same count the same. An assignment is not standing where a schedule of the same principal, role
#   and scope ends, or makes the principal eligible.
# related_resources:
# - ref: https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-assign-roles
#   description: Privileged Identity Management, Azure resource roles
# - ref: https://learn.microsoft.com/azure/role-based-access-control/pim-integration
#   description: Azure RBAC, eligible and time-bound role assignments
# custom:
#   id: RBAC104
#   severity: high
#   resource_types:
#   - Microsoft.Authorization/roleAssignments
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   reads:
#   - views.role_assignments.effect
#   - views.role_assignments.role
#   - views.role_assignments.scope
#   - views.role_assignments.principal
#   - views.role_assignments.standing
#   - views.role_assignments.standing_type
#   judged:
#     effect: [Owner, Contributor, User Access Administrator, Role Based Access Control Administrator]
#     standing_type: [User, Group, ForeignGroup, nobody]
#   absence_of:
#   - Microsoft.Authorization/roleAssignmentScheduleInstances
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   - Microsoft.Authorization/roleEligibilityScheduleInstances
#   - Microsoft.Authorization/roleEligibilityScheduleRequests
#   message: "{kind} {name}: {principal} is {role} on {scope} for good"
#   remediation: Make the principal eligible for the role, or let the assignment end.
package erpguard.rbac.standing_privileged_access

import data.erpguard.lib.finding

_privileged := {"Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"}

deny contains finding.at(row, ["properties", "roleDefinitionId"], values) if {
	some row in input.views.role_assignments
	row.effect in _privileged
	row.standing_type in {"User", "Group", "ForeignGroup"}
	row.standing
	values := {"principal": row.principal, "role": row.role, "scope": row.scope}
}
