# METADATA
# title: Wildcard permission
# description: >-
#   `*` in verbs, resources or apiGroups gives rights on what exists today and on all that is installed later, the
#   special verbs bind, escalate and impersonate included. Roles of the control plane itself are left out.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   description: Kubernetes, RBAC good practices, least privilege
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
#   description: Kubernetes, aggregated ClusterRoles
# custom:
#   id: RBAC001
#   severity: high
#   resource_types: [rbac.authorization.k8s.io/Role, rbac.authorization.k8s.io/ClusterRole]
#   reads: [views.role_rules.wildcards, views.role_rules.control_plane]
#   judged: {control_plane: [false]}
#   message: "{kind} {name}: a rule has * in {field}"
#   remediation: List the verbs, resources and API groups that are needed instead of *.
package erpguard.rbac.wildcard_permission

import data.erpguard.lib.finding

deny contains violation if {
	some rule in input.views.role_rules
	not rule.control_plane
	some wildcard in rule.wildcards
	violation := finding.at(rule, wildcard.path, {"field": wildcard.field})
}
