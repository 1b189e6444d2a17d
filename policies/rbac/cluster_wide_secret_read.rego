# METADATA
# title: Cluster-wide reading of secrets
# description: >-
#   A ClusterRoleBinding lets a subject get, list or watch the secrets of every namespace: database passwords, TLS keys
#   and tokens of all ServiceAccounts. Subjects on the accepted list and the control plane itself are left out.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
#   description: Kubernetes, RBAC good practices, listing secrets
# custom:
#   id: RBAC005
#   severity: high
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding]
#   reads:
#   - environment
#   - views.binding_subjects.control_plane
#   - views.binding_subjects.role_name
#   - views.binding_subjects.secret_reader
#   judged: {control_plane: [false]}
#   message: "{kind} {name} lets {subject} read the secrets of every namespace by the role {role}"
#   remediation: >-
#     Bind the role in the namespaces that need it with RoleBindings, or name the secrets in resourceNames.
#   parameters:
#     accepted_subjects:
#       description: >-
#         Who may read every secret, such as an ingress or certificate controller: `User:<name>`, `Group:<name>` or
#         `ServiceAccount:<namespace>/<name>`; a `*` at the end stands for any rest.
#       schema: {type: array, items: {type: string}}
#       default:
#       - Group:system:masters
#       - Group:kubeadm:cluster-admins
#       - User:system:apiserver
#       - User:system:kube-controller-manager
#       - User:system:kube-scheduler
package erpguard.rbac.cluster_wide_secret_read

import data.erpguard.lib.finding
import data.erpguard.lib.subjects

deny contains violation if {
	some subject in input.views.binding_subjects
	subject.kind == "ClusterRoleBinding"
	not subject.control_plane
	principal := subject.secret_reader
	settings := input.settings.rbac.cluster_wide_secret_read[subject.environment]
	not subjects.is_accepted(principal, settings.accepted_subjects)
	violation := finding.at(subject, [], {"subject": principal, "role": subject.role_name})
}
