# METADATA
# title: Backend verification off
# description: >-
#   With verification skipped, whoever stands between the proxy (or the API server) and the backend can read and change
#   everything: the connection is encrypted, but to anyone.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/serverstransport/
#   description: Traefik, ServersTransport
# - ref: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/
#   description: Kubernetes, APIService
# custom:
#   id: TLS007
#   severity: high
#   resource_types:
#   - traefik.io/ServersTransport
#   - traefik.io/ServersTransportTCP
#   - apiregistration.k8s.io/APIService
#   reads: [spec.insecureSkipVerify, spec.tls.insecureSkipVerify, spec.insecureSkipTLSVerify]
#   message: "{kind} {name}: the certificate of the backend is not verified"
#   remediation: Remove the setting, and name the authority that signs the backend (rootCAs, caBundle).
package erpguard.tls.backend_verification_off

import data.erpguard.lib.finding

deny contains finding.at(transport, ["spec", "insecureSkipVerify"], {}) if {
	some transport in input.resources["traefik.io/ServersTransport"]
	transport.body.spec.insecureSkipVerify == true
}

deny contains finding.at(transport, ["spec", "tls", "insecureSkipVerify"], {}) if {
	some transport in input.resources["traefik.io/ServersTransportTCP"]
	transport.body.spec.tls.insecureSkipVerify == true
}

deny contains finding.at(service, ["spec", "insecureSkipTLSVerify"], {}) if {
	some service in input.resources["apiregistration.k8s.io/APIService"]
	service.body.spec.insecureSkipTLSVerify == true
}
