package erpguard.resources.namespace_without_quota_test

import data.erpguard.resources.namespace_without_quota

_row(cpu, memory) := {"namespace_bounds": {"n#": {
	"resource": "n", "key": "n#", "path": ["metadata", "name"], "namespace_name": "erp-prod",
	"cpu_quota": cpu, "memory_quota": memory,
}}}

_violation(what) := {
	"resource": "n",
	"row": "n#",
	"path": ["metadata", "name"],
	"values": {"target": "erp-prod", "what": what},
}

test_both_pass if {
	violations := namespace_without_quota.deny with input.views as _row(true, true)
	violations == set()
}

test_none_fails if {
	violations := namespace_without_quota.deny with input.views as _row(false, false)
	violations == {_violation("cpu and memory")}
}

test_one_fails if {
	violations := namespace_without_quota.deny with input.views as _row(true, false)
	violations == {_violation("memory")}
}
