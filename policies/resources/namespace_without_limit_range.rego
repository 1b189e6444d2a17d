# METADATA
# title: Namespace without limit range
# description: >-
#   Without a LimitRange for containers, what somebody starts by hand in the namespace has neither request nor limit.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#   description: Kubernetes, limit ranges
# custom:
#   id: RES006
#   severity: low
#   resource_types: [core/Namespace, workloads, operator-workloads]
#   reads: [views.namespace_bounds.limit_range, views.namespace_bounds.namespace_name]
#   absence_of: [core/LimitRange]
#   message: "namespace {target}: no LimitRange for containers"
#   remediation: Add a LimitRange of type Container with default and defaultRequest for cpu and memory.
package erpguard.resources.namespace_without_limit_range

import data.erpguard.lib.finding

deny contains violation if {
	some namespace in input.views.namespace_bounds
	namespace.limit_range == false
	violation := finding.at(namespace, [], {"target": namespace.namespace_name})
}
