package erpguard.backup.schedule_misses_rpo_test

import data.erpguard.backup.schedule_misses_rpo

_input(fields) := {
	"settings": {"backup": {"schedule_misses_rpo": {"production": {
		"maximum_hours": 24,
		"maximum_hours_with_wal": 168,
	}}}},
	"views": {"backup_schedules": {"s#spec": object.union(
		{
			"resource": "s", "key": "s#spec", "path": ["spec"], "environment": "production", "schedule": "x",
			"place": ["schedule"], "switch": "paused", "stopped": false, "never": false, "archives_wal": false, "absent": [],
		},
		fields,
	)}},
}

_paths(fields) := {violation.path | some violation in schedule_misses_rpo.deny with input as _input(fields)}

test_exactly_a_day_passes if _paths({"gap_hours": 24}) == set()

test_more_than_a_day_fails if _paths({"gap_hours": 24.5}) == {["spec", "schedule"]}

test_a_week_passes_with_archived_log if _paths({"gap_hours": 168, "archives_wal": true}) == set()

test_more_than_a_week_fails_with_archived_log if {
	_paths({"gap_hours": 169, "archives_wal": true}) == {["spec", "schedule"]}
}

test_never_fails if _paths({"never": true}) == {["spec", "schedule"]}

test_paused_and_too_seldom_are_two if {
	_paths({"stopped": true, "gap_hours": 72}) == {["spec", "schedule"], ["spec", "paused"]}
}

test_absence_of_the_cluster_is_handed_on if {
	row := {"gap_hours": 72, "absent": ["postgresql.cnpg.io/Cluster"]}
	violations := schedule_misses_rpo.deny with input as _input(row)
	{violation.absent | some violation in violations} == {["postgresql.cnpg.io/Cluster"]}
}

test_a_policy_of_azure_fails_at_its_own_place if {
	_paths({"gap_hours": 168, "place": ["scheduleRunFrequency"]}) == {["spec", "scheduleRunFrequency"]}
}
