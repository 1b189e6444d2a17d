package erpguard.backup.vault_mutable_test

import data.erpguard.backup.vault_mutable

_node := {"resource": "v", "path": ["properties", "securitySettings", "immutabilitySettings", "state"]}

_found(environment, mutable) := {violation.at |
	some violation in vault_mutable.deny with input.views as {"backup_vaults": {"v#": {
		"resource": "v", "key": "v#", "path": [],
		"environment": environment, "mutable": mutable, "node": _node,
	}}}
}

test_mutable_fails if _found("production", true) == {_node}

test_immutable_passes if _found("production", false) == set()

test_outside_of_production_nothing_is_said if _found("test", true) == set()
