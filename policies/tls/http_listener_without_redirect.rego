# METADATA
# title: HTTP listener without redirect
# description: >-
#   A rule that answers plain HTTP with content sends sessions and data in the clear; all that an HTTP listener should
#   do is to lead to HTTPS. Each path of a path map is judged by itself. Challenges of ACME have to be answered over
#   HTTP: rules for their paths alone may do so.
# related_resources:
# - ref: https://learn.microsoft.com/azure/application-gateway/redirect-overview
#   description: Application Gateway, redirects
# - ref: https://learn.microsoft.com/azure/application-gateway/configuration-request-routing-rules
#   description: Application Gateway, request routing rules
# custom:
#   id: TLS012
#   severity: high
#   resource_types: [Microsoft.Network/applicationGateways]
#   reads:
#   - views.http_rules.redirects
#   - views.http_rules.paths
#   - views.http_rules.listener
#   - views.http_rules.rule
#   - views.http_rules.action
#   - environment
#   message: "{kind} {name}: rule {rule} of the HTTP listener {listener} {action}"
#   remediation: Give the rule a redirect configuration whose target is an HTTPS listener.
#   parameters:
#     plaintext_paths:
#       description: The paths that may be served over HTTP.
#       schema: {type: array, items: {type: string}}
#       default: ["/.well-known/acme-challenge/*"]
package erpguard.tls.http_listener_without_redirect

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.http_rules
	not row.redirects
	accepted := input.settings.tls.http_listener_without_redirect[row.environment].plaintext_paths
	not _accepted([path | some path in row.paths], accepted)
	violation := finding.at(row, [], {"rule": row.rule, "listener": row.listener, "action": row.action})
}

_accepted(paths, accepted) if {
	count(paths) > 0
	every path in paths {
		path in accepted
	}
}
