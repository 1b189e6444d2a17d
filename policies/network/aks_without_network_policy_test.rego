package erpguard.network.aks_without_network_policy_test

import data.erpguard.network.aks_without_network_policy as policy

_paths(profile, sku) := {violation.path |
	some violation in policy.deny with input.resources as {"Microsoft.ContainerService/managedClusters": {"c": {
		"resource": "c",
		"key": "c",
		"path": [],
		"body": {"sku": sku, "properties": {"networkProfile": profile}},
	}}}
}

_place := ["properties", "networkProfile", "networkPolicy"]

test_none if _paths({"networkPolicy": "none", "networkDataplane": "azure"}, {"name": "Base"}) == {_place}

test_another_case if _paths({"networkPolicy": "None", "networkDataplane": "Azure"}, {"name": "Basic"}) == {_place}

test_engine if _paths({"networkPolicy": "calico", "networkDataplane": "azure"}, {"name": "Base"}) == set()

test_dataplane if _paths({"networkPolicy": "none", "networkDataplane": "Cilium"}, {"name": "Base"}) == set()

test_automatic if _paths({"networkPolicy": "none", "networkDataplane": "azure"}, {"name": "Automatic"}) == set()
