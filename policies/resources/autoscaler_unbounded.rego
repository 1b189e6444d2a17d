# METADATA
# title: Autoscaler unbounded
# description: >-
#   An autoscaler with a very high maximum can exhaust node pools, database connections and budget; one whose minimum
#   is its maximum scales nothing. KEDA's maximum is 100 where none is set.
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#   description: Kubernetes, horizontal pod autoscaling
# - ref: https://keda.sh/docs/latest/reference/scaledobject-spec/
#   description: KEDA, ScaledObject specification
# custom:
#   id: RES007
#   severity: medium
#   resource_types: [autoscaling/HorizontalPodAutoscaler, keda.sh/ScaledObject]
#   reads:
#   - views.autoscalers.max_replicas
#   - views.autoscalers.maximum_key
#   - views.autoscalers.min_replicas
#   message: "{kind} {name}: {what}"
#   remediation: Set a maximum that the cluster and the database can bear, above the minimum.
#   parameters:
#     maximum_replicas:
#       description: The highest maximum that is accepted.
#       schema: {type: integer, minimum: 1}
#       default: 20
package erpguard.resources.autoscaler_unbounded

import data.erpguard.lib.finding

deny contains object.union(found, {"key": "maximum"}) if {
	some autoscaler in input.views.autoscalers
	accepted := input.settings.resources.autoscaler_unbounded[autoscaler.environment].maximum_replicas
	autoscaler.max_replicas > accepted
	what := sprintf("up to %d replicas, more than %d", [autoscaler.max_replicas, accepted])
	found := finding.at(autoscaler, [autoscaler.maximum_key], {"what": what})
}

deny contains object.union(found, {"key": "fixed"}) if {
	some autoscaler in input.views.autoscalers
	autoscaler.min_replicas >= autoscaler.max_replicas
	what := sprintf("at least %d replicas, at most %d", [autoscaler.min_replicas, autoscaler.max_replicas])
	found := finding.at(autoscaler, [autoscaler.maximum_key], {"what": what})
}
