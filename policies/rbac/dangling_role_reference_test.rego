package erpguard.rbac.dangling_role_reference_test

import data.erpguard.rbac.dangling_role_reference

_binding := {"resource": "b", "key": "b#", "path": [], "role_kind": "Role", "role_name": "reader"}

_subject := {"resource": "b", "key": "b#subjects/0", "path": ["subjects", 0], "subject_name": "reports"}

_violations(binding, subject) := violations if {
	views := {
		"bindings": {"b#": object.union(_binding, binding)},
		"binding_subjects": {"b#subjects/0": object.union(_subject, subject)},
	}
	violations := dangling_role_reference.deny with input.views as views
}

test_no_such_role_fails if {
	_violations({"role_exists": false}, {"service_account_exists": true}) == {{
		"resource": "b",
		"row": "b#",
		"path": ["roleRef", "name"],
		"values": {"what": "Role reader"},
		"absent": [],
	}}
}

test_no_such_account_fails if {
	_violations({"role_exists": true}, {"service_account_exists": false}) == {{
		"resource": "b",
		"row": "b#subjects/0",
		"path": ["subjects", 0, "name"],
		"values": {"what": "ServiceAccount reports"},
		"absent": [],
	}}
}

test_both_there_passes if _violations({"role_exists": true}, {"service_account_exists": true}) == set()

test_users_and_unknown_roles_say_nothing if _violations({}, {}) == set()
