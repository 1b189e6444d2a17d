# METADATA
# title: CPU request missing
# description: >-
#   Without a cpu request a container gets what others leave over, and autoscaling on utilisation cannot work. A cpu
#   limit, a request of the pod as a whole and the default of a LimitRange count as request; 0 reserves nothing. A cpu
#   limit is asked for only by the parameter, since it throttles also where the node is idle.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Kubernetes, resource management for pods and containers
# custom:
#   id: RES003
#   severity: medium
#   resource_types: [workloads, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler]
#   reads:
#   - views.container_resources.container
#   - views.container_resources.cpu_limit
#   - views.container_resources.cpu_request
#   absence_of: [core/LimitRange]
#   message: "{kind} {name}: container {container} has no cpu {what}"
#   remediation: Set resources.requests.cpu to what the container needs in normal operation.
#   parameters:
#     require_limit:
#       description: Whether a cpu limit is asked for, too.
#       schema: {type: boolean}
#       default: false
package erpguard.resources.cpu_request_missing

import data.erpguard.lib.finding

deny contains finding.at(container, ["resources", "requests", "cpu"], values) if {
	some container in input.views.container_resources
	not container.cpu_request
	values := {"container": container.container, "what": "request"}
}

deny contains finding.at(container, ["resources", "limits", "cpu"], values) if {
	some container in input.views.container_resources
	input.settings.resources.cpu_request_missing[container.environment].require_limit
	not container.cpu_limit
	values := {"container": container.container, "what": "limit"}
}
