package erpguard.network.forced_egress_missing_test

import data.erpguard.network.forced_egress_missing as policy

_cluster(outbound, by_routes, closed) := {"node_egress": {"c#": {
	"resource": "c",
	"key": "c#",
	"path": ["properties", "networkProfile", "outboundType"],
	"environment": "production",
	"outbound_type": outbound,
	"by_routes": by_routes,
	"closed": closed,
}}}

_pool(by_routes, firewalled) := {"node_routes": {"c#p": {
	"resource": "c",
	"key": "c#p",
	"path": ["properties", "agentPoolProfiles", 0],
	"environment": "production",
	"pool_name": "user",
	"by_routes": by_routes,
	"firewalled": firewalled,
	"what": "its subnet has no route table",
	"at": {"resource": "v", "path": ["properties"]},
	"absent": [],
}}}

_found(views) := found if {
	found := policy.deny with input.views as views
}

test_load_balancer if {
	_found(_cluster("loadBalancer", false, false)) == {{
		"resource": "c",
		"row": "c#",
		"path": ["properties", "networkProfile", "outboundType"],
		"values": {"what": "its outbound type is loadBalancer"},
	}}
}

test_routes_or_no_way_out if {
	_found(_cluster("userDefinedRouting", true, false)) == set()
	_found(_cluster("block", false, true)) == set()
}

test_pool_around_the_firewall if {
	found := _found(_pool(true, false))
	{violation.at | some violation in found} == {{"resource": "v", "path": ["properties"]}}
	{violation.values.what | some violation in found} == {"node pool user: its subnet has no route table"}
}

test_pool_through_the_firewall if {
	_found(_pool(true, true)) == set()
	_found(_pool(false, false)) == set()
}
