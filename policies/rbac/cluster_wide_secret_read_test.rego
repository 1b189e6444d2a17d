package erpguard.rbac.cluster_wide_secret_read_test

import data.erpguard.rbac.cluster_wide_secret_read

_row := {
	"resource": "b",
	"key": "b#subjects/0",
	"path": ["subjects", 0],
	"kind": "ClusterRoleBinding",
	"environment": "production",
	"control_plane": false,
	"role_name": "some-role",
}

_rows(fields) := {"binding_subjects": {"b#subjects/0": object.union(_row, fields)}}

_violation := {
	"resource": "b",
	"row": "b#subjects/0",
	"path": ["subjects", 0],
	"values": {"subject": "User:jane", "role": "some-role"},
}

_settings := {"rbac": {"cluster_wide_secret_read": {"production": {"accepted_subjects": ["ServiceAccount:velero/*"]}}}}

_violations(fields) := violations if {
	violations := cluster_wide_secret_read.deny with input.views as _rows(fields) with input.settings as _settings
}

test_a_subject_with_the_power_fails if _violations({"secret_reader": "User:jane"}) == {_violation}

test_an_accepted_subject_passes if _violations({"secret_reader": "ServiceAccount:velero/velero"}) == set()

test_a_subject_without_the_power_passes if _violations({}) == set()

test_control_plane_is_left_out if _violations({"control_plane": true, "secret_reader": "User:jane"}) == set()

test_within_a_namespace_is_left_out if {
	_violations({"kind": "RoleBinding", "secret_reader": "User:jane"}) == set()
}
