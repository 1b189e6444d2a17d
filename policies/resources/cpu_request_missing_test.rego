package erpguard.resources.cpu_request_missing_test

import data.erpguard.resources.cpu_request_missing

_input(fields, require_limit) := {
	"views": {"container_resources": {"w#c": object.union(
		{"resource": "w", "key": "w#c", "path": [], "container": "odoo", "environment": "production"},
		fields,
	)}},
	"settings": {"resources": {"cpu_request_missing": {"production": {"require_limit": require_limit}}}},
}

_violation(path, what) := {
	"resource": "w",
	"row": "w#c",
	"path": path,
	"values": {"container": "odoo", "what": what},
}

test_request_passes if {
	violations := cpu_request_missing.deny with input as _input({"cpu_request": 0.5}, false)
	violations == set()
}

test_no_request_fails if {
	violations := cpu_request_missing.deny with input as _input({}, false)
	violations == {_violation(["resources", "requests", "cpu"], "request")}
}

test_limit_where_it_is_asked_for if {
	violations := cpu_request_missing.deny with input as _input({"cpu_request": 0.5}, true)
	violations == {_violation(["resources", "limits", "cpu"], "limit")}
}

test_limit_passes_where_it_is_asked_for if {
	violations := cpu_request_missing.deny with input as _input({"cpu_request": 0.5, "cpu_limit": 1}, true)
	violations == set()
}
