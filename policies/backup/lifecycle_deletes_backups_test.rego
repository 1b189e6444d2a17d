package erpguard.backup.lifecycle_deletes_backups_test

import data.erpguard.backup.lifecycle_deletes_backups

_path := ["properties", "policy", "rules", 0]

_paths(days, taken) := {violation.path |
	some violation in lifecycle_deletes_backups.deny with input as {
		"settings": {"backup": {"lifecycle_deletes_backups": {"production": {"minimum_days": 30}}}},
		"views": {"blob_deletions": {"p#": {
			"resource": "p", "key": "p#", "path": _path, "environment": "production",
			"account": "sterpbackup", "rule": "old", "days": days, "takes_backups": taken,
		}}},
	}
}

test_too_early_fails if _paths(29, true) == {_path}

test_exactly_late_enough_passes if _paths(30, true) == set()

test_other_blobs_pass if _paths(1, false) == set()
