package erpguard.backup.postgres_retention_short_test

import data.erpguard.backup.postgres_retention_short

_path := ["properties", "backup", "backupRetentionDays"]

_paths(fields) := {violation.path |
	some violation in postgres_retention_short.deny with input as {
		"settings": {"backup": {"postgres_retention_short": {"production": {"minimum_days": 30}}}},
		"views": {"database_servers": {"s#": object.union(
			{"resource": "s", "key": "s#", "path": _path, "environment": "production"},
			fields,
		)}},
	}
}

test_less_fails if _paths({"retention_days": 29}) == {_path}

test_exactly_enough_passes if _paths({"retention_days": 30}) == set()

test_the_other_row_of_a_server_says_nothing if _paths({"geo_redundant": false}) == set()
