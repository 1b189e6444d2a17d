# METADATA
# title: Commands in pods
# description: >-
#   exec, attach, port-forward, ephemeral containers and the node proxy let a subject act inside of running pods, past
#   the application's own log-in and audit. Wildcards count as the rights that they contain.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
#   description: Kubernetes, RBAC good practices
# - ref: https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/
#   description: Kubernetes, debug running pods
# custom:
#   id: RBAC006
#   severity: high
#   resource_types: [rbac.authorization.k8s.io/Role, rbac.authorization.k8s.io/ClusterRole]
#   reads: [views.role_rules.pod_access_grants, views.role_rules.control_plane]
#   judged: {control_plane: [false]}
#   message: "{kind} {name} allows {rights}"
#   remediation: >-
#     Take these resources out of the role; give support staff a separate role that is bound for a limited time.
package erpguard.rbac.exec_into_pods

import data.erpguard.lib.finding

deny contains finding.at(rule, path, {"rights": rights}) if {
	some rule in input.views.role_rules
	not rule.control_plane
	some path in {grant.resource_path | some grant in rule.pod_access_grants}
	rights := sort({right |
		some grant in rule.pod_access_grants
		grant.resource_path == path
		right := sprintf("%s on %s", [grant.verb, grant.resource])
	})
}
