# METADATA
# title: Privilege escalation verbs
# description: >-
#   Rights by which a subject can get more rights than it has: bind or escalate on roles, impersonate, tokens of other
#   ServiceAccounts, approving or signing certificates (critical); writing roles or bindings (high). Wildcards count as
#   the rights that they contain.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#   description: Kubernetes, RBAC good practices, privilege escalation risks
# - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
#   description: Kubernetes, privilege escalation prevention
# custom:
#   id: RBAC004
#   severity: critical
#   severities: [critical, high]
#   resource_types: [rbac.authorization.k8s.io/Role, rbac.authorization.k8s.io/ClusterRole]
#   reads: [views.role_rules.identity_grants, views.role_rules.control_plane]
#   judged: {control_plane: [false]}
#   message: "{kind} {name} allows {rights}"
#   remediation: >-
#     Take these verbs and resources out of the role, and let a reviewed pipeline manage roles and bindings.
package erpguard.rbac.privilege_escalation_verbs

import data.erpguard.lib.finding

# What is dangerous by the verb alone; everything else by the resource that it is used on.
_verbs := {"bind", "escalate", "impersonate", "approve", "sign"}

deny contains object.union(finding.at(rule, path, {"rights": rights}), {"severity": severity}) if {
	some rule in input.views.role_rules
	not rule.control_plane
	some path in {_path(grant) | some grant in rule.identity_grants}
	here := [grant | some grant in rule.identity_grants; _path(grant) == path]
	rights := sort({right | some grant in here; right := sprintf("%s on %s", [grant.verb, grant.resource])})
	severity := _severity({"critical" | some grant in here; _is_critical(grant.verb, grant.resource)})
}

_path(grant) := grant.verb_path if grant.verb in _verbs

_path(grant) := grant.resource_path if not grant.verb in _verbs

_is_critical(verb, _) if verb in _verbs

_is_critical(_, resource) if resource == "serviceaccounts/token"

_severity(found) := "critical" if count(found) > 0

_severity(found) := "high" if count(found) == 0
