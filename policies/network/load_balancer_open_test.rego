package erpguard.network.load_balancer_open_test

import data.erpguard.network.load_balancer_open as policy

_input(fields, settings) := {
	"settings": {"network": {"load_balancer_open": {"production": object.union(
		{"public_services": [], "private_load_balancer_classes": []},
		settings,
	)}}},
	"views": {"services": {"s#": object.union(
		{
			"resource": "s",
			"key": "s#",
			"path": [],
			"name": "odoo",
			"namespace": "erp",
			"environment": "production",
			"type": "LoadBalancer",
			"load_balancer_class": "",
			"openings": [{"path": ["spec", "loadBalancerSourceRanges"], "what": "nothing limits its sources"}],
		},
		fields,
	)}},
}

test_open if {
	found := policy.deny with input as _input({}, {})
	{finding.path | some finding in found} == {["spec", "loadBalancerSourceRanges"]}
}

test_limited_or_internal if {
	count(policy.deny) == 0 with input as _input({"openings": []}, {})
}

test_may_be_public if {
	count(policy.deny) == 0 with input as _input({}, {"public_services": ["erp/odoo"]})
	count(policy.deny) == 1 with input as _input({}, {"public_services": ["edge/odoo", "odoo"]})
}

test_private_class if {
	settings := {"private_load_balancer_classes": ["tailscale"]}
	count(policy.deny) == 0 with input as _input({"load_balancer_class": "tailscale"}, settings)
	count(policy.deny) == 1 with input as _input({"load_balancer_class": "other"}, settings)
}

test_other_type if {
	count(policy.deny) == 0 with input as _input({"type": "NodePort"}, {})
}
