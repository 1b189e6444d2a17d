package erpguard.backup.postgres_long_term_missing_test

import data.erpguard.backup.postgres_long_term_missing

_found(environment, fields) := found if {
	found := postgres_long_term_missing.deny with input as {
		"settings": {"backup": {"postgres_long_term_missing": {"production": {"longer_than_days": 35}}}},
		"views": {"long_term_backups": {"s#": object.union(
			{"resource": "s", "key": "s#", "path": [], "environment": environment, "doubt": "", "policy": "p"},
			fields,
		)}},
	}
}

_said(environment, fields) := {[violation.path, violation.values.what] |
	some violation in _found(environment, fields)
}

test_not_vaulted_fails_at_the_name if {
	what := "no backup instance of a Backup vault names it"
	_said("production", {"vaulted": false, "kept_days": 0, "retention": ""}) == {[["name"], what]}
}

test_a_short_retention_fails if {
	what := "backup policy p keeps its backups for P35D, no longer than 35 days"
	_said("production", {"vaulted": true, "kept_days": 35, "retention": "P35D"}) == {[["name"], what]}
}

test_a_long_retention_passes if {
	_said("production", {"vaulted": true, "kept_days": 36, "retention": "P36D"}) == set()
}

test_doubt_is_handed_on if {
	some days in [0, 30]
	fields := {"vaulted": true, "kept_days": days, "retention": "P", "doubt": "how long backup policy p keeps backups"}
	{violation.doubt | some violation in _found("production", fields)} == {fields.doubt}
}

test_outside_of_production_nothing_is_said if {
	_said("dev", {"vaulted": false, "kept_days": 0, "retention": ""}) == set()
}
