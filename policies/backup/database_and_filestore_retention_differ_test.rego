package erpguard.backup.database_and_filestore_retention_differ_test

import data.erpguard.backup.database_and_filestore_retention_differ

_kept := {"resource": "db", "path": ["spec", "backup", "retentionPolicy"]}

_made := {"resource": "daily", "path": ["spec", "schedule"]}

_input(least, most, hours) := {
	"views": {"paired_backups": {"w": {
		"resource": "w",
		"key": "w",
		"path": [],
		"environment": "production",
		"least": least,
		"most": most,
		"differences": [
			{"hours": hours[0], "what": "kept", "at": _kept, "related": []},
			{"hours": hours[1], "what": "made", "at": _made, "related": []},
		],
		"doubt": "how long",
	}}},
	"settings": {"backup": {"database_and_filestore_retention_differ": {"production": {"maximum_difference_hours": 24}}}},
}

_violation(what, at) := {
	"resource": "w",
	"row": "w",
	"path": ["metadata", "name"],
	"values": {"what": what},
	"at": at,
	"related": [],
}

test_a_day_passes if {
	violations := database_and_filestore_retention_differ.deny with input as _input(24, 24, [24, 24])
	violations == set()
}

test_kept_longer if {
	violations := database_and_filestore_retention_differ.deny with input as _input(25, 25, [25, 0])
	violations == {_violation("kept", _kept)}
}

test_made_far_apart if {
	violations := database_and_filestore_retention_differ.deny with input as _input(84, 1000000000, [24, 84])
	violations == {_violation("made", _made)}
}

test_both if {
	violations := database_and_filestore_retention_differ.deny with input as _input(84, 84, [48, 84])
	violations == {_violation("kept", _kept), _violation("made", _made)}
}

test_not_known if {
	violations := database_and_filestore_retention_differ.deny with input as _input(0, 1000000000, [0, 0])
	violations == {{
		"resource": "w",
		"row": "w",
		"path": ["metadata", "name"],
		"values": {"what": "the database and the filestore may not be restorable to one moment"},
		"doubt": "how long",
	}}
}
