package erpguard.resources.tiers_not_separated_test

import data.erpguard.resources.tiers_not_separated

_at := {"resource": "w", "path": ["spec", "containers", 0, "args", 1]}

_input(fields) := {"views": {"odoo_roles": {"w#": object.union(
	{"resource": "w", "key": "w#", "path": ["spec"], "tier": "erp", "jobs": "cron jobs", "at": _at},
	fields,
)}}}

test_separate_passes if {
	violations := tiers_not_separated.deny with input as _input({"mixed": false})
	violations == set()
}

test_mixed_fails if {
	violations := tiers_not_separated.deny with input as _input({"mixed": true})
	violations == {{
		"resource": "w",
		"row": "w#",
		"path": ["spec"],
		"at": _at,
		"values": {"jobs": "cron jobs"},
	}}
}

test_another_tier_is_not_judged if {
	violations := tiers_not_separated.deny with input as _input({"mixed": true, "tier": "data"})
	violations == set()
}

test_unknown_is_no_violation if {
	violations := tiers_not_separated.deny with input as _input({})
	violations == set()
}
