package erpguard.tls.certificate_renewal_window_test

import data.erpguard.tls.certificate_renewal_window

_input(fields) := {
	"views": {"certificates": {"c#": object.union(
		{"resource": "c", "key": "c#", "path": [], "environment": "production"},
		fields,
	)}},
	"settings": {"tls": {"certificate_renewal_window": {"production": {"hours": 336, "share": 0.25, "rsa_bits": 2048}}}},
}

_violation(path, what) := {"resource": "c", "row": "c#", "path": path, "values": {"what": what}}

test_a_third_passes if {
	violations := certificate_renewal_window.deny with input as _input({"duration": 7776000, "renewal": 2592000})
	violations == set()
}

test_fourteen_days_pass if {
	violations := certificate_renewal_window.deny with input as _input({
		"duration": 7776000,
		"renewal": 1209600,
		"renewal_key": "renewBefore",
	})
	violations == set()
}

test_three_days_of_ninety_fail if {
	violations := certificate_renewal_window.deny with input as _input({
		"duration": 7776000,
		"renewal": 259200,
		"renewal_key": "renewBefore",
	})
	violations == {_violation(["spec", "renewBefore"], "renewed 72 hours before its end, 336 hours are asked for")}
}

test_a_quarter_of_a_day_passes if {
	violations := certificate_renewal_window.deny with input as _input({
		"duration": 86400,
		"renewal": 21600,
		"renewal_key": "renewBeforePercentage",
	})
	violations == set()
}

test_short_rsa_key_fails if {
	violations := certificate_renewal_window.deny with input as _input({"algorithm": "RSA", "key_size": 1024})
	violations == {_violation(["spec", "privateKey", "size"], "an RSA key of 1024 bits, 2048 are asked for")}
}

test_short_ecdsa_key_passes if {
	violations := certificate_renewal_window.deny with input as _input({"algorithm": "ECDSA", "key_size": 256})
	violations == set()
}
