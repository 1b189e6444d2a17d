# METADATA
# title: TLS version too low
# description: >-
#   TLS 1.0 and 1.1 are deprecated: they rest on MD5 and SHA-1 and have no authenticated encryption. A TLSOption without
#   minVersion takes the default of the Go release that Traefik was built with, an Azure service the one that it
#   documents. Predefined policies of application gateways are known by name; each is judged that a TLS listener has.
#   Storage accounts take nothing below 1.2 since 3 February 2026, whatever their minimum says.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/
#   description: Traefik, TLS options
# - ref: https://www.rfc-editor.org/rfc/rfc8996
#   description: RFC 8996, deprecating TLS 1.0 and TLS 1.1
# - ref: https://go.dev/doc/go1.22
#   description: Go 1.22, the minimum version of TLS servers
# - ref: https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview
#   description: Application Gateway, TLS policies
# - ref: https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-minimum-version
#   description: Azure Storage, minimum version of TLS
# - ref: https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-migrate-to-tls2
#   description: Azure Storage, the end of TLS 1.0 and 1.1
# custom:
#   id: TLS003
#   severity: high
#   resource_types:
#   - traefik.io/TLSOption
#   - Microsoft.Cache/redis
#   - Microsoft.Cache/redisEnterprise
#   - Microsoft.DBforMySQL/flexibleServers
#   - Microsoft.DBforMySQL/flexibleServers/configurations
#   - Microsoft.DBforMySQL/servers
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   - Microsoft.DBforPostgreSQL/flexibleServers/configurations
#   - Microsoft.DBforPostgreSQL/servers
#   - Microsoft.Network/applicationGateways
#   - Microsoft.Sql/managedInstances
#   - Microsoft.Sql/servers
#   - Microsoft.Storage/storageAccounts
#   - Microsoft.Web/sites
#   - Microsoft.Web/sites/config
#   - Microsoft.Web/sites/slots
#   - Microsoft.Web/sites/slots/config
#   reads:
#   - views.tls_options.min_version
#   - views.tls_options.explicit
#   - views.tls_minimums.min_version
#   - views.tls_minimums.how
#   - environment
#   message: "{kind} {name}: TLS {version} is accepted ({how}), {minimum} is asked for"
#   remediation: >-
#     Set spec.minVersion of the TLSOption to VersionTLS12 or VersionTLS13; set the minimum version of the Azure service
#     to 1.2, or give the application gateway the policy AppGwSslPolicy20220101 or AppGwSslPolicy20220101S.
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

deny contains finding.at(service, [], values) if {
	some service in input.views.tls_minimums
	minimum := input.settings.tls.tls_version_too_low[service.environment].minimum
	service.min_version < minimum
	values := {"version": service.min_version, "minimum": minimum, "how": service.how}
}

_how[true] := "minVersion"

_how[false] := "the default of this version of Traefik"
