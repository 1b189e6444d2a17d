# METADATA
# title: Way from the internet to the data tier
# description: >-
#   A whole way is open: a Service of type LoadBalancer with a public address and no limit of its sources, the network
#   security group of the nodes' subnet that lets the packets in, and no NetworkPolicy that keeps them from the pods
#   of a database, a pooler or a cache. Each step may look harmless by itself. A way is judged where the AKS cluster
#   is in the same scan as the objects in it.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/load-balancer-standard
#   description: AKS, public standard load balancer
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/
#   description: Kubernetes, network policies
# custom:
#   id: NET113
#   severity: critical
#   resource_types: [core/Service, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler, traefik.io/IngressRouteTCP]
#   reads:
#   - environment
#   - views.internet_paths.flow
#   - views.internet_paths.most
#   - views.internet_paths.open
#   - views.internet_paths.port
#   - views.internet_paths.service
#   - views.internet_paths.spot
#   - views.internet_paths.sure
#   - views.internet_paths.target
#   absence_of: [networking.k8s.io/NetworkPolicy]
#   message: "{service} is a way from the internet to {target}, at port {port}"
#   remediation: >-
#     Make the Service internal or of type ClusterIP, let the group of the subnet deny the port, and isolate the pods
#     with a NetworkPolicy that admits their clients only.
#   parameters:
#     maximum_public_addresses:
#       description: As many public IPv4 addresses may come through the groups; an allow-list of offices has fewer.
#       schema: {type: integer, minimum: 0}
#       default: 65536
package erpguard.network.internet_to_data_path

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.internet_paths
	row.open
	row.sure > input.settings.network.internet_to_data_path[row.environment].maximum_public_addresses
	values := {"service": row.service, "target": row.target, "port": row.port}
	key := sprintf("%d %s", [row.port, row.target])
	violation := object.union(finding.at(row, row.spot, values), {"key": key, "flow": row.flow})
}

deny contains violation if {
	some row in input.views.internet_paths
	row.open
	maximum := input.settings.network.internet_to_data_path[row.environment].maximum_public_addresses
	row.sure <= maximum
	row.most > maximum
	values := {"service": row.service, "target": row.target, "port": row.port}
	key := sprintf("%d %s", [row.port, row.target])
	found := finding.at(row, row.spot, values)
	violation := object.union(found, {"key": key, "flow": row.flow, "doubt": "what the groups of Azure let in"})
}
