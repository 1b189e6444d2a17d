# METADATA
# title: Default ServiceAccount bound
# description: >-
#   Rights of a namespace's default ServiceAccount are rights of every pod in it that names no other.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
#   description: Kubernetes, default ServiceAccounts
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#service-account-permissions
#   description: Kubernetes, ServiceAccount permissions
# custom:
#   id: RBAC008
#   severity: high
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding, rbac.authorization.k8s.io/RoleBinding]
#   reads:
#   - views.binding_subjects.control_plane
#   - views.binding_subjects.principal
#   - views.binding_subjects.role_name
#   - views.binding_subjects.service_account
#   judged: {control_plane: [false]}
#   message: "{kind} {name} gives the role {role} to {subject}"
#   remediation: Create a ServiceAccount for the workload that needs the role, and bind that one.
package erpguard.rbac.default_service_account_bound

import data.erpguard.lib.finding

deny contains violation if {
	some subject in input.views.binding_subjects
	not subject.control_plane
	subject.service_account == "default"
	violation := finding.at(subject, [], {"subject": subject.principal, "role": subject.role_name})
}
