# METADATA
# title: Load balancer open to the internet
# description: >-
#   A Service of type LoadBalancer gets a public address on Azure unless an annotation makes it internal, and everybody
#   may connect unless source ranges or service tags limit that.
# related_resources:
# - ref: https://kubernetes-sigs.github.io/cloud-provider-azure/topics/loadbalancer/
#   description: Azure load balancer annotations
# - ref: https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
#   description: Services of type LoadBalancer
# custom:
#   id: NET007
#   severity: high
#   resource_types: [core/Service, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler, acid.zalan.do/postgresql]
#   reads:
#   - environment
#   - name
#   - namespace
#   - views.services.load_balancer_class
#   - views.services.openings
#   - views.services.type
#   judged: {type: [LoadBalancer]}
#   message: "{kind} {name}: its load balancer is open to the internet: {what}"
#   remediation: >-
#     Set the annotation service.beta.kubernetes.io/azure-load-balancer-internal to "true", or list the clients in
#     loadBalancerSourceRanges.
#   parameters:
#     public_services:
#       description: Services that may be open to everybody, as namespace/name, such as that of the ingress controller.
#       schema: {type: array, items: {type: string, pattern: "^[^/]+/[^/]+$"}}
#       default: []
#     private_load_balancer_classes:
#       description: Values of loadBalancerClass whose load balancers are not reachable from the internet.
#       schema: {type: array, items: {type: string}}
#       default: []
package erpguard.network.load_balancer_open

import data.erpguard.lib.finding

deny contains violation if {
	some service in input.views.services
	service.type == "LoadBalancer"
	settings := input.settings.network.load_balancer_open[service.environment]
	not service.load_balancer_class in settings.private_load_balancer_classes
	not concat("/", [service.namespace, service.name]) in settings.public_services
	some opening in service.openings
	violation := finding.at(service, opening.path, {"what": opening.what})
}
