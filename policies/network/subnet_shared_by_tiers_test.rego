package erpguard.network.subnet_shared_by_tiers_test

import data.erpguard.network.subnet_shared_by_tiers as policy

_row(shared) := {"subnet_tenants": {"v#": {
	"resource": "v",
	"key": "v#",
	"path": ["properties", "subnets", 0],
	"title": "vnet-erp/snet-aks",
	"shared": shared,
	"data": ["pe-psql"],
	"applications": ["aks-erp"],
	"tenants": [{"resource": "a", "path": [], "message": "application tier: managedClusters aks-erp"}],
	"at": {"resource": "v", "path": ["properties", "subnets", 0, "name"]},
}}}

test_shared if {
	found := policy.deny with input.views as _row(true)
	found == {{
		"resource": "v",
		"row": "v#",
		"path": ["properties", "subnets", 0],
		"values": {"title": "vnet-erp/snet-aks", "data": ["pe-psql"], "applications": ["aks-erp"]},
		"at": {"resource": "v", "path": ["properties", "subnets", 0, "name"]},
		"related": [{"resource": "a", "path": [], "message": "application tier: managedClusters aks-erp"}],
	}}
}

test_alone if {
	found := policy.deny with input.views as _row(false)
	found == set()
}
