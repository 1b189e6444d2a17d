# METADATA
# title: Weak cipher suite
# description: >-
#   Cipher suites without forward secrecy (RSA key exchange) or without authenticated encryption (CBC, RC4, 3DES) are
#   open to known attacks.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/
#   description: Traefik, TLS options
# - ref: https://www.rfc-editor.org/rfc/rfc9325#section-4.2
#   description: RFC 9325, recommended cipher suites
# custom:
#   id: TLS004
#   severity: medium
#   resource_types: [traefik.io/TLSOption]
#   reads: ["spec.cipherSuites[*]", environment]
#   message: "{kind} {name}: cipher suite {suite} is not among the accepted ones"
#   remediation: Remove the suite; keep ECDHE suites with GCM or ChaCha20-Poly1305.
#   parameters:
#     accepted:
#       description: >-
#         The names that may be listed. TLS_FALLBACK_SCSV is no suite, it protects against downgrades.
#       schema: {type: array, items: {type: string}}
#       default:
#       - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
#       - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
#       - TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305
#       - TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
#       - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
#       - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
#       - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305
#       - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
#       - TLS_AES_128_GCM_SHA256
#       - TLS_AES_256_GCM_SHA384
#       - TLS_CHACHA20_POLY1305_SHA256
#       - TLS_FALLBACK_SCSV
package erpguard.tls.weak_cipher_suite

import data.erpguard.lib.finding

deny contains finding.at(option, ["spec", "cipherSuites", index], {"suite": suite}) if {
	some option in input.resources["traefik.io/TLSOption"]
	accepted := input.settings.tls.weak_cipher_suite[option.environment].accepted
	some index, suite in option.body.spec.cipherSuites
	not suite in accepted
}
