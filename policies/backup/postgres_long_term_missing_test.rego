package erpguard.backup.postgres_long_term_missing_test

import data.erpguard.backup.postgres_long_term_missing

_paths(environment, vaulted) := {violation.path |
	some violation in postgres_long_term_missing.deny with input.views as {"long_term_backups": {"s#": {
		"resource": "s", "key": "s#", "path": [],
		"environment": environment, "vaulted": vaulted,
	}}}
}

test_not_vaulted_fails_at_the_name if _paths("production", false) == {["name"]}

test_vaulted_passes if _paths("production", true) == set()

test_outside_of_production_nothing_is_said if _paths("dev", false) == set()
