package erpguard.resources.memory_request_missing_test

import data.erpguard.resources.memory_request_missing

_row(fields) := {"container_resources": {"w#c": object.union(
	{"resource": "w", "key": "w#c", "path": ["spec"], "container": "postgres"},
	fields,
)}}

test_request_passes if {
	violations := memory_request_missing.deny with input.views as _row({"memory_request": 1073741824})
	violations == set()
}

test_no_request_fails if {
	violations := memory_request_missing.deny with input.views as _row({"memory_limit": 1, "cpu_request": 0.5})
	violations == {{
		"resource": "w",
		"row": "w#c",
		"path": ["spec", "resources", "requests", "memory"],
		"values": {"container": "postgres"},
	}}
}
