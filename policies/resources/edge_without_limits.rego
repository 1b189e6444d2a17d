# METADATA
# title: Edge without limits
# description: >-
#   A public router of Traefik bounds neither size, rate nor number of requests, or an entry point reads requests
#   without a bound in time: a few clients can take the whole edge.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/ratelimit/
#   description: Traefik, rateLimit middleware
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/buffering/
#   description: Traefik, buffering middleware
# - ref: https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
#   description: Traefik, respondingTimeouts of an entry point
# custom:
#   id: RES017
#   severity: medium
#   resource_types:
#   - networking.k8s.io/Ingress
#   - traefik.io/IngressRoute
#   - gateway.networking.k8s.io/HTTPRoute
#   - workloads
#   reads:
#   - views.routers.traefik
#   - views.routers.unlimited
#   - views.routers.label
#   - views.routers.attach_path
#   - views.traefik_entry_points.read_timeout_off
#   - views.traefik_entry_points.entry_point
#   - views.traefik_entry_points.at
#   judged: {traefik: [true]}
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Attach a buffering, inFlightReq or rateLimit middleware to the router or its entry point, and set
#     transport.respondingTimeouts.readTimeout of every entry point.
package erpguard.resources.edge_without_limits

import data.erpguard.lib.finding

deny contains violation if {
	some router in input.views.routers
	router.traefik
	router.unlimited
	what := sprintf("%s has no middleware that bounds size, rate or number of requests", [router.label])
	violation := object.union(finding.at(router, [], {"what": what}), {"path": router.attach_path})
}

deny contains violation if {
	some point in input.views.traefik_entry_points
	point.read_timeout_off
	what := sprintf("entry point %s reads requests without a bound in time", [point.entry_point])
	violation := object.union(finding.at(point, [], {"what": what}), {"at": point.at})
}
