# METADATA
# title: Load balancer bypasses the ingress
# description: >-
#   A Service of type LoadBalancer or NodePort that selects the pods of the ERP, of a pooler, a database or a cache
#   leads around the ingress controller, which ends TLS and applies its rules.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
#   description: Types of a Service
# custom:
#   id: TLS013
#   severity: high
#   resource_types: [core/Service, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler, acid.zalan.do/postgresql]
#   reads: [views.services.type, views.services.inner_pods]
#   judged: {type: [LoadBalancer, NodePort]}
#   message: "{kind} {name}: type {type} leads to {pods} without the ingress controller"
#   remediation: Make the Service type ClusterIP and publish it with an Ingress or IngressRoute that has TLS.
package erpguard.tls.load_balancer_bypasses_ingress

import data.erpguard.lib.finding

_published := {"LoadBalancer", "NodePort"}

deny contains violation if {
	some service in input.views.services
	service.type in _published
	count(service.inner_pods) > 0
	titles := [pod.title | some pod in service.inner_pods]
	related := [{"resource": pod.resource, "path": pod.path, "message": pod.title} | some pod in service.inner_pods]
	found := finding.at(service, ["spec", "type"], {"type": service.type, "pods": titles})
	violation := object.union(found, {"related": related})
}
