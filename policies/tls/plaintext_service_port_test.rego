package erpguard.tls.plaintext_service_port_test

import data.erpguard.tls.plaintext_service_port

_violations(fields) := violations if {
	row := object.union(
		{
			"resource": "s",
			"key": "s#",
			"path": ["properties", "httpsOnly"],
			"setting": "httpsOnly is false",
		},
		fields,
	)
	violations := plaintext_service_port.deny with input as {"views": {"plaintext_access": {"s#": row}}}
}

test_plaintext_fails if {
	_violations({"plaintext": true}) == {{
		"resource": "s",
		"row": "s#",
		"path": ["properties", "httpsOnly"],
		"values": {"setting": "httpsOnly is false"},
	}}
}

test_tls_passes if _violations({"plaintext": false}) == set()

test_unknown_is_no_violation if _violations({}) == set()
