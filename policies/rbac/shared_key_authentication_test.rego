package erpguard.rbac.shared_key_authentication_test

import data.erpguard.rbac.shared_key_authentication

_violations(fields) := violations if {
	row := object.union(
		{
			"resource": "s",
			"key": "s#",
			"path": ["properties", "allowSharedKeyAccess"],
			"credentials": "account keys",
			"absent": [],
		},
		fields,
	)
	violations := shared_key_authentication.deny with input as {"views": {"local_authentication": {"s#": row}}}
}

test_accepted_keys_fail if {
	_violations({"accepted": true}) == {{
		"resource": "s",
		"row": "s#",
		"path": ["properties", "allowSharedKeyAccess"],
		"absent": [],
		"values": {"credentials": "account keys"},
	}}
}

test_refused_keys_pass if _violations({"accepted": false}) == set()

test_unknown_is_no_violation if _violations({}) == set()
