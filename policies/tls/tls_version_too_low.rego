# METADATA
# title: TLS version too low
# description: >-
#   TLS 1.0 and 1.1 are deprecated: they rest on MD5 and SHA-1 and have no authenticated encryption. A TLSOption without
#   minVersion takes the default of the Go release that Traefik was built with.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/
#   description: Traefik, TLS options
# - ref: https://www.rfc-editor.org/rfc/rfc8996
#   description: RFC 8996, deprecating TLS 1.0 and TLS 1.1
# - ref: https://go.dev/doc/go1.22
#   description: Go 1.22, the minimum version of TLS servers
# custom:
#   id: TLS003
#   severity: high
#   resource_types: [traefik.io/TLSOption]
#   reads: [views.tls_options.min_version, views.tls_options.explicit, environment]
#   message: "{kind} {name}: TLS {version} is accepted ({how}), {minimum} is asked for"
#   remediation: Set spec.minVersion to VersionTLS12 or VersionTLS13.
#   parameters:
#     minimum:
#       description: The lowest version that may be accepted.
#       schema: {enum: ["1.2", "1.3"]}
#       default: "1.2"
package erpguard.tls.tls_version_too_low

import data.erpguard.lib.finding

deny contains finding.at(option, ["spec", "minVersion"], values) if {
	some option in input.views.tls_options
	minimum := input.settings.tls.tls_version_too_low[option.environment].minimum
	option.min_version < minimum
	values := {"version": option.min_version, "minimum": minimum, "how": _how[option.explicit]}
}

_how[true] := "minVersion"

_how[false] := "the default of this version of Traefik"
