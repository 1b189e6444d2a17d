package erpguard.network.pod_not_isolated_test

import data.erpguard.network.pod_not_isolated as policy

_row := {"resource": "erp", "key": "erp#metadata/name", "path": ["metadata", "name"]}

_input(fields) := {"views": {"isolation": {"erp#metadata/name": object.union(_row, fields)}}}

test_not_selected if {
	found := policy.deny with input as _input({"governed": true, "ingress": false})
	{finding.path | some finding in found} == {["metadata", "name"]}
}

test_selected if {
	count(policy.deny) == 0 with input as _input({"governed": true, "ingress": true})
}

test_not_known if {
	count(policy.deny) == 0 with input as _input({"governed": true})
}

test_only_pods_on_the_network_of_their_node if {
	count(policy.deny) == 0 with input as _input({"governed": false, "ingress": false})
}
