package erpguard.rbac.standing_privileged_access_test

import data.erpguard.rbac.standing_privileged_access

_assignment := {
	"resource": "a",
	"key": "a#",
	"path": [],
	"environment": "production",
	"effect": "Owner",
	"role": "Owner",
	"scope_kind": "subscription",
	"scope": "subscription s",
	"principal": "the principal",
	"standing_type": "User",
	"standing": true,
}

_violations(changes) := violations if {
	rows := {"a#": object.union(_assignment, changes)}
	violations := standing_privileged_access.deny with input as {"views": {"role_assignments": rows}}
}

test_fails if {
	_violations({}) == {{
		"resource": "a",
		"row": "a#",
		"path": ["properties", "roleDefinitionId"],
		"values": {"principal": "the principal", "role": "Owner", "scope": "subscription s"},
	}}
}

test_groups_fail_at_any_scope if count(_violations({"standing_type": "Group", "scope_kind": "resource"})) == 1

test_other_roles_pass if _violations({"effect": "other"}) == set()

test_service_principals_pass if _violations({"standing_type": "ServicePrincipal"}) == set()

test_for_a_time_passes if _violations({"standing": false, "standing_type": "nobody"}) == set()
