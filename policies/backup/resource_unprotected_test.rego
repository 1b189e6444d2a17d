package erpguard.backup.resource_unprotected_test

import data.erpguard.backup.resource_unprotected

_absent := ["Microsoft.DataProtection/backupVaults/backupInstances"]

_input(fields) := {
	"settings": {"backup": {"resource_unprotected": {"production": {"minimum_days": 30}}}},
	"views": {"unprotected": {"r#": object.union(
		{
			"resource": "r", "key": "r#", "path": [], "environment": "production",
			"protected": false, "why": "nothing does", "always_backed_up": false, "absent": _absent,
		},
		fields,
	)}},
}

_found(fields) := {[violation.path, violation.absent] |
	some violation in resource_unprotected.deny with input as _input(fields)
}

test_unprotected_fails_at_the_name if _found({}) == {[["name"], _absent]}

test_protected_passes if _found({"protected": true}) == set()

test_a_database_with_short_backups_fails if {
	_found({"always_backed_up": true, "retention_days": 29}) == {[["name"], _absent]}
}

test_a_database_with_long_backups_passes if _found({"always_backed_up": true, "retention_days": 30}) == set()
