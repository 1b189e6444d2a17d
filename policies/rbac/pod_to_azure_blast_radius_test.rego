package erpguard.rbac.pod_to_azure_blast_radius_test

import data.erpguard.rbac.pod_to_azure_blast_radius

_row := {
	"resource": "sa",
	"key": "sa#",
	"path": [],
	"environment": "production",
	"holds": true,
	"over": "key vault kv-erp",
	"over_kind": "key vault",
	"identity": "id-odoo",
	"role": "Key Vault Secrets User",
	"scope": "resource kv-erp",
	"at": {"resource": "a", "path": ["properties", "roleDefinitionId"]},
	"flow": [{"resource": "p", "path": ["metadata", "name"], "message": "pods"}],
}

_violations(row, accepted) := violations if {
	settings := {"rbac": {"pod_to_azure_blast_radius": {"production": {"accepted": accepted}}}}
	rows := {"views": {"pod_rights": {"sa#": row}}, "settings": settings}
	violations := pod_to_azure_blast_radius.deny with input as rows
}

test_fails_with_the_way if {
	_violations(_row, []) == {{
		"resource": "sa",
		"row": "sa#",
		"path": ["metadata", "name"],
		"values": {
			"role": "Key Vault Secrets User",
			"scope": "resource kv-erp",
			"identity": "id-odoo",
			"over": "key vault kv-erp",
		},
		"at": _row.at,
		"key": "key vault",
		"flow": _row.flow,
	}}
}

test_an_accepted_role_passes if {
	_violations(_row, [{"role": "Key Vault Secrets User", "over": "key vault"}]) == set()
}

test_accepted_over_something_else_fails if {
	count(_violations(_row, [{"role": "Key Vault Secrets User", "over": "backup"}])) == 1
}

test_nothing_held_passes if _violations(object.union(_row, {"holds": false}), []) == set()
