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

_run := {
	"resource": "s",
	"key": "s#spec/schedule",
	"path": ["spec", "schedule"],
	"environment": "production",
	"archives_wal": false,
	"absent": [],
	"last": "2026-01-29T02:00:00Z",
}

_whats(fields) := {violation.values.what | some violation in _ran(fields)}

_ran(fields) := violations if {
	document := {"views": {"backup_runs": {"s": object.union(_run, fields)}}, "settings": _input({}).settings}
	violations := schedule_misses_rpo.deny with input as document
}

test_a_success_of_yesterday_passes if _ran({"age_hours": 22}) == set()

test_an_old_success_fails if {
	text := "the last backup that succeeded is of 2026-01-29T02:00:00Z, more than 24 hours ago"
	_whats({"age_hours": 46}) == {text}
	_ran({"age_hours": 46, "archives_wal": true}) == set()
}

test_no_success_fails if {
	_whats({"age_hours": 1000000, "last": ""}) == {"its backups fail: none that succeeded is known"}
}
