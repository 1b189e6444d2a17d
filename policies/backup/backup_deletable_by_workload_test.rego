package erpguard.backup.backup_deletable_by_workload_test

import data.erpguard.backup.backup_deletable_by_workload

_row := {
	"resource": "deployment",
	"key": "deployment#spec#0",
	"path": ["spec", "template", "spec"],
	"tier": "erp",
	"right_to_delete": true,
	"identity": "identity id-odoo",
	"right": "is Contributor on resource group rg-backup",
	"where": "resource group rg-backup",
	"over": "backups in storage account stbackup",
	"at": {"resource": "assignment", "path": ["properties", "roleDefinitionId"]},
	"flow": [{"resource": "deployment", "path": ["metadata", "name"], "message": "pods"}],
}

_violations(row) := violations if {
	violations := backup_deletable_by_workload.deny with input as {"views": {"backup_deletions": {row.key: row}}}
}

test_fails_where_the_right_is_given if {
	_violations(_row) == {{
		"resource": "deployment",
		"row": "deployment#spec#0",
		"path": ["spec", "template", "spec"],
		"values": {
			"identity": "identity id-odoo",
			"right": "is Contributor on resource group rg-backup",
			"over": "backups in storage account stbackup",
		},
		"at": _row.at,
		"key": "identity id-odoo resource group rg-backup",
		"flow": _row.flow,
	}}
}

test_nothing_held_passes if _violations(object.union(_row, {"right_to_delete": false})) == set()

test_what_is_not_known_is_no_violation if _violations(object.remove(_row, ["right_to_delete"])) == set()

test_other_tiers_are_left_out if _violations(object.union(_row, {"tier": "backup"})) == set()
