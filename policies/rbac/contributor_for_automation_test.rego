package erpguard.rbac.contributor_for_automation_test

import data.erpguard.rbac.contributor_for_automation

_assignment := {
	"resource": "a",
	"key": "a#",
	"path": [],
	"environment": "production",
	"automation_effect": "Owner",
	"role": "Owner",
	"scope_kind": "subscription",
	"scope": "subscription s",
	"principal": "the principal",
	"principal_type": "ServicePrincipal",
	"standing": true,
}

_violations(changes) := violations if {
	rows := {"a#": object.union(_assignment, changes)}
	violations := contributor_for_automation.deny with input as {"views": {"role_assignments": rows}}
}

test_fails if {
	_violations({}) == {{
		"resource": "a",
		"row": "a#",
		"path": ["properties", "roleDefinitionId"],
		"values": {"principal": "the principal", "role": "Owner", "scope": "subscription s"},
	}}
}

test_contributor_fails if count(_violations({"automation_effect": "Contributor"})) == 1

test_other_roles_pass if _violations({"automation_effect": "User Access Administrator"}) == set()

test_groups_pass if _violations({"principal_type": "Group"}) == set()

test_resource_groups_pass if _violations({"scope_kind": "resource group"}) == set()

test_unknown_type_is_no_violation if _violations({"principal_type": null}) == set()
