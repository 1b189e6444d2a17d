# METADATA
# title: Wildcard in a custom role
# description: >-
#   A custom role with the action * grows with every service that Azure adds, and one that may write to
#   Microsoft.Authorization can assign roles, change policies or remove locks. What notActions take out is taken into
#   account exactly; the role still has * where only named operations are taken out.
# related_resources:
# - ref: https://learn.microsoft.com/azure/role-based-access-control/custom-roles
#   description: Azure custom roles
# - ref: https://learn.microsoft.com/azure/role-based-access-control/role-definitions
#   description: Azure RBAC, how actions and notActions combine
# custom:
#   id: RBAC103
#   severity: high
#   resource_types: [Microsoft.Authorization/roleDefinitions]
#   reads:
#   - views.custom_role_actions.role_name
#   - views.custom_role_actions.action
#   - views.custom_role_actions.every_provider
#   - views.custom_role_actions.authorization
#   message: "Custom role {role}: the action {action} allows {what}"
#   remediation: List the operations that the role needs, and leave role assignments, policies and locks to other roles.
package erpguard.rbac.wildcard_custom_role

import data.erpguard.lib.finding

deny contains finding.at(row, [], values) if {
	some row in input.views.custom_role_actions
	row.every_provider
	what := "the operations of every resource provider"
	values := {"role": row.role_name, "action": row.action, "what": what}
}

deny contains finding.at(row, [], values) if {
	some row in input.views.custom_role_actions
	not row.every_provider
	row.authorization != ""
	values := {"role": row.role_name, "action": row.action, "what": row.authorization}
}
