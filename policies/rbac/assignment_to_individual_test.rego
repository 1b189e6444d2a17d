package erpguard.rbac.assignment_to_individual_test

import data.erpguard.rbac.assignment_to_individual

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
	"principal_type": "User",
	"standing": true,
}

_violations(changes) := violations if {
	rows := {"a#": object.union(_assignment, changes)}
	violations := assignment_to_individual.deny with input as {"views": {"role_assignments": rows}}
}

test_fails if {
	_violations({}) == {{
		"resource": "a",
		"row": "a#",
		"path": ["properties", "principalId"],
		"values": {"principal": "the principal", "role": "Owner", "scope": "subscription s"},
	}}
}

test_resource_groups_fail if count(_violations({"scope_kind": "resource group"})) == 1

test_resources_pass if _violations({"scope_kind": "resource"}) == set()

test_groups_pass if _violations({"principal_type": "Group"}) == set()
