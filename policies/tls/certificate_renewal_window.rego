# METADATA
# title: Certificate renewal window
# description: >-
#   A certificate that is renewed shortly before its end leaves no time to notice and repair a failing issuer. RSA keys
#   under 2048 bits can be factored.
# related_resources:
# - ref: https://cert-manager.io/docs/usage/certificate/
#   description: cert-manager, renewal and private keys
# - ref: https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-131Ar2.pdf
#   description: NIST SP 800-131A, key lengths
# custom:
#   id: TLS010
#   severity: medium
#   resource_types: [cert-manager.io/Certificate]
#   reads:
#   - views.certificates.duration
#   - views.certificates.renewal
#   - views.certificates.renewal_key
#   - views.certificates.algorithm
#   - views.certificates.key_size
#   - environment
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Leave out renewBefore (a third of the duration is the default) or make it longer; use RSA keys of 2048 bits and
#     more, or ECDSA.
#   parameters:
#     hours:
#       description: Hours before the end by which long-lived certificates have to be renewed.
#       schema: {type: number, exclusiveMinimum: 0}
#       default: 336
#     share:
#       description: The part of the duration that is enough for short-lived certificates.
#       schema: {type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}
#       default: 0.25
#     rsa_bits:
#       description: The smallest accepted RSA key.
#       schema: {type: integer, minimum: 1}
#       default: 2048
package erpguard.tls.certificate_renewal_window

import data.erpguard.lib.finding

deny contains violation if {
	some certificate in input.views.certificates
	settings := input.settings.tls.certificate_renewal_window[certificate.environment]
	wanted := min([settings.hours * 3600, certificate.duration * settings.share])
	certificate.renewal < wanted
	what := sprintf("renewed %s before its end, %s are asked for", [_hours(certificate.renewal), _hours(wanted)])
	violation := finding.at(certificate, ["spec", certificate.renewal_key], {"what": what})
}

deny contains finding.at(certificate, ["spec", "privateKey", "size"], {"what": what}) if {
	some certificate in input.views.certificates
	certificate.algorithm == "RSA"
	settings := input.settings.tls.certificate_renewal_window[certificate.environment]
	certificate.key_size < settings.rsa_bits
	what := sprintf("an RSA key of %d bits, %d are asked for", [certificate.key_size, settings.rsa_bits])
}

_hours(seconds) := sprintf("%v hours", [round(seconds / 36) / 100])
