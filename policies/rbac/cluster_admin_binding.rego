# METADATA
# title: Cluster administrator binding
# description: >-
#   A subject is bound to cluster-admin, or to a role that allows every verb on every resource of every group, in one
#   rule or in several. Subjects on the accepted list and bindings of the control plane itself are left out.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   description: Kubernetes, RBAC good practices, least privilege
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
#   description: Kubernetes, user-facing roles
# custom:
#   id: RBAC002
#   severity: critical
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding, rbac.authorization.k8s.io/RoleBinding]
#   reads:
#   - environment
#   - views.binding_subjects.cluster_administrator
#   - views.binding_subjects.control_plane
#   - views.binding_subjects.role_name
#   judged: {control_plane: [false]}
#   message: "{kind} {name} makes {subject} an administrator of everything by the role {role}"
#   remediation: >-
#     Bind a role that allows only what the subject needs; keep cluster-admin for an emergency group on the accepted
#     list.
#   parameters:
#     accepted_subjects:
#       description: >-
#         Who may be an administrator of everything: `User:<name>`, `Group:<name>` or
#         `ServiceAccount:<namespace>/<name>`; a `*` at the end stands for any rest.
#       schema: {type: array, items: {type: string}}
#       default:
#       - Group:system:masters
#       - Group:kubeadm:cluster-admins
#       - User:system:apiserver
#       - User:system:kube-controller-manager
#       - User:system:kube-scheduler
package erpguard.rbac.cluster_admin_binding

import data.erpguard.lib.finding
import data.erpguard.lib.subjects

deny contains violation if {
	some subject in input.views.binding_subjects
	not subject.control_plane
	principal := subject.cluster_administrator
	settings := input.settings.rbac.cluster_admin_binding[subject.environment]
	not subjects.is_accepted(principal, settings.accepted_subjects)
	violation := finding.at(subject, [], {"subject": principal, "role": subject.role_name})
}
