# METADATA
# title: Dangling role reference
# description: >-
#   A binding names a role or a ServiceAccount that does not exist: it gives nothing today, and something unforeseen to
#   whoever creates an object of that name. Roles of the control plane and default ServiceAccounts always exist.
# related_resources:
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
#   description: Kubernetes, RoleBinding and ClusterRoleBinding
# custom:
#   id: RBAC010
#   severity: low
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding, rbac.authorization.k8s.io/RoleBinding]
#   reads:
#   - views.binding_subjects.service_account_exists
#   - views.binding_subjects.subject_name
#   - views.bindings.role_exists
#   - views.bindings.role_kind
#   - views.bindings.role_name
#   absence_of: [rbac.authorization.k8s.io/Role, rbac.authorization.k8s.io/ClusterRole, core/ServiceAccount]
#   message: "{kind} {name}: there is no {what}"
#   remediation: Correct the name, create what it names, or delete the binding.
package erpguard.rbac.dangling_role_reference

import data.erpguard.lib.finding

# Whether the one type that decides is complete is part of `role_exists` and `service_account_exists`.
_absent := {"absent": []}

deny contains object.union(finding.at(binding, ["roleRef", "name"], {"what": what}), _absent) if {
	some binding in input.views.bindings
	binding.role_exists == false
	what := sprintf("%s %s", [binding.role_kind, binding.role_name])
}

deny contains object.union(finding.at(subject, ["name"], {"what": what}), _absent) if {
	some subject in input.views.binding_subjects
	subject.service_account_exists == false
	what := sprintf("ServiceAccount %s", [subject.subject_name])
}
