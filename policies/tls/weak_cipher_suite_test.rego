package erpguard.tls.weak_cipher_suite_test

import data.erpguard.tls.weak_cipher_suite

_input(suites) := {
	"resources": {"traefik.io/TLSOption": {"o": {
		"resource": "o",
		"key": "o",
		"path": [],
		"environment": "production",
		"body": {"spec": {"cipherSuites": suites}},
	}}},
	"settings": {"tls": {"weak_cipher_suite": {"production": {"accepted": ["TLS_AES_128_GCM_SHA256"]}}}},
}

test_accepted_suite_passes if {
	violations := weak_cipher_suite.deny with input as _input(["TLS_AES_128_GCM_SHA256"])
	violations == set()
}

test_no_suites_pass if {
	violations := weak_cipher_suite.deny with input as _input([])
	violations == set()
}

test_other_suite_fails if {
	violations := weak_cipher_suite.deny with input as _input(["TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_RC4_128_SHA"])
	violations == {{
		"resource": "o",
		"row": "o",
		"path": ["spec", "cipherSuites", 1],
		"values": {"suite": "TLS_RSA_WITH_RC4_128_SHA"},
	}}
}
