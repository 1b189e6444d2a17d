# METADATA
# title: Memory request missing
# description: >-
#   Without a memory request the scheduler puts the pod on a node that may have no room for it, and it is among the
#   first to be evicted. A limit, a request of the pod as a whole and the default of a LimitRange count as request;
#   a request of 0 reserves nothing.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Kubernetes, resource management for pods and containers
# - ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
#   description: Kubernetes, quality of service classes
# custom:
#   id: RES002
#   severity: medium
#   resource_types: [workloads, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler]
#   reads: [views.container_resources.container, views.container_resources.memory_request]
#   absence_of: [core/LimitRange]
#   message: "{kind} {name}: container {container} has no memory request"
#   remediation: Set resources.requests.memory to what the container needs in normal operation.
package erpguard.resources.memory_request_missing

import data.erpguard.lib.finding

deny contains violation if {
	some container in input.views.container_resources
	not container.memory_request
	violation := finding.at(container, ["resources", "requests", "memory"], {"container": container.container})
}
