package erpguard.resources.worker_memory_exceeds_limit_test

import data.erpguard.resources.worker_memory_exceeds_limit

_at := {"resource": "c", "path": ["data", "odoo.conf"], "line": 1}

_input(fields) := {"views": {"odoo_memory": {"w#c": object.union(
	{
		"resource": "w",
		"key": "w#c",
		"path": ["spec", "containers", 0],
		"tier": "erp",
		"container": "odoo",
		"processes": 7,
		"unlimited": false,
		"at": _at,
		"related": [],
	},
	fields,
)}}}

_violation(what) := {
	"resource": "w",
	"row": "w#c",
	"path": ["spec", "containers", 0],
	"at": _at,
	"related": [],
	"values": {"container": "odoo", "processes": 7, "limit": 4096, "what": what},
}

test_what_fits_passes if {
	violations := worker_memory_exceeds_limit.deny with input as _input({
		"demand": 4294967296,
		"memory_limit": 4294967296,
	})
	violations == set()
}

test_too_much_fails if {
	violations := worker_memory_exceeds_limit.deny with input as _input({
		"demand": 5368709120,
		"memory_limit": 4294967296,
	})
	violations == {_violation("may take 5120 MiB")}
}

test_no_bound_fails if {
	violations := worker_memory_exceeds_limit.deny with input as _input({
		"unlimited": true,
		"memory_limit": 4294967296,
	})
	violations == {_violation("may take any amount of memory (limit_memory_hard is 0)")}
}

test_no_limit_passes if {
	violations := worker_memory_exceeds_limit.deny with input as _input({"demand": 5368709120})
	violations == set()
}
