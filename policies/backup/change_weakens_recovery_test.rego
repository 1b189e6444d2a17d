package erpguard.backup.change_weakens_recovery_test

import data.erpguard.backup.change_weakens_recovery

_row(weakens) := {"recovery_changes": {"p#": {
	"resource": "p", "key": "p#", "path": ["name"],
	"weakens": weakens, "what": "lock keep", "before": "CanNotDelete", "after": "deleted",
}}}

_found(weakens) := {violation.values |
	some violation in change_weakens_recovery.deny with input.views as _row(weakens)
}

test_weaker_fails_with_before_and_after if {
	_found(true) == {{"what": "lock keep", "before": "CanNotDelete", "after": "deleted"}}
}

test_stronger_passes if _found(false) == set()
