package erpguard.backup.cluster_database_retention_short_test

import data.erpguard.backup.cluster_database_retention_short

_settings := {"backup": {"cluster_database_retention_short": {
	"production": {"minimum_days": 30},
	"test": {"minimum_days": 14},
}}}

_input(fields) := {
	"settings": _settings,
	"views": {"backup_retentions": {"c#p": object.union(
		{"resource": "c", "key": "c#p", "path": ["spec", "p"], "environment": "production", "retention": "x"},
		fields,
	)}},
}

test_short_fails_at_the_retention if {
	violations := cluster_database_retention_short.deny with input as _input({"days": 29})
	violations == {{
		"resource": "c",
		"row": "c#p",
		"path": ["spec", "p"],
		"values": {"retention": "x", "minimum": 30},
	}}
}

test_exactly_enough_passes if {
	violations := cluster_database_retention_short.deny with input as _input({"days": 30})
	violations == set()
}

test_other_environment_needs_less if {
	violations := cluster_database_retention_short.deny with input as _input({"days": 14, "environment": "test"})
	violations == set()
}

test_nothing_said_is_kept_for_ever if {
	violations := cluster_database_retention_short.deny with input as _input({})
	violations == set()
}
