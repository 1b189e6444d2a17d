package erpguard.resources.limit_below_request_test

import data.erpguard.resources.limit_below_request

_row(fields) := {"resource_bounds": {"w#c#cpu": object.union(
	{
		"resource": "w", "key": "w#c#cpu", "path": ["spec"],
		"resource_name": "cpu", "request": "2", "limit": "500m",
	},
	fields,
)}}

_violation(what) := {
	"resource": "w",
	"row": "w#c#cpu",
	"path": ["spec", "resources", "requests", "cpu"],
	"values": {"what": what, "resource_name": "cpu", "request": "2", "limit": "500m"},
}

test_below_passes if {
	violations := limit_below_request.deny with input.views as _row({"container": "odoo", "exceeds": false})
	violations == set()
}

test_above_fails if {
	violations := limit_below_request.deny with input.views as _row({"container": "odoo", "exceeds": true})
	violations == {_violation("container odoo")}
}

test_pod_as_a_whole if {
	violations := limit_below_request.deny with input.views as _row({"container": "", "exceeds": true})
	violations == {_violation("the pod as a whole")}
}
