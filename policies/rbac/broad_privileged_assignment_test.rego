package erpguard.rbac.broad_privileged_assignment_test

import data.erpguard.rbac.broad_privileged_assignment

_assignment := {
	"resource": "a",
	"key": "a#",
	"path": [],
	"environment": "production",
	"effect": "User Access Administrator",
	"role": "User Access Administrator",
	"scope_kind": "subscription",
	"scope": "subscription s",
	"principal": "group g",
	"conditioned": false,
}

_owner(rank) := {
	"resource": "a",
	"key": "a##owner",
	"path": [],
	"environment": "production",
	"owner_rank": rank,
	"owner_role": "Owner",
	"owner_scope": "subscription s",
	"owner": "group g",
}

_input(assignment, owner) := {
	"views": {
		"role_assignments": {assignment.key: assignment},
		"owner_counts": {owner.key: owner},
	},
	"settings": {"rbac": {"broad_privileged_assignment": {"production": {"maximum_owners": 3}}}},
}

_violations(changes, rank) := violations if {
	violations := broad_privileged_assignment.deny with input as _input(object.union(_assignment, changes), _owner(rank))
}

test_access_administrator_without_condition if {
	_violations({}, 1) == {{
		"resource": "a",
		"row": "a#",
		"path": ["properties", "condition"],
		"absent": [],
		"values": {
			"principal": "group g",
			"role": "User Access Administrator",
			"scope": "subscription s",
			"what": "without a condition",
		},
	}}
}

test_a_condition_is_enough if _violations({"conditioned": true}, 1) == set()

test_a_resource_group_is_not_broad if _violations({"scope_kind": "resource group"}, 1) == set()

test_contributor_is_judged_elsewhere if _violations({"effect": "Contributor"}, 1) == set()

test_three_owners if _violations({"effect": "Owner"}, 3) == set()

test_fourth_owner if {
	_violations({"effect": "Owner"}, 4) == {{
		"resource": "a",
		"row": "a##owner",
		"path": ["properties", "roleDefinitionId"],
		"values": {
			"principal": "group g",
			"role": "Owner",
			"scope": "subscription s",
			"what": "standing Owner number 4 where 3 are accepted",
		},
	}}
}
