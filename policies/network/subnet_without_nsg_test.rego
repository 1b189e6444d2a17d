package erpguard.network.subnet_without_nsg_test

import data.erpguard.network.subnet_without_nsg as policy

_input(fields) := {
	"settings": {"network": {"subnet_without_nsg": {"production": {"exempt_subnets": ["GatewaySubnet"]}}}},
	"views": {"subnets": {"vnet#0": object.union(
		{
			"resource": "vnet",
			"key": "vnet#0",
			"path": ["properties", "subnets", 0],
			"name": "vnet-erp",
			"environment": "production",
			"unguarded": {"name": "snet-db", "doubt": ""},
			"title": "vnet-erp/snet-db",
			"absent": [],
		},
		fields,
	)}},
}

test_without_group if {
	found := policy.deny with input as _input({})
	{finding.path | some finding in found} == {["properties", "subnets", 0, "name"]}
	{finding.values.subnet | some finding in found} == {"vnet-erp/snet-db"}
}

test_with_group if {
	given := json.remove(_input({}), ["views/subnets/vnet#0/unguarded"])
	count(policy.deny) == 0 with input as given
}

test_exempt_by_exact_name if {
	count(policy.deny) == 0 with input as _input({"unguarded": {"name": "GatewaySubnet", "doubt": ""}})
	count(policy.deny) == 1 with input as _input({"unguarded": {"name": "gatewaysubnet"}})
	count(policy.deny) == 1 with input as _input({"unguarded": {"name": "GatewaySubnet-2"}})
}

test_in_doubt if {
	found := policy.deny with input as _input({"unguarded": {"name": "", "doubt": "its name"}})
	{finding.doubt | some finding in found} == {"its name"}
}
