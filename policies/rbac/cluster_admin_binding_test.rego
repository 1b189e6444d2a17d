package erpguard.rbac.cluster_admin_binding_test

import data.erpguard.rbac.cluster_admin_binding

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

_settings := {"rbac": {"cluster_admin_binding": {"production": {"accepted_subjects": ["ServiceAccount:velero/*"]}}}}

_violations(fields) := violations if {
	violations := cluster_admin_binding.deny with input.views as _rows(fields) with input.settings as _settings
}

test_a_subject_with_the_power_fails if _violations({"cluster_administrator": "User:jane"}) == {_violation}

test_an_accepted_subject_passes if _violations({"cluster_administrator": "ServiceAccount:velero/velero"}) == set()

test_a_subject_without_the_power_passes if _violations({}) == set()

test_control_plane_is_left_out if _violations({"control_plane": true, "cluster_administrator": "User:jane"}) == set()
