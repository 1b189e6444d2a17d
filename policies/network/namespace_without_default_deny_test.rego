package erpguard.network.namespace_without_default_deny_test

import data.erpguard.network.namespace_without_default_deny as policy

_row := {"resource": "erp", "key": "erp#metadata/name", "path": ["metadata", "name"]}

_input(fields) := {"views": {"namespaces": {"erp#metadata/name": object.union(_row, fields)}}}

test_open_by_default if {
	found := policy.deny with input as _input({"namespace_name": "erp", "governed": true, "ingress_denied": false})
	{finding.path | some finding in found} == {["metadata", "name"]}
}

test_denied_by_default if {
	count(policy.deny) == 0 with input as _input({"namespace_name": "erp", "governed": true, "ingress_denied": true})
}

test_not_known if {
	count(policy.deny) == 0 with input as _input({"namespace_name": "erp", "governed": true})
}

test_only_pods_on_the_network_of_their_node if {
	count(policy.deny) == 0 with input as _input({"namespace_name": "erp", "governed": false, "ingress_denied": false})
}
