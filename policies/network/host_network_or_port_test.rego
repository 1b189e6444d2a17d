package erpguard.network.host_network_or_port_test

import data.erpguard.network.host_network_or_port as policy

_pod := {"resource": "odoo", "key": "odoo#spec", "path": ["spec"]}

_container := {"resource": "odoo", "key": "odoo#c0", "path": ["spec", "containers", 0], "container": "odoo"}

_input(host_network, host_port) := {"views": {
	"pods": {"odoo#spec": object.union(_pod, {"host_network": host_network})},
	"containers": {"odoo#c0": object.union(_container, {"ports": [{"index": 0, "port": 80, "host_port": host_port}]})},
}}

test_host_network_is_one_finding_whatever_its_ports if {
	found := policy.deny with input as _input(true, 80)
	{finding.path | some finding in found} == {["spec", "hostNetwork"]}
}

test_host_port_alone if {
	found := policy.deny with input as _input(false, 80)
	{finding.path | some finding in found} == {["spec", "containers", 0, "ports", 0, "hostPort"]}
}

test_host_port_of_a_pod_whose_network_is_not_known if {
	found := policy.deny with input as _input(false, 80) with input.views.pods as {"odoo#spec": _pod}
	count(found) == 1
}

test_neither if {
	count(policy.deny) == 0 with input as _input(false, 0)
}
