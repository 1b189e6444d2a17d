# METADATA
# title: Rules of the shop
# description: What the shop asks for.
# custom:
#   severity: low
package main

# METADATA
# title: An owner is named
# description: Somebody has to be asked.
# related_resources:
# - ref: https://example.com/owners
#   description: Owners
# custom:
#   id: SHOP-1
#   remediation: Add `owner`.
deny_owner contains "no owner" if not input.owner

# METADATA
# scope: document
# custom:
#   severity: critical
deny_team contains "no team" if not input.team

deny_team contains "no team at all" if not input.teams
