package erpguard.network.aks_without_network_policy_test

import data.erpguard.network.aks_without_network_policy as policy

_place := ["properties", "networkProfile", "networkPolicy"]

_violations(changes) := violations if {
	row := object.union({"resource": "c", "key": "c#", "path": _place, "enforced": false, "engine": "none"}, changes)
	violations := policy.deny with input as {"views": {"policy_engines": {"c#": row}}}
}

test_none if {
	_violations({}) == {{"resource": "c", "row": "c#", "path": _place, "values": {"policy": "none"}}}
}

test_enforced if _violations({"enforced": true, "engine": "calico"}) == set()
