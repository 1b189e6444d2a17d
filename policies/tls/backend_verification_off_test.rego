package erpguard.tls.backend_verification_off_test

import data.erpguard.tls.backend_verification_off

_input(type, spec) := {"resources": {type: {"t": {"resource": "t", "key": "t", "path": [], "body": {"spec": spec}}}}}

_violation(path) := {"resource": "t", "row": "t", "path": path, "values": {}}

test_verified_passes if {
	violations := backend_verification_off.deny with input as _input(
		"traefik.io/ServersTransport",
		{"insecureSkipVerify": false},
	)
	violations == set()
}

test_default_passes if {
	violations := backend_verification_off.deny with input as _input("apiregistration.k8s.io/APIService", {})
	violations == set()
}

test_servers_transport_fails if {
	violations := backend_verification_off.deny with input as _input(
		"traefik.io/ServersTransport",
		{"insecureSkipVerify": true},
	)
	violations == {_violation(["spec", "insecureSkipVerify"])}
}

test_servers_transport_tcp_fails if {
	violations := backend_verification_off.deny with input as _input(
		"traefik.io/ServersTransportTCP",
		{"tls": {"insecureSkipVerify": true}},
	)
	violations == {_violation(["spec", "tls", "insecureSkipVerify"])}
}

test_api_service_fails if {
	violations := backend_verification_off.deny with input as _input(
		"apiregistration.k8s.io/APIService",
		{"insecureSkipTLSVerify": true},
	)
	violations == {_violation(["spec", "insecureSkipTLSVerify"])}
}
