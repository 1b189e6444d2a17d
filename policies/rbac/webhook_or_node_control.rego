# METADATA
# title: Control of webhooks or nodes
# description: >-
#   Whoever writes admission webhooks, APIServices, CustomResourceDefinitions, nodes or persistent volumes can read and
#   change what every namespace sends to the API server, or reach the hosts. Wildcards count as what they contain.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks
#   description: Kubernetes, RBAC good practices, control of admission webhooks
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation
#   description: Kubernetes, RBAC good practices, persistent volume creation
# custom:
#   id: RBAC007
#   severity: high
#   resource_types: [rbac.authorization.k8s.io/Role, rbac.authorization.k8s.io/ClusterRole]
#   reads: [views.role_rules.cluster_control_grants, views.role_rules.control_plane]
#   judged: {control_plane: [false]}
#   message: "{kind} {name} allows {rights}"
#   remediation: Take these resources out of the role, or allow reading them only.
package erpguard.rbac.webhook_or_node_control

import data.erpguard.lib.finding

deny contains finding.at(rule, path, {"rights": rights}) if {
	some rule in input.views.role_rules
	not rule.control_plane
	some path in {grant.resource_path | some grant in rule.cluster_control_grants}
	rights := sort({right |
		some grant in rule.cluster_control_grants
		grant.resource_path == path
		right := sprintf("%s on %s", [grant.verb, grant.resource])
	})
}
