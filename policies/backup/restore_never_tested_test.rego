package erpguard.backup.restore_never_tested_test

import data.erpguard.backup.restore_never_tested

_noted := ["metadata", "annotations", "erpguard.io/last-restore-test"]

_input(fields) := {
	"settings": {"backup": {"restore_never_tested": {"production": {"maximum_age_days": 90}}}},
	"views": {"restore_tests": {"d#": object.union(
		{
			"resource": "d", "key": "d#", "path": [], "environment": "production",
			"backup": "yes", "job": false, "gaps": [], "ages": [], "noted": [], "named": ["metadata", "name"],
			"absent": ["batch/CronJob"],
		},
		fields,
	)}},
}

_paths(fields) := {violation.path | some violation in restore_never_tested.deny with input as _input(fields)}

test_never_tested_fails_at_the_name if _paths({}) == {["metadata", "name"]}

test_job_passes if _paths({"job": true}) == set()

test_job_that_runs_often_passes if _paths({"job": true, "gaps": [90]}) == set()

test_job_that_runs_seldom_fails_at_the_name if _paths({"job": true, "gaps": [91]}) == {["metadata", "name"]}

test_job_that_runs_seldom_beside_a_recent_date_passes if _paths({"job": true, "gaps": [91], "ages": [90]}) == set()

test_recent_date_passes if _paths({"ages": [90], "noted": [_noted]}) == set()

test_old_date_fails_at_the_annotation if _paths({"ages": [91], "noted": [_noted]}) == {_noted}

test_no_date_fails_at_the_annotation if _paths({"noted": [_noted]}) == {_noted}

test_old_date_of_the_configuration_fails_at_the_name if _paths({"ages": [91]}) == {["metadata", "name"]}

test_without_backup_nothing_is_said if _paths({"backup": "no"}) == set()

test_a_server_of_azure_fails_at_its_name if _paths({"named": ["name"]}) == {["name"]}

_whats(fields) := {violation.values.what | some violation in restore_never_tested.deny with input as _input(fields)}

test_how_long_ago_is_told if {
	_whats({"ages": [120, 100]}) == {"the last restore test that succeeded was 100 days ago"}
	_whats({}) == {"no restore was ever tested"}
	_whats({"job": true, "gaps": [366]}) == {"restoring it is tested every 366 days only"}
}
