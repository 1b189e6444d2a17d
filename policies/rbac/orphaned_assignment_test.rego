package erpguard.rbac.orphaned_assignment_test

import data.erpguard.rbac.orphaned_assignment

_assignment := {
	"resource": "a",
	"key": "a#",
	"path": [],
	"environment": "production",
	"holder": "user 5f1c",
	"holder_type": "User",
	"holder_role": "Reader",
	"holder_scope": "subscription s",
	"exists": false,
}

_violations(row) := violations if {
	violations := orphaned_assignment.deny with input as {"views": {"assignment_principals": {"a#": row}}}
}

test_fails if {
	_violations(_assignment) == {{
		"resource": "a",
		"row": "a#",
		"path": ["properties", "principalId"],
		"values": {"holder": "user 5f1c", "role": "Reader", "scope": "subscription s"},
	}}
}

test_one_that_exists_passes if _violations(object.union(_assignment, {"exists": true})) == set()

test_what_is_not_known_is_no_violation if _violations(object.remove(_assignment, ["exists"])) == set()

test_groups_of_other_directories_pass if {
	_violations(object.union(_assignment, {"holder_type": "ForeignGroup"})) == set()
}
