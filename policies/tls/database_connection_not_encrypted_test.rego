package erpguard.tls.database_connection_not_encrypted_test

import data.erpguard.tls.database_connection_not_encrypted

_at := {"resource": "c", "path": ["data", "odoo.conf"], "line": 3}

_input(fields, accepted) := {
	"views": {"database_connections": {"w#c": object.union(
		{
			"resource": "w",
			"key": "w#c",
			"path": [],
			"environment": "production",
			"container": "odoo",
			"protocol": "PostgreSQL",
			"host": "postgres",
			"at": _at,
		},
		fields,
	)}},
	"settings": {"tls": {"database_connection_not_encrypted": {"production": {"accepted": accepted}}}},
}

_violation(sslmode) := {
	"resource": "w",
	"row": "w#c",
	"path": [],
	"at": _at,
	"values": {"container": "odoo", "protocol": "PostgreSQL", "host": "postgres", "sslmode": sslmode},
}

test_enforced_passes if {
	violations := database_connection_not_encrypted.deny with input as _input(
		{"outside": true, "sslmode": "verify-full"},
		["require", "verify-full"],
	)
	violations == set()
}

test_prefer_fails if {
	violations := database_connection_not_encrypted.deny with input as _input(
		{"outside": true, "sslmode": "prefer"},
		["require", "verify-full"],
	)
	violations == {_violation("prefer")}
}

test_require_fails_where_it_is_not_accepted if {
	violations := database_connection_not_encrypted.deny with input as _input(
		{"outside": true, "sslmode": "require"},
		["verify-full"],
	)
	violations == {_violation("require")}
}

test_the_pod_itself_passes if {
	violations := database_connection_not_encrypted.deny with input as _input(
		{"outside": false, "sslmode": "prefer"},
		["require"],
	)
	violations == set()
}
