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

_gateway(properties) := {
	"resources": {"Microsoft.Network/applicationGateways": {"g": {
		"resource": "g",
		"key": "g",
		"path": [],
		"environment": "production",
		"body": {"properties": properties},
	}}},
	"settings": {"tls": {"weak_cipher_suite": {"production": {"accepted": ["TLS_AES_128_GCM_SHA256"]}}}},
}

_custom := {"policyType": "CustomV2", "cipherSuites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}

test_custom_policy_of_a_gateway_fails if {
	violations := weak_cipher_suite.deny with input as _gateway({"sslPolicy": _custom})
	violations == {{
		"resource": "g",
		"row": "g",
		"path": ["properties", "sslPolicy", "cipherSuites", 0],
		"values": {"suite": "TLS_RSA_WITH_AES_128_CBC_SHA"},
	}}
}

test_custom_policy_of_a_profile_fails if {
	violations := weak_cipher_suite.deny with input as _gateway({"sslProfiles": [{"properties": {"sslPolicy": _custom}}]})
	{violation.path | some violation in violations} == {[
		"properties", "sslProfiles", 0, "properties",
		"sslPolicy", "cipherSuites", 0,
	]}
}

test_predefined_policy_passes if {
	predefined := object.union(_custom, {"policyType": "Predefined"})
	violations := weak_cipher_suite.deny with input as _gateway({"sslPolicy": predefined})
	violations == set()
}
