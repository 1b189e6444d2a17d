# METADATA
# title: Namespace without quota
# description: >-
#   Without a ResourceQuota for cpu and memory, the workloads of one namespace can take the capacity of the cluster.
#   Several quotas together count; a quota that is scoped to some of the pods counts only with others that cover the
#   rest.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#   description: Kubernetes, resource quotas
# custom:
#   id: RES005
#   severity: medium
#   resource_types: [core/Namespace, workloads, operator-workloads]
#   reads:
#   - views.namespace_bounds.cpu_quota
#   - views.namespace_bounds.memory_quota
#   - views.namespace_bounds.namespace_name
#   absence_of: [core/ResourceQuota]
#   message: "namespace {target}: no ResourceQuota bounds {what} of all pods"
#   remediation: >-
#     Add a ResourceQuota with requests.cpu, requests.memory and limits.memory, sized for the workloads of the
#     namespace.
package erpguard.resources.namespace_without_quota

import data.erpguard.lib.finding

deny contains violation if {
	some namespace in input.views.namespace_bounds
	missing := _missing(namespace.cpu_quota, namespace.memory_quota)
	count(missing) > 0
	what := concat(" and ", missing)
	violation := finding.at(namespace, [], {"target": namespace.namespace_name, "what": what})
}

_missing(cpu, memory) := array.concat([name | name := "cpu"; not cpu], [name | name := "memory"; not memory])
