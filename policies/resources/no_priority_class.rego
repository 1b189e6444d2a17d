# METADATA
# title: No priority class
# description: >-
#   When nodes are short, the scheduler evicts pods of lower priority. What people wait for (Odoo's web workers, edge,
#   pooler, cache and database) without a priority class has no precedence over batch jobs. A PriorityClass that is the
#   global default counts.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
#   description: Kubernetes, pod priority and preemption
# - ref: https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/
#   description: CloudNativePG, API reference, priorityClassName
# custom:
#   id: RES014
#   severity: low
#   resource_types: [workloads, postgresql.cnpg.io/Cluster]
#   reads: [views.priorities.interactive, views.priorities.priority_class, views.priorities.tier]
#   judged: {interactive: [true]}
#   absence_of: [scheduling.k8s.io/PriorityClass]
#   message: "{kind} {name}: tier {tier} without a priority class"
#   remediation: Create a PriorityClass for what people wait for, and name it in priorityClassName.
package erpguard.resources.no_priority_class

import data.erpguard.lib.finding

deny contains violation if {
	some workload in input.views.priorities
	workload.interactive
	workload.priority_class == false
	violation := finding.at(workload, ["priorityClassName"], {"tier": workload.tier})
}
