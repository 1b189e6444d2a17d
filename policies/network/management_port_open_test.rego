package erpguard.network.management_port_open_test

import data.erpguard.network.management_port_open as policy

_limits := {"maximum_public_addresses": 65536, "maximum_public_ipv6_networks": 1}

_opening(size) := {"first": 22, "last": 22, "own": size, "largest": size, "total": size}

_input(openings, perhaps) := {
	"settings": {"network": {"management_port_open": {"production": _limits}}},
	"views": {"nsg_exposures": {
		"nsg#": {"resource": "nsg", "key": "nsg#", "path": [], "environment": "production"},
		"nsg#0": {
			"resource": "nsg",
			"key": "nsg#0",
			"path": ["properties", "securityRules", 0],
			"name": "nsg-erp",
			"environment": "production",
			"rule": "allow-all",
			"situations": [object.union(
				{"sure": openings, "possible": perhaps, "every": [], "every_possible": []},
				{"where": "of vnet-erp/snet-app", "doubt": "source of rule a", "related": []},
			)],
		},
	}},
}

test_open if {
	found := policy.deny with input as _input([_opening([3700000000, 0])], [])
	{finding.path | some finding in found} == {["properties", "securityRules", 0]}
	{object.get(finding, "doubt", "") | some finding in found} == {""}
	{finding.values.ports | some finding in found} == {[22]}
}

test_perhaps_open if {
	found := policy.deny with input as _input([], [_opening([3700000000, 0])])
	{finding.doubt | some finding in found} == {"source of rule a"}
}

test_an_allow_list if {
	count(policy.deny) == 0 with input as _input([_opening([65536, 1])], [])
	count(policy.deny) == 1 with input as _input([_opening([65537, 0])], [])
	count(policy.deny) == 1 with input as _input([_opening([0, 2])], [])
}

test_another_port if {
	opening := object.union(_opening([3700000000, 0]), {"first": 443, "last": 443})
	count(policy.deny) == 0 with input as _input([opening], [])
}
