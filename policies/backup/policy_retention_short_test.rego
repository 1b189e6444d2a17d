package erpguard.backup.policy_retention_short_test

import data.erpguard.backup.policy_retention_short

_path := ["properties", "retentionPolicy", "dailySchedule", "retentionDuration", "count"]

_paths(days) := {violation.path |
	some violation in policy_retention_short.deny with input as {
		"settings": {"backup": {"policy_retention_short": {"production": {"minimum_days": 30}}}},
		"views": {"backup_policy_retentions": {"p#": {
			"resource": "p", "key": "p#", "path": _path,
			"environment": "production", "days": days, "retention": "x",
		}}},
	}
}

test_less_fails if _paths(28) == {_path}

test_exactly_enough_passes if _paths(30) == set()
