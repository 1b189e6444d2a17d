# METADATA
# title: Route without TLS
# description: >-
#   A route of Traefik, or an HTTP listener of a Gateway, is served in plain text: it asks for no TLS, and not all ways
#   into it are TLS by themselves or redirect to it. TCP routes are judged where they lead to a database or a cache.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
#   description: Traefik, IngressRoute
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/tcp/ingressroutetcp/
#   description: Traefik, IngressRouteTCP
# - ref: https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/
#   description: Gateway API, redirects to HTTPS
# custom:
#   id: TLS002
#   severity: high
#   resource_types: [traefik.io/IngressRoute, traefik.io/IngressRouteTCP, gateway.networking.k8s.io/Gateway]
#   reads:
#   - environment
#   - kind
#   - views.route_tls.plain
#   - views.route_tls.ports
#   - views.route_tls.label
#   - views.route_tls.fix_path
#   message: "{kind} {name}: {route} is served without TLS"
#   remediation: >-
#     Give the route a tls section, or let every plain entry point and every route of a plain listener redirect to
#     https.
#   parameters:
#     data_ports:
#       description: Ports of databases, poolers and caches, to which no TCP route may lead without TLS.
#       schema: {type: array, items: {type: integer}}
#       default: [5432, 6432, 6379, 3306, 1433]
package erpguard.tls.route_without_tls

import data.erpguard.lib.finding

_kinds := {"IngressRoute", "Gateway"}

deny contains violation if {
	some route in input.views.route_tls
	route.kind in _kinds
	route.plain
	violation := object.union(finding.at(route, [], {"route": route.label}), {"path": route.fix_path})
}

deny contains violation if {
	some route in input.views.route_tls
	route.kind == "IngressRouteTCP"
	route.plain
	data_ports := input.settings.tls.route_without_tls[route.environment].data_ports
	some port in route.ports
	port in data_ports
	title := sprintf("%s to port %d", [route.label, port])
	violation := object.union(finding.at(route, [], {"route": title}), {"path": route.fix_path})
}
