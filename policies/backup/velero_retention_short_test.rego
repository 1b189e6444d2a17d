package erpguard.backup.velero_retention_short_test

import data.erpguard.backup.velero_retention_short

_input(fields) := {
	"settings": {"backup": {"velero_retention_short": {"production": {"minimum_days": 30}}}},
	"views": {"velero_schedules": {"s#spec": object.union(
		{"resource": "s", "key": "s#spec", "path": ["spec"], "environment": "production"},
		fields,
	)}},
}

test_default_passes if {
	violations := velero_retention_short.deny with input as _input({"ttl_hours": 720})
	violations == set()
}

test_short_fails_at_ttl if {
	violations := velero_retention_short.deny with input as _input({"ttl_hours": 719})
	violations == {{
		"resource": "s",
		"row": "s#spec",
		"path": ["spec", "template", "ttl"],
		"values": {"hours": 719, "days": 30},
	}}
}

test_unknown_says_nothing if {
	violations := velero_retention_short.deny with input as _input({})
	violations == set()
}
