package erpguard.tls.ingress_host_without_tls_test

import data.erpguard.tls.ingress_host_without_tls

_input(fields, default_certificate) := {
	"views": {"routers": {"r#1": object.union(
		{
			"resource": "r",
			"key": "r#1",
			"path": ["spec", "rules", 0, "http", "paths", 0],
			"kind": "Ingress",
			"environment": "production",
			"label": "erp.example.com/",
			"host_path": ["spec", "rules", 0, "host"],
		},
		fields,
	)}},
	"settings": {"tls": {"ingress_host_without_tls": {"production": {"default_certificate": default_certificate}}}},
}

_violation := {
	"resource": "r",
	"row": "r#1",
	"path": ["spec", "rules", 0, "host"],
	"values": {"host": "erp.example.com/"},
}

test_plain_host_fails if {
	violations := ingress_host_without_tls.deny with input as _input({"encrypted": false, "traefik": false}, false)
	violations == {_violation}
}

test_covered_host_passes if {
	violations := ingress_host_without_tls.deny with input as _input({"encrypted": true, "traefik": false}, false)
	violations == set()
}

test_default_certificate_covers if {
	violations := ingress_host_without_tls.deny with input as _input({"encrypted": false, "traefik": false}, true)
	violations == set()
}

test_default_certificate_is_not_for_traefik if {
	violations := ingress_host_without_tls.deny with input as _input({"encrypted": false, "traefik": true}, true)
	violations == {_violation}
}

test_other_kinds_are_not_judged if {
	fields := {"encrypted": false, "traefik": true, "kind": "IngressRoute"}
	violations := ingress_host_without_tls.deny with input as _input(fields, false)
	violations == set()
}
