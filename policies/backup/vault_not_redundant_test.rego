package erpguard.backup.vault_not_redundant_test

import data.erpguard.backup.vault_not_redundant

_node := {"resource": "v", "path": ["properties", "x"]}

_row(fields) := {"backup_vaults": {"v#": object.union(
	{"resource": "v", "key": "v#", "path": [], "environment": "production", "node": _node},
	fields,
)}}

_found(fields) := {violation.at | some violation in vault_not_redundant.deny with input.views as _row(fields)}

test_one_data_centre_fails if _found({"locally_redundant": true}) == {_node}

test_several_pass if _found({"locally_redundant": false}) == set()

test_without_cross_region_restore_fails if _found({"not_restorable_elsewhere": true}) == {_node}

test_with_cross_region_restore_passes if _found({"not_restorable_elsewhere": false}) == set()

test_outside_of_production_nothing_is_said if {
	_found({"locally_redundant": true, "environment": "dev"}) == set()
	_found({"not_restorable_elsewhere": true, "environment": "dev"}) == set()
}
