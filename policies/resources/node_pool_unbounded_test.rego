package erpguard.resources.node_pool_unbounded_test

import data.erpguard.resources.node_pool_unbounded as policy

_at := {"resource": "c", "path": ["properties", "agentPoolProfiles", 0, "name"]}

_found(fields) := found if {
	found := policy.deny with input.views as {"node_pools": {"c#p": object.union(
		{
			"resource": "c",
			"key": "c#p",
			"path": ["properties", "agentPoolProfiles", 0],
			"environment": "production",
			"pool_name": "system",
			"autoscaling": false,
			"has_maximum": false,
			"shared": false,
			"at": _at,
		},
		fields,
	)}}
}

test_fixed_size if _found({}) == set()

test_without_maximum if {
	_found({"autoscaling": true}) == {{
		"resource": "c",
		"row": "c#p",
		"path": ["properties", "agentPoolProfiles", 0, "maxCount"],
		"values": {"pool": "system", "what": "scales by itself without a maximum"},
		"absent": [],
	}}
}

test_with_maximum if _found({"autoscaling": true, "has_maximum": true}) == set()

test_shared_in_production if {
	found := _found({"shared": true})
	{violation.at | some violation in found} == {_at}
}

test_shared_elsewhere if _found({"shared": true, "environment": "development"}) == set()
