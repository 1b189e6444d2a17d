package erpguard.backup.blob_recovery_off_test

import data.erpguard.backup.blob_recovery_off

_path := ["properties", "x"]

_input(fields) := {
	"settings": {"backup": {"blob_recovery_off": {"production": {"minimum_days": 14}}}},
	"views": {"blob_recovery": {"b#": object.union(
		{"resource": "b", "key": "b#", "path": _path, "environment": "production", "account": "sterp"},
		fields,
	)}},
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
