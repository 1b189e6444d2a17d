package erpguard.tls.http_listener_without_redirect_test

import data.erpguard.tls.http_listener_without_redirect

_path := ["properties", "requestRoutingRules", 0, "properties", "redirectConfiguration"]

_acme := "/.well-known/acme-challenge/*"

_violations(fields) := violations if {
	row := object.union(
		{
			"resource": "g",
			"key": "g#0",
			"path": _path,
			"environment": "production",
			"listener": "http",
			"rule": "odoo",
			"paths": [],
			"redirects": false,
			"action": "does not redirect",
		},
		fields,
	)
	violations := http_listener_without_redirect.deny with input as {
		"views": {"http_rules": {"g#0": row}},
		"settings": {"tls": {"http_listener_without_redirect": {"production": {"plaintext_paths": [_acme]}}}},
	}
}

test_forwarding_fails if {
	_violations({}) == {{
		"resource": "g",
		"row": "g#0",
		"path": _path,
		"values": {"listener": "http", "rule": "odoo", "action": "does not redirect"},
	}}
}

test_redirect_passes if _violations({"redirects": true}) == set()

test_challenges_pass if _violations({"paths": [_acme]}) == set()

test_challenges_and_more_fail if count(_violations({"paths": [_acme, "/web/*"]})) == 1
