package erpguard.tls.hsts_missing_test

import data.erpguard.tls.hsts_missing

_input(fields) := {
	"views": {"routers": {"r#1": object.union(
		{
			"resource": "r",
			"key": "r#1",
			"path": ["spec", "routes", 0],
			"environment": "production",
			"label": "Host(`erp.example.com`)",
			"attach_path": ["spec", "routes", 0, "middlewares"],
			"traefik": true,
			"public_tls": true,
		},
		fields,
	)}},
	"settings": {"tls": {"hsts_missing": {"production": {"minimum_seconds": 15552000}}}},
}

_violation(what) := {
	"resource": "r",
	"row": "r#1",
	"path": ["spec", "routes", 0, "middlewares"],
	"values": {"label": "Host(`erp.example.com`)", "what": what},
}

test_router_without_header_fails if {
	violations := hsts_missing.deny with input as _input({"hsts_seconds": 0})
	violations == {_violation("has no Strict-Transport-Security")}
}

test_short_header_fails_where_it_is_set if {
	at := {"resource": "m", "path": ["spec", "headers", "stsSeconds"]}
	violations := hsts_missing.deny with input as _input({"hsts_seconds": 300, "hsts_at": at})
	what := "has Strict-Transport-Security for 300 seconds, less than 15552000"
	violations == {object.union(_violation(what), {"at": at})}
}

test_half_a_year_passes if {
	violations := hsts_missing.deny with input as _input({"hsts_seconds": 15552000})
	violations == set()
}

test_internal_router_passes if {
	violations := hsts_missing.deny with input as _input({"hsts_seconds": 0, "public_tls": false})
	violations == set()
}

test_other_controllers_pass if {
	violations := hsts_missing.deny with input as _input({"hsts_seconds": 0, "traefik": false})
	violations == set()
}
