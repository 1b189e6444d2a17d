# METADATA
# title: Binding to anonymous or to everyone
# description: >-
#   A role is bound to requests without credentials (system:anonymous, system:unauthenticated), to every user
#   (system:authenticated) or to every ServiceAccount (system:serviceaccounts).
# related_resources:
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
#   description: Kubernetes, anonymous requests
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
#   description: Kubernetes, referring to subjects
# custom:
#   id: RBAC003
#   severity: critical
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding, rbac.authorization.k8s.io/RoleBinding]
#   reads:
#   - views.binding_subjects.control_plane
#   - views.binding_subjects.role_name
#   - views.binding_subjects.subject_kind
#   - views.binding_subjects.subject_name
#   judged: {control_plane: [false]}
#   message: "{kind} {name} gives the role {role} to {subject}"
#   remediation: Bind the role to the users, groups or ServiceAccounts that need it.
package erpguard.rbac.anonymous_or_everyone_binding

import data.erpguard.lib.finding

_everyone := {
	"User": {"system:anonymous"},
	"Group": {"system:unauthenticated", "system:authenticated", "system:serviceaccounts"},
}

deny contains violation if {
	some subject in input.views.binding_subjects
	not subject.control_plane
	subject.subject_name in _everyone[subject.subject_kind]
	violation := finding.at(subject, [], {"subject": subject.subject_name, "role": subject.role_name})
}
