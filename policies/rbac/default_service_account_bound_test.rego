package erpguard.rbac.default_service_account_bound_test

import data.erpguard.rbac.default_service_account_bound

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
	"values": {"subject": "ServiceAccount:odoo/default", "role": "some-role"},
}

_violations(fields) := violations if {
	subject := object.union({"principal": "ServiceAccount:odoo/default"}, fields)
	violations := default_service_account_bound.deny with input.views as _rows(subject)
}

test_the_default_account_fails if _violations({"service_account": "default"}) == {_violation}

test_another_account_passes if _violations({"service_account": "odoo"}) == set()

test_a_user_passes if _violations({"subject_name": "default"}) == set()

test_control_plane_is_left_out if _violations({"control_plane": true, "service_account": "default"}) == set()
