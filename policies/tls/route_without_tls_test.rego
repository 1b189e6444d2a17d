package erpguard.tls.route_without_tls_test

import data.erpguard.tls.route_without_tls

_input(kind, fields) := {
	"views": {"route_tls": {"r#1": object.union(
		{
			"resource": "r",
			"key": "r#1",
			"path": ["spec", "routes", 0],
			"kind": kind,
			"environment": "production",
			"label": "Host(`erp.example.com`)",
			"fix_path": ["spec", "tls"],
		},
		fields,
	)}},
	"settings": {"tls": {"route_without_tls": {"production": {"data_ports": [5432]}}}},
}

_violation(route) := {"resource": "r", "row": "r#1", "path": ["spec", "tls"], "values": {"route": route}}

test_plain_route_fails if {
	violations := route_without_tls.deny with input as _input("IngressRoute", {"plain": true})
	violations == {_violation("Host(`erp.example.com`)")}
}

test_plain_listener_fails if {
	violations := route_without_tls.deny with input as _input("Gateway", {"plain": true})
	count(violations) == 1
}

test_encrypted_route_passes if {
	violations := route_without_tls.deny with input as _input("IngressRoute", {"plain": false})
	violations == set()
}

test_plain_tcp_route_to_a_database_fails if {
	violations := route_without_tls.deny with input as _input("IngressRouteTCP", {"plain": true, "ports": [5432]})
	violations == {_violation("Host(`erp.example.com`) to port 5432")}
}

test_plain_tcp_route_elsewhere_passes if {
	violations := route_without_tls.deny with input as _input("IngressRouteTCP", {"plain": true, "ports": [25]})
	violations == set()
}

test_encrypted_tcp_route_passes if {
	violations := route_without_tls.deny with input as _input("IngressRouteTCP", {"plain": false, "ports": [5432]})
	violations == set()
}
