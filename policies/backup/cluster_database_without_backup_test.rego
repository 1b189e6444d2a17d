package erpguard.backup.cluster_database_without_backup_test

import data.erpguard.backup.cluster_database_without_backup

_row(fields) := {"databases": {"d#": object.union(
	{"resource": "d", "key": "d#", "path": [], "tier": "data", "missing": "no backup store", "absent": []},
	fields,
)}}

_at := {"resource": "job", "path": ["spec", "volumes", 0, "hostPath"]}

test_backup_passes if {
	violations := cluster_database_without_backup.deny with input.views as _row({"backup": "yes"})
	violations == set()
}

test_no_backup_fails_at_the_name if {
	violations := cluster_database_without_backup.deny with input.views as _row({"backup": "no"})
	violations == {{
		"resource": "d",
		"row": "d#",
		"path": ["metadata", "name"],
		"values": {"what": "no backup (no backup store)"},
		"absent": [],
	}}
}

test_dump_on_the_same_node_is_high_at_its_volume if {
	violations := cluster_database_without_backup.deny with input.views as _row({"backup": "node", "local": _at})
	{[violation.severity, violation.at] | some violation in violations} == {["high", _at]}
}

test_other_tier_is_not_judged if {
	violations := cluster_database_without_backup.deny with input.views as _row({"backup": "no", "tier": "cache"})
	violations == set()
}

test_unknown_backup_says_nothing if {
	violations := cluster_database_without_backup.deny with input.views as _row({})
	violations == set()
}
