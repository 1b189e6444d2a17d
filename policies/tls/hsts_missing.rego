# METADATA
# title: Strict transport security missing
# description: >-
#   A public TLS router of Traefik sends no Strict-Transport-Security, or one that browsers forget too soon, so that the
#   next visit may start in plain text and be taken over.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/
#   description: Traefik, headers middleware
# - ref: https://www.rfc-editor.org/rfc/rfc6797
#   description: RFC 6797, HTTP Strict Transport Security
# custom:
#   id: TLS011
#   severity: medium
#   resource_types: [networking.k8s.io/Ingress, traefik.io/IngressRoute, gateway.networking.k8s.io/HTTPRoute]
#   reads:
#   - environment
#   - views.routers.traefik
#   - views.routers.public_tls
#   - views.routers.hsts_seconds
#   - views.routers.hsts_at
#   - views.routers.label
#   - views.routers.attach_path
#   judged: {traefik: [true], public_tls: [true]}
#   message: "{kind} {name}: {label} {what}"
#   remediation: >-
#     Attach a headers middleware with stsSeconds of half a year or more to the router or to its entry point.
#   parameters:
#     minimum_seconds:
#       description: The shortest stsSeconds that is accepted.
#       schema: {type: integer, minimum: 0}
#       default: 15552000
package erpguard.tls.hsts_missing

import data.erpguard.lib.finding

deny contains violation if {
	some router in input.views.routers
	_judged(router.traefik, router.public_tls)
	not router.hsts_at
	minimum := input.settings.tls.hsts_missing[router.environment].minimum_seconds
	router.hsts_seconds < minimum
	what := _what(router.hsts_seconds, minimum)
	violation := object.union(finding.at(router, [], {"label": router.label, "what": what}), {"path": router.attach_path})
}

deny contains violation if {
	some router in input.views.routers
	_judged(router.traefik, router.public_tls)
	router.hsts_at
	minimum := input.settings.tls.hsts_missing[router.environment].minimum_seconds
	router.hsts_seconds < minimum
	what := _what(router.hsts_seconds, minimum)
	found := finding.at(router, [], {"label": router.label, "what": what})
	violation := object.union(found, {"path": router.attach_path, "at": router.hsts_at})
}

_what(seconds, _) := "has no Strict-Transport-Security" if seconds == 0

_what(seconds, minimum) := what if {
	seconds > 0
	what := sprintf("has Strict-Transport-Security for %d seconds, less than %d", [seconds, minimum])
}

_judged(traefik, public_tls) if {
	traefik == true
	public_tls == true
}
