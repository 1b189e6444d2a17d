# METADATA
# title: SNI not strict
# description: >-
#   Without sniStrict, Traefik answers a client that names no host, or one that no certificate is for, with its default
#   certificate: scanners learn what runs there, and users learn to accept warnings.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/
#   description: Traefik, TLS options, strict SNI checking
# custom:
#   id: TLS005
#   severity: low
#   resource_types: [traefik.io/TLSOption]
#   reads: [views.tls_options.sni_strict]
#   judged: {name: [default]}
#   message: "{kind} {name}: sniStrict is not true, so that unknown hosts get the default certificate"
#   fix: {sniStrict: true}
#   remediation: Set spec.sniStrict to true in the TLSOption named default.
package erpguard.tls.sni_not_strict

import data.erpguard.lib.finding

deny contains finding.at(option, ["spec", "sniStrict"], {}) if {
	some option in input.views.tls_options
	option.name == "default"
	option.sni_strict == false
}
