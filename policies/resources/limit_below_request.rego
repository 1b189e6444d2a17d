# METADATA
# title: Limit below the request
# description: >-
#   The API server refuses a container, and a pod, that requests more of a resource than its limit allows. Limits that
#   come from a LimitRange or from the pod as a whole count. Quantities are compared exactly.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Kubernetes, resource management for pods and containers
# - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#   description: Kubernetes, limit ranges
# custom:
#   id: RES004
#   severity: high
#   resource_types: [workloads, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler]
#   reads:
#   - views.resource_bounds.container
#   - views.resource_bounds.exceeds
#   - views.resource_bounds.limit
#   - views.resource_bounds.request
#   - views.resource_bounds.resource_name
#   message: "{kind} {name}: {what} requests {request} of {resource_name}, its limit is {limit}"
#   remediation: Lower the request or raise the limit.
package erpguard.resources.limit_below_request

import data.erpguard.lib.finding

deny contains violation if {
	some bound in input.views.resource_bounds
	bound.exceeds
	values := {
		"what": _what(bound.container),
		"resource_name": bound.resource_name,
		"request": bound.request,
		"limit": bound.limit,
	}
	violation := finding.at(bound, ["resources", "requests", bound.resource_name], values)
}

_what(container) := "the pod as a whole" if container == ""

_what(container) := sprintf("container %s", [container]) if container != ""
