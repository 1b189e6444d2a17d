package erpguard.rbac.anonymous_or_everyone_binding_test

import data.erpguard.rbac.anonymous_or_everyone_binding

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
	"values": {"subject": "system:anonymous", "role": "some-role"},
}

_violations(fields) := violations if {
	violations := anonymous_or_everyone_binding.deny with input.views as _rows(fields)
}

test_anonymous_fails if _violations({"subject_kind": "User", "subject_name": "system:anonymous"}) == {_violation}

test_every_group_of_everyone_fails if {
	every name in ["system:unauthenticated", "system:authenticated", "system:serviceaccounts"] {
		count(_violations({"subject_kind": "Group", "subject_name": name})) == 1
	}
}

test_the_name_of_another_kind_passes if {
	_violations({"subject_kind": "Group", "subject_name": "system:anonymous"}) == set()
	_violations({"subject_kind": "ServiceAccount", "subject_name": "system:authenticated"}) == set()
}

test_another_group_passes if {
	_violations({"subject_kind": "Group", "subject_name": "system:serviceaccounts:odoo"}) == set()
}

test_control_plane_is_left_out if {
	fields := {"control_plane": true, "subject_kind": "User", "subject_name": "system:anonymous"}
	_violations(fields) == set()
}
