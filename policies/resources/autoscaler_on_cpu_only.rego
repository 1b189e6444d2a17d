# METADATA
# title: Autoscaler of workers on cpu only
# description: >-
#   Queue workers wait for the database and for other systems more than they compute, so cpu says little about how much
#   work is waiting. Without any metric an autoscaler looks at cpu.
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#   description: Kubernetes, horizontal pod autoscaling
# - ref: https://keda.sh/docs/latest/scalers/postgresql/
#   description: KEDA, scaling on the result of a PostgreSQL query
# custom:
#   id: RES008
#   severity: low
#   resource_types: [autoscaling/HorizontalPodAutoscaler]
#   reads: [views.autoscalers.only_cpu, views.autoscalers.target, views.autoscalers.worker]
#   judged: {worker: [true]}
#   message: "{kind} {name}: cpu is the only metric for the queue jobs of {target}"
#   remediation: Scale on the length or age of the queue, as an external metric or with KEDA.
package erpguard.resources.autoscaler_on_cpu_only

import data.erpguard.lib.finding

deny contains violation if {
	some autoscaler in input.views.autoscalers
	autoscaler.worker
	autoscaler.only_cpu
	violation := finding.at(autoscaler, ["metrics"], {"target": autoscaler.target})
}
