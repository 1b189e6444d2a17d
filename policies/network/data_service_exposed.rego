# METADATA
# title: Data service exposed
# description: >-
#   A Service of type LoadBalancer or NodePort, or one with external addresses, makes a database, pooler or cache
#   reachable from outside of the cluster.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
#   description: Types of a Service
# - ref: https://kubernetes.io/docs/concepts/services-networking/service/#external-ips
#   description: External addresses of a Service
# custom:
#   id: NET006
#   severity: critical
#   resource_types: [core/Service, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler, acid.zalan.do/postgresql]
#   reads: [views.services.published, views.services.exposures, views.services.data_pods]
#   judged: {published: [true]}
#   message: "{kind} {name}: {what} publishes {pods}"
#   remediation: >-
#     Make the Service type ClusterIP without externalIPs, and let clients connect from inside of the cluster or over a
#     private connection.
package erpguard.network.data_service_exposed

import data.erpguard.lib.finding

deny contains violation if {
	some service in input.views.services
	service.published
	some exposure in service.exposures
	count(service.data_pods) > 0
	pods := [pod.title | some pod in service.data_pods]
	related := [{"resource": pod.resource, "path": pod.path, "message": pod.title} | some pod in service.data_pods]
	found := finding.at(service, exposure.path, {"what": exposure.what, "pods": pods})
	violation := object.union(found, {"related": related})
}
