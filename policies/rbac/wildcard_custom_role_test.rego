package erpguard.rbac.wildcard_custom_role_test

import data.erpguard.rbac.wildcard_custom_role

_row(fields) := object.union(
	{
		"resource": "r",
		"key": "r#",
		"path": ["properties", "permissions", 0, "actions", 0],
		"role_name": "ERP operator",
		"action": "*",
	},
	fields,
)

_violations(fields) := violations if {
	rows := {"r#": _row(fields)}
	violations := wildcard_custom_role.deny with input as {"views": {"custom_role_actions": rows}}
}

_violation(what) := {
	"resource": "r",
	"row": "r#",
	"path": ["properties", "permissions", 0, "actions", 0],
	"values": {"role": "ERP operator", "action": "*", "what": what},
}

test_every_provider_is_told_once if {
	violations := _violations({"every_provider": true, "authorization": "Microsoft.Authorization/locks/write"})
	violations == {_violation("the operations of every resource provider")}
}

test_authorization if {
	violations := _violations({"every_provider": false, "authorization": "Microsoft.Authorization/locks/write"})
	violations == {_violation("Microsoft.Authorization/locks/write")}
}

test_named_services_pass if _violations({"every_provider": false, "authorization": ""}) == set()
