# METADATA
# title: Host network or host port
# description: >-
#   A pod on the network of its node is outside of every NetworkPolicy and sees the node's traffic. A host port opens a
#   container on every address of its node, past Services and the ingress controller.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards, host namespaces and host ports
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
#   description: NetworkPolicy and hostNetwork pods
# custom:
#   id: NET008
#   severity: high
#   resource_types: [workloads]
#   reads: [views.pods.host_network, views.containers.ports, views.containers.container]
#   message: "{kind} {name}: {what}"
#   remediation: Remove hostNetwork and hostPort, and publish the port with a Service.
package erpguard.network.host_network_or_port

import data.erpguard.lib.finding

deny contains finding.at(pod, ["hostNetwork"], {"what": "the pod shares the network of its node"}) if {
	some pod in input.views.pods
	pod.host_network
}

deny contains violation if {
	some container in input.views.containers
	not container.resource in _on_host # such a pod has its one finding
	some port in container.ports
	port.host_port > 0
	what := sprintf("container %s takes port %d of its node", [container.container, port.host_port])
	violation := finding.at(container, ["ports", port.index, "hostPort"], {"what": what})
}

_on_host contains violation if {
	some pod in input.views.pods
	pod.host_network
	violation := pod.resource
}
