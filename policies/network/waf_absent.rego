# METADATA
# title: No web application firewall
# description: >-
#   An application gateway or a Front Door without a web application firewall passes every request on to the ERP. One in
#   Detection mode, or one that is disabled, writes attacks down at best and passes them on as well. The security
#   policies of a Standard or Premium Front Door have to name every domain that its routes serve.
# related_resources:
# - ref: https://learn.microsoft.com/azure/web-application-firewall/ag/policy-overview
#   description: WAF policies of application gateways
# - ref: https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-policy-settings
#   description: WAF policies of Front Door
# custom:
#   id: NET112
#   severity: medium
#   resource_types: [Microsoft.Cdn/profiles, Microsoft.Network/applicationGateways, Microsoft.Network/frontDoors]
#   reads:
#   - views.web_application_firewalls.absent
#   - views.web_application_firewalls.at
#   - views.web_application_firewalls.blocks
#   - views.web_application_firewalls.what
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Attach a WAF policy that is enabled and in Prevention mode; an application gateway needs the WAF_v2 tier for that.
package erpguard.network.waf_absent

import data.erpguard.lib.finding

deny contains violation if {
	some firewall in input.views.web_application_firewalls
	not firewall.blocks
	found := finding.at(firewall, [], {"what": firewall.what})
	violation := object.union(found, {"at": firewall.at, "absent": firewall.absent})
}
