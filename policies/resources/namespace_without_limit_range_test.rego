package erpguard.resources.namespace_without_limit_range_test

import data.erpguard.resources.namespace_without_limit_range

_row(fields) := {"namespace_bounds": {"n#": object.union(
	{"resource": "n", "key": "n#", "path": ["metadata", "name"], "namespace_name": "erp-prod"},
	fields,
)}}

test_limit_range_passes if {
	violations := namespace_without_limit_range.deny with input.views as _row({"limit_range": true})
	violations == set()
}

test_unknown_says_nothing if {
	violations := namespace_without_limit_range.deny with input.views as _row({})
	violations == set()
}

test_none_fails if {
	violations := namespace_without_limit_range.deny with input.views as _row({"limit_range": false})
	violations == {{
		"resource": "n",
		"row": "n#",
		"path": ["metadata", "name"],
		"values": {"target": "erp-prod"},
	}}
}
