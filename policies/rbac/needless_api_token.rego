# METADATA
# title: Needless API token
# description: >-
#   The token of a ServiceAccount is mounted into pods though no binding gives that ServiceAccount anything: whoever
#   breaks into the pod gets a credential of the API server for nothing. Bindings to groups do not count.
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
#   description: Kubernetes, opt out of API credential automounting
# custom:
#   id: RBAC009
#   severity: medium
#   resource_types: [workloads]
#   reads:
#   - views.service_account_tokens.bound
#   - views.service_account_tokens.mounted
#   - views.service_account_tokens.service_account
#   - views.service_account_tokens.set_at
#   absence_of: [rbac.authorization.k8s.io/RoleBinding, rbac.authorization.k8s.io/ClusterRoleBinding]
#   message: "{kind} {name} mounts the token of the ServiceAccount {account}, to which no role is bound"
#   fix: {automountServiceAccountToken: false}
#   remediation: Set automountServiceAccountToken to false.
package erpguard.rbac.needless_api_token

import data.erpguard.lib.finding

deny contains object.union(finding.at(pod, ["automountServiceAccountToken"], {"account": account}), elsewhere) if {
	some pod in input.views.service_account_tokens
	pod.mounted
	pod.bound == false
	account := pod.service_account
	elsewhere := {"at": place | place := pod.set_at}
}
