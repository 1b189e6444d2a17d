# METADATA
# title: Weak cipher suite
# description: >-
#   Cipher suites without forward secrecy (RSA key exchange) or without authenticated encryption (CBC, RC4, 3DES) are
#   open to known attacks. Of an application gateway its custom policy is judged, and those of its TLS profiles.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/
#   description: Traefik, TLS options
# - ref: https://www.rfc-editor.org/rfc/rfc9325#section-4.2
#   description: RFC 9325, recommended cipher suites
# - ref: https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview#custom-tls-policy
#   description: Application Gateway, custom TLS policies
# custom:
#   id: TLS004
#   severity: medium
#   resource_types: [traefik.io/TLSOption, Microsoft.Network/applicationGateways]
#   reads:
#   - "spec.cipherSuites[*]"
#   - properties.sslPolicy.policyType
#   - "properties.sslPolicy.cipherSuites[*]"
#   - "properties.sslProfiles[*].properties.sslPolicy.policyType"
#   - "properties.sslProfiles[*].properties.sslPolicy.cipherSuites[*]"
#   - environment
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

deny contains finding.at(gateway, ["properties", "sslPolicy", "cipherSuites", index], {"suite": suite}) if {
	some gateway in input.resources["Microsoft.Network/applicationGateways"]
	not gateway.body.properties.sslPolicy.policyType == "Predefined"
	accepted := input.settings.tls.weak_cipher_suite[gateway.environment].accepted
	some index, suite in gateway.body.properties.sslPolicy.cipherSuites
	not suite in accepted
}

deny contains finding.at(gateway, path, {"suite": suite}) if {
	some gateway in input.resources["Microsoft.Network/applicationGateways"]
	some profile, item in gateway.body.properties.sslProfiles
	not item.properties.sslPolicy.policyType == "Predefined"
	accepted := input.settings.tls.weak_cipher_suite[gateway.environment].accepted
	some index, suite in item.properties.sslPolicy.cipherSuites
	not suite in accepted
	path := ["properties", "sslProfiles", profile, "properties", "sslPolicy", "cipherSuites", index]
}
