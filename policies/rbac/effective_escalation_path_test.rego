package erpguard.rbac.effective_escalation_path_test

import data.erpguard.rbac.effective_escalation_path

_row := {
	"resource": "binding",
	"key": "binding#subjects/0",
	"path": ["subjects", 0],
	"environment": "production",
	"control_plane": false,
	"escalating": "Group:developers",
	"chain": "Group:developers -> cluster-admin",
	"flow": [{"resource": "binding", "path": ["subjects", 0], "message": "may bind"}],
}

_violations(row) := violations if {
	settings := {"rbac": {"effective_escalation_path": {"production": {"accepted_subjects": ["Group:platform*"]}}}}
	rows := {"views": {"escalations": {row.key: row}}, "settings": settings}
	violations := effective_escalation_path.deny with input as rows
}

test_fails_with_the_way if {
	_violations(_row) == {{
		"resource": "binding",
		"row": "binding#subjects/0",
		"path": ["subjects", 0],
		"values": {"subject": "Group:developers", "chain": "Group:developers -> cluster-admin"},
		"flow": _row.flow,
	}}
}

test_who_cannot_escalate_passes if _violations(object.remove(_row, ["escalating", "chain", "flow"])) == set()

test_an_accepted_subject_passes if {
	_violations(object.union(_row, {"escalating": "Group:platform-admins"})) == set()
}

test_the_control_plane_is_left_out if _violations(object.union(_row, {"control_plane": true})) == set()
