package erpguard.tls.certificate_not_automated_test

import data.erpguard.tls.certificate_not_automated

_input(fields) := {"views": {"tls_secrets": {"r#1": object.union(
	{"resource": "r", "key": "r#1", "path": ["spec", "tls", "secretName"], "secret": "erp-tls"},
	fields,
)}}}

test_secret_of_nobody_fails if {
	violations := certificate_not_automated.deny with input as _input({"automated": false})
	violations == {{
		"resource": "r",
		"row": "r#1",
		"path": ["spec", "tls", "secretName"],
		"values": {"secret": "erp-tls"},
	}}
}

test_issued_secret_passes if {
	violations := certificate_not_automated.deny with input as _input({"automated": true})
	violations == set()
}

test_unknown_is_no_violation if {
	violations := certificate_not_automated.deny with input as _input({})
	violations == set()
}
