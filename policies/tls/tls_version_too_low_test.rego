package erpguard.tls.tls_version_too_low_test

import data.erpguard.tls.tls_version_too_low

_input(fields, minimum) := {
	"views": {"tls_options": {"o#": object.union(
		{"resource": "o", "key": "o#", "path": [], "environment": "production"},
		fields,
	)}},
	"settings": {"tls": {"tls_version_too_low": {"production": {"minimum": minimum}}}},
}

_violation(version, minimum, how) := {
	"resource": "o",
	"row": "o#",
	"path": ["spec", "minVersion"],
	"values": {"version": version, "minimum": minimum, "how": how},
}

test_tls_1_2_passes if {
	violations := tls_version_too_low.deny with input as _input({"min_version": "1.2", "explicit": true}, "1.2")
	violations == set()
}

test_tls_1_1_fails if {
	violations := tls_version_too_low.deny with input as _input({"min_version": "1.1", "explicit": true}, "1.2")
	violations == {_violation("1.1", "1.2", "minVersion")}
}

test_old_default_fails if {
	violations := tls_version_too_low.deny with input as _input({"min_version": "1.0", "explicit": false}, "1.2")
	violations == {_violation("1.0", "1.2", "the default of this version of Traefik")}
}

test_tls_1_2_fails_where_1_3_is_asked_for if {
	violations := tls_version_too_low.deny with input as _input({"min_version": "1.2", "explicit": true}, "1.3")
	violations == {_violation("1.2", "1.3", "minVersion")}
}

test_unknown_version_is_no_violation if {
	violations := tls_version_too_low.deny with input as _input({"explicit": false}, "1.2")
	violations == set()
}

_service(version) := {
	"views": {
		"tls_options": {},
		"tls_minimums": {"s#": {
			"resource": "s",
			"key": "s#",
			"path": ["properties", "minimumTlsVersion"],
			"environment": "production",
			"min_version": version,
			"how": "minimumTlsVersion is TLS1_1",
		}},
	},
	"settings": {"tls": {"tls_version_too_low": {"production": {"minimum": "1.2"}}}},
}

test_azure_service_with_tls_1_1_fails if {
	violations := tls_version_too_low.deny with input as _service("1.1")
	violations == {{
		"resource": "s",
		"row": "s#",
		"path": ["properties", "minimumTlsVersion"],
		"values": {"version": "1.1", "minimum": "1.2", "how": "minimumTlsVersion is TLS1_1"},
	}}
}

test_azure_service_with_tls_1_2_passes if {
	violations := tls_version_too_low.deny with input as _service("1.2")
	violations == set()
}
