package erpguard.backup.blob_recovery_off_test

import data.erpguard.backup.blob_recovery_off

_path := ["properties", "x"]

_input(fields) := {
	"settings": {"backup": {"blob_recovery_off": {"production": {"minimum_days": 14}}}},
	"views": {"blob_recovery": {"b#": object.union_n([
		{"resource": "b", "key": "b#", "path": _path, "environment": "production"},
		{"account": "sterp", "absent": [], "setting": ""},
		fields,
	])}},
}

_said(fields) := {violation.values.what | some violation in blob_recovery_off.deny with input as _input(fields)}

test_off_fails if {
	_said({"of": "blobs", "kept_days": 0}) == {"deleted blobs are gone at once: soft delete is off"}
}

test_fewer_days_fail if {
	_said({"of": "containers", "kept_days": 13}) == {"deleted containers are kept for 13 days, less than 14"}
}

test_exactly_enough_passes if _said({"of": "blobs", "kept_days": 14}) == set()

test_no_versions_fail if _said({"not_versioned": true}) == {"what is overwritten is gone: versioning is off"}

test_versions_pass if _said({"not_versioned": false}) == set()

_services := "Microsoft.Storage/storageAccounts/blobServices"

test_what_may_still_be_declared_is_named if {
	some fields in [{"of": "blobs", "kept_days": 0}, {"not_versioned": true}]
	given := object.union(fields, {"absent": [_services]})
	{violation.absent | some violation in blob_recovery_off.deny with input as _input(given)} == {[_services]}
}
