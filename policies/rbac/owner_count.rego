# METADATA
# title: Owner count
# description: >-
#   A subscription with one Owner is locked once that one leaves; every Owner more is one more account with which all
#   of it can be taken. Inherited Owners, eligible ones and those for a time count too, and custom roles that allow
#   the same. A group counts as one Owner: who is in it is not known to Azure. Where it is the only Owner, it is not
#   known whether there are enough.
# related_resources:
# - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#   description: Azure RBAC, limit the number of subscription owners
# - ref: https://learn.microsoft.com/azure/role-based-access-control/pim-integration
#   description: Azure RBAC, eligible and time-bound role assignments
# custom:
#   id: RBAC106
#   severity: medium
#   resource_types: [Microsoft.Resources/subscriptions]
#   reads:
#   - environment
#   - views.subscription_owners.at_least
#   - views.subscription_owners.at_most
#   - views.subscription_owners.groups
#   - views.subscription_owners.owners
#   - views.subscription_owners.related
#   - views.subscription_owners.subscription
#   - views.subscription_owners.surely
#   message: "subscription {subscription} has {what}; {accepted} are accepted"
#   remediation: >-
#     Give the subscription a second Owner who can be reached at any time, or take the role from those who do not need
#     it: Contributor is enough to manage resources, and Privileged Identity Management gives Owner for a time.
#   parameters:
#     minimum_owners:
#       description: How many Owners a subscription needs.
#       schema: {type: integer, minimum: 0}
#       default: 2
#     maximum_owners:
#       description: How many Owners a subscription may have.
#       schema: {type: integer, minimum: 0}
#       default: 3
package erpguard.rbac.owner_count

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.subscription_owners
	settings := input.settings.rbac.owner_count[row.environment]
	row.surely > settings.maximum_owners
	values := {
		"subscription": row.subscription,
		"what": sprintf("%d Owners: %s", [row.surely, row.owners]),
		"accepted": _accepted(settings),
	}
	violation := _finding(finding.at(row, ["displayName"], values), row.related)
}

deny contains violation if {
	some row in input.views.subscription_owners
	settings := input.settings.rbac.owner_count[row.environment]
	row.at_most < settings.minimum_owners
	not row.groups
	values := {
		"subscription": row.subscription,
		"what": _few(row.at_least, row.at_most, row.owners),
		"accepted": _accepted(settings),
	}
	violation := _finding(finding.at(row, ["displayName"], values), row.related)
}

deny contains object.union(finding.at(row, ["displayName"], values), {"doubt": doubt}) if {
	some row in input.views.subscription_owners
	settings := input.settings.rbac.owner_count[row.environment]
	row.at_least <= settings.maximum_owners
	doubt := _doubt(row.at_least, row.at_most, row.groups, settings)
	values := {
		"subscription": row.subscription,
		"what": sprintf("%d to %d Owners: %s", [row.at_least, row.at_most, row.owners]),
		"accepted": _accepted(settings),
	}
}

_doubt(_, most, _, settings) := "whether some assignments are those of Owners" if most > settings.maximum_owners

_doubt(least, most, _, settings) := "whether some assignments are those of Owners" if {
	least < settings.minimum_owners
	most >= settings.minimum_owners
	most <= settings.maximum_owners
}

_doubt(_, most, true, settings) := "how many people are in a group" if most < settings.minimum_owners

_finding(found, related) := object.union(found, {"related": related})

_few(_, 0, _) := "no Owner"

_few(1, 1, owners) := sprintf("one Owner: %s", [owners])

_few(least, most, owners) := sprintf("%d Owners: %s", [most, owners]) if {
	least == most
	most > 1
}

_few(least, most, _) := sprintf("%d at most who may be Owners", [most]) if least < most

_accepted(settings) := sprintf("%d to %d", [settings.minimum_owners, settings.maximum_owners])
