package erpguard.backup.no_delete_lock_test

import data.erpguard.backup.no_delete_lock

_row(fields) := {"deletion_locks": {"s#": object.union(
	{
		"resource": "s", "key": "s#", "path": [], "environment": "production",
		"keeps_backups": true, "locked": false,
	},
	fields,
)}}

_paths(fields) := {violation.path | some violation in no_delete_lock.deny with input.views as _row(fields)}

test_unlocked_fails_at_the_name if _paths({}) == {["name"]}

test_locked_passes if _paths({"locked": true}) == set()

test_without_backups_nothing_is_said if _paths({"keeps_backups": false}) == set()

test_outside_of_production_nothing_is_said if _paths({"environment": "dev"}) == set()
