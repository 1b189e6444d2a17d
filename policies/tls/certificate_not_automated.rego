# METADATA
# title: Certificate not automated
# description: >-
#   A TLS secret that a router names is issued by nothing in the estate: neither a Certificate or an annotation of
#   cert-manager, nor a certificate resolver of Traefik. Certificates that people renew by hand expire unnoticed.
# related_resources:
# - ref: https://cert-manager.io/docs/usage/certificate/
#   description: cert-manager, Certificate
# - ref: https://cert-manager.io/docs/usage/ingress/
#   description: cert-manager, annotations of an Ingress
# - ref: https://doc.traefik.io/traefik/reference/install-configuration/tls/certificate-resolvers/overview/
#   description: Traefik, certificate resolvers
# custom:
#   id: TLS009
#   severity: medium
#   resource_types: [networking.k8s.io/Ingress, traefik.io/IngressRoute, gateway.networking.k8s.io/Gateway]
#   reads: [views.tls_secrets.automated, views.tls_secrets.secret]
#   absence_of: [cert-manager.io/Certificate]
#   message: "{kind} {name}: nothing in the estate issues the TLS secret {secret}"
#   remediation: >-
#     Add a Certificate of cert-manager for the secret, in its namespace, or name a certResolver of Traefik.
package erpguard.tls.certificate_not_automated

import data.erpguard.lib.finding

deny contains violation if {
	some secret in input.views.tls_secrets
	secret.automated == false
	violation := finding.at(secret, [], {"secret": secret.secret})
}
