package erpguard.resources.memory_limit_missing_test

import data.erpguard.resources.memory_limit_missing

_row(fields) := {"container_resources": {"w#c": object.union(
	{"resource": "w", "key": "w#c", "path": ["spec", "containers", 0], "container": "odoo"},
	fields,
)}}

_violation(severity) := {
	"resource": "w",
	"row": "w#c",
	"path": ["spec", "containers", 0, "resources", "limits", "memory"],
	"values": {"container": "odoo"},
	"severity": severity,
}

test_limit_passes if {
	violations := memory_limit_missing.deny with input.views as _row({"role": "main", "memory_limit": 1073741824})
	violations == set()
}

test_no_limit_fails if {
	violations := memory_limit_missing.deny with input.views as _row({"role": "main"})
	violations == {_violation("high")}
}

test_native_sidecar_counts_like_a_main_container if {
	violations := memory_limit_missing.deny with input.views as _row({"role": "sidecar"})
	violations == {_violation("high")}
}

test_init_container_is_medium if {
	violations := memory_limit_missing.deny with input.views as _row({"role": "init"})
	violations == {_violation("medium")}
}

test_unknown_role_says_nothing if {
	violations := memory_limit_missing.deny with input.views as _row({})
	violations == set()
}
