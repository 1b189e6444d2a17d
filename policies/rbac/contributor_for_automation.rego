# METADATA
# title: Contributor for automation
# description: >-
#   A service principal or managed identity that may write everything in a subscription turns every leaked secret and
#   every compromised pipeline into the loss of all its resources. Custom roles that allow the same count the same.
# related_resources:
# - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#   description: Azure RBAC, best practices
# - ref: https://learn.microsoft.com/azure/role-based-access-control/scope-overview
#   description: Azure RBAC, scopes
# custom:
#   id: RBAC102
#   severity: high
#   resource_types:
#   - Microsoft.Authorization/roleAssignments
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   reads:
#   - views.role_assignments.scope_kind
#   - views.role_assignments.scope
#   - views.role_assignments.automation_effect
#   - views.role_assignments.role
#   - views.role_assignments.principal
#   - views.role_assignments.principal_type
#   judged:
#     scope_kind: [root, management group, subscription]
#     automation_effect: [Owner, Contributor]
#   message: "{kind} {name}: {principal} is {role} on {scope}"
#   remediation: Give the identity the roles that it needs, on the resource groups that it works in.
package erpguard.rbac.contributor_for_automation

import data.erpguard.lib.finding

deny contains finding.at(row, ["properties", "roleDefinitionId"], values) if {
	some row in input.views.role_assignments
	row.automation_effect in {"Owner", "Contributor"}
	row.scope_kind in {"root", "management group", "subscription"}
	row.principal_type == "ServicePrincipal"
	values := {"principal": row.principal, "role": row.role, "scope": row.scope}
}
