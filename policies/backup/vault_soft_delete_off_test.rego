package erpguard.backup.vault_soft_delete_off_test

import data.erpguard.backup.vault_soft_delete_off

_node := {"resource": "v", "path": ["properties", "x"]}

_input(fields) := {
	"settings": {"backup": {"vault_soft_delete_off": {"dev": {"minimum_days": 14}}}},
	"views": {"backup_vaults": {"v#": object.union(
		{"resource": "v", "key": "v#", "path": [], "environment": "dev", "node": _node},
		fields,
	)}},
}

_found(fields) := {violation.at | some violation in vault_soft_delete_off.deny with input as _input(fields)}

test_off_fails if _found({"soft_delete_off": true}) == {_node}

test_on_passes if _found({"soft_delete_off": false}) == set()

test_fewer_days_fail if _found({"soft_delete_days": 13}) == {_node}

test_exactly_enough_passes if _found({"soft_delete_days": 14}) == set()
