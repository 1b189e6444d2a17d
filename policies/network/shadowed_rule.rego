# METADATA
# title: Rule that never matches
# description: >-
#   Rules of a network security group are asked in the order of their priorities, and the first that matches decides. A
#   rule whose packets are all taken by earlier ones has no effect, so the group does not do what it says.
# related_resources:
# - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#   description: Rules of a network security group and their order
# custom:
#   id: NET104
#   severity: low
#   resource_types: [Microsoft.Network/networkSecurityGroups, Microsoft.Network/networkSecurityGroups/securityRules]
#   reads:
#   - views.nsg_rules.rule
#   - views.nsg_rules.shadowed
#   - views.nsg_rules.before
#   - views.nsg_rules.doubt
#   - views.nsg_rules.related
#   message: "{kind} {name}: rule {rule} never matches: before it {before}"
#   remediation: >-
#     Give the rule a lower priority number if it is meant to have an effect, and remove it otherwise.
package erpguard.network.shadowed_rule

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.nsg_rules
	row.shadowed
	found := finding.at(row, [], {"rule": row.rule, "before": row.before})
	violation := object.union(found, {"related": row.related, "doubt": row.doubt})
}
