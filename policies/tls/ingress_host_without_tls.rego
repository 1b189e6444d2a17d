# METADATA
# title: Ingress host without TLS
# description: >-
#   A host of an Ingress, or its default backend, is served over plain HTTP, so that sessions and passwords can be read
#   on the way. For Traefik the annotations router.tls* or the entry points decide, spec.tls only loads certificates;
#   for other controllers an entry of spec.tls has to name the host, or an annotation a certificate that the load
#   balancer holds (application gateway, ALB).
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
#   description: Kubernetes, TLS of an Ingress
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
#   description: Traefik, annotations of an Ingress
# custom:
#   id: TLS001
#   severity: high
#   resource_types: [networking.k8s.io/Ingress]
#   reads:
#   - environment
#   - views.routers.encrypted
#   - views.routers.traefik
#   - views.routers.label
#   - views.routers.host_path
#   message: "{kind} {name}: {host} is served without TLS"
#   remediation: >-
#     Add the host to spec.tls with a secret, and leave ingress-nginx's ssl-redirect on. With Traefik set the annotation
#     traefik.ingress.kubernetes.io/router.tls to "true" and redirect the plain entry point.
#   parameters:
#     default_certificate:
#       description: >-
#         Controllers other than Traefik serve every host over TLS, with a default certificate.
#       schema: {type: boolean}
#       default: false
package erpguard.tls.ingress_host_without_tls

import data.erpguard.lib.finding

deny contains violation if {
	some router in input.views.routers
	router.kind == "Ingress"
	router.encrypted == false
	not _default_certificate(router.traefik, router.environment)
	violation := object.union(finding.at(router, [], {"host": router.label}), {"path": router.host_path})
}

_default_certificate(traefik, environment) if {
	traefik == false
	input.settings.tls.ingress_host_without_tls[environment].default_certificate
}
