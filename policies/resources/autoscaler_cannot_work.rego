# METADATA
# title: Autoscaler cannot work
# description: >-
#   A HorizontalPodAutoscaler whose target does not exist scales nothing. One that measures utilisation compares with
#   the requests, so that a container without one stops it. One that measures a resource whose requests a
#   VerticalPodAutoscaler changes at the same time chases its own tail.
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#   description: Kubernetes, horizontal pod autoscaling, how the algorithm takes requests
# - ref: https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md
#   description: Vertical Pod Autoscaler, known limitations
# custom:
#   id: RES009
#   severity: high
#   resource_types: [autoscaling/HorizontalPodAutoscaler]
#   reads:
#   - views.autoscaler_conflicts.conflicts
#   - views.autoscaler_conflicts.resource_name
#   - views.autoscaler_conflicts.vertical
#   - views.autoscaler_conflicts.vertical_resource
#   - views.autoscaler_metrics.container
#   - views.autoscaler_metrics.request_path
#   - views.autoscaler_metrics.request_resource
#   - views.autoscaler_metrics.requested
#   - views.autoscaler_metrics.resource_name
#   - views.autoscalers.target
#   - views.autoscalers.target_missing
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Name a target that exists, set requests in all its containers, and let a VerticalPodAutoscaler control other
#     resources than those that the HorizontalPodAutoscaler measures.
package erpguard.resources.autoscaler_cannot_work

import data.erpguard.lib.finding

deny contains finding.at(autoscaler, ["scaleTargetRef"], {"what": what}) if {
	some autoscaler in input.views.autoscalers
	autoscaler.target_missing
	what := sprintf("its target, %s, does not exist", [autoscaler.target])
}

deny contains object.union(found, more) if {
	some metric in input.views.autoscaler_metrics
	metric.requested == false
	what := sprintf("%s utilisation of container %s has no request to compare with", [
		metric.resource_name,
		metric.container,
	])
	found := finding.at(metric, [], {"what": what})
	more := {
		"at": {"resource": metric.request_resource, "path": metric.request_path},
		"absent": ["core/LimitRange"],
	}
}

deny contains violation if {
	some conflict in input.views.autoscaler_conflicts
	conflict.conflicts
	what := sprintf("VerticalPodAutoscaler %s changes the %s requests that it measures by", [
		conflict.vertical,
		conflict.resource_name,
	])
	found := finding.at(conflict, [], {"what": what})
	related := {
		"resource": conflict.vertical_resource,
		"path": ["metadata", "name"],
		"message": sprintf("VerticalPodAutoscaler %s", [conflict.vertical]),
	}
	violation := object.union(found, {"related": [related], "key": conflict.vertical})
}
