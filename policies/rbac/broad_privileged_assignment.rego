# METADATA
# title: Broad privileged assignment
# description: >-
#   Whoever may assign roles on a subscription or above can give themselves every other right there. User Access
#   Administrator and Role Based Access Control Administrator need a condition that says which roles they may give to
#   whom. Standing Owners can do everything at any time: a few of them are enough to never be locked out. Custom roles
#   that allow the same count the same. Owners are counted for each scope, in the order of the names of their
#   assignments.
# related_resources:
# - ref: https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview
#   description: Azure RBAC, delegate role assignments with conditions
# - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#   description: Azure RBAC, best practices
# custom:
#   id: RBAC101
#   severity: critical
#   resource_types:
#   - Microsoft.Authorization/roleAssignments
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   reads:
#   - views.role_assignments.scope_kind
#   - views.role_assignments.scope
#   - views.role_assignments.effect
#   - views.role_assignments.role
#   - views.role_assignments.principal
#   - views.role_assignments.conditioned
#   - views.owner_counts.owner_rank
#   - views.owner_counts.owner_role
#   - views.owner_counts.owner_scope
#   - views.owner_counts.owner
#   - environment
#   judged:
#     scope_kind: [root, management group, subscription]
#     effect: [Owner, User Access Administrator, Role Based Access Control Administrator]
#   absence_of:
#   - Microsoft.Authorization/roleAssignmentScheduleInstances
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   - Microsoft.Authorization/roleEligibilityScheduleInstances
#   - Microsoft.Authorization/roleEligibilityScheduleRequests
#   message: "{kind} {name}: {principal} is {role} on {scope}, {what}"
#   remediation: >-
#     Give a narrower role at a narrower scope, add a condition that limits which roles may be assigned to whom, or make
#     the principal eligible through Privileged Identity Management instead.
#   parameters:
#     maximum_owners:
#       description: How many standing Owners one scope may have.
#       schema: {type: integer, minimum: 0}
#       default: 3
package erpguard.rbac.broad_privileged_assignment

import data.erpguard.lib.finding

deny contains object.union(finding.at(row, ["properties", "condition"], values), {"absent": []}) if {
	some row in input.views.role_assignments
	row.effect in {"User Access Administrator", "Role Based Access Control Administrator"}
	row.scope_kind in {"root", "management group", "subscription"}
	not row.conditioned
	what := "without a condition"
	values := {"principal": row.principal, "role": row.role, "scope": row.scope, "what": what}
}

deny contains finding.at(row, ["properties", "roleDefinitionId"], values) if {
	some row in input.views.owner_counts
	maximum := input.settings.rbac.broad_privileged_assignment[row.environment].maximum_owners
	row.owner_rank > maximum
	what := sprintf("standing Owner number %d where %d are accepted", [row.owner_rank, maximum])
	values := {"principal": row.owner, "role": row.owner_role, "scope": row.owner_scope, "what": what}
}
