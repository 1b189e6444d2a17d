# METADATA
# title: Way to become an administrator of everything
# description: >-
#   A subject that is no administrator can become one with the rights that it has, in one step or in several: by pods
#   that run as a stronger ServiceAccount, by tokens, impersonation, binding or escalating roles, commands in the pods
#   of others, certificates, or a node and the tokens on it. What it becomes on the way is reported step by step. Where
#   several bindings begin equally short ways, each is reported. Namespaces let privileged pods in unless their labels
#   or estate.pod_security in the configuration say otherwise.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#   description: Kubernetes, RBAC good practices, privilege escalation risks
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-admission/
#   description: Kubernetes, Pod Security Admission
# custom:
#   id: RBAC011
#   severity: critical
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding, rbac.authorization.k8s.io/RoleBinding]
#   reads:
#   - environment
#   - views.escalations.chain
#   - views.escalations.control_plane
#   - views.escalations.escalating
#   - views.escalations.flow
#   judged: {control_plane: [false]}
#   message: "{kind} {name} lets {subject} become an administrator of everything: {chain}"
#   remediation: >-
#     Cut the way at its first step with a role that allows less, let namespaces refuse privileged pods, and keep
#     stronger ServiceAccounts in namespaces of their own.
#   parameters:
#     accepted_subjects:
#       description: >-
#         Who may get to be an administrator, as parts of the platform are: `User:<name>`, `Group:<name>` or
#         `ServiceAccount:<namespace>/<name>`; a `*` at the end stands for any rest.
#       schema: {type: array, items: {type: string}}
#       default:
#       - Group:system:masters
#       - Group:system:nodes
#       - Group:kubeadm:cluster-admins
#       - User:system:apiserver
#       - User:system:kube-controller-manager
#       - User:system:kube-scheduler
#       - User:system:node:*
#       - ServiceAccount:kube-system/*
package erpguard.rbac.effective_escalation_path

import data.erpguard.lib.finding
import data.erpguard.lib.subjects

deny contains violation if {
	some start in input.views.escalations
	not start.control_plane
	principal := start.escalating
	settings := input.settings.rbac.effective_escalation_path[start.environment]
	not subjects.is_accepted(principal, settings.accepted_subjects)
	values := {"subject": principal, "chain": start.chain}
	violation := object.union(finding.at(start, [], values), {"flow": start.flow})
}
