package erpguard.network.flow_logs_off_test

import data.erpguard.network.flow_logs_off as policy

_row(logged) := {"virtual_network_flow_logs": {"v#": {"resource": "v", "key": "v#", "path": [], "logged": logged}}}

test_off if {
	found := policy.deny with input.views as _row(false)
	found == {{"resource": "v", "row": "v#", "path": ["name"], "values": {}}}
}

test_on if {
	found := policy.deny with input.views as _row(true)
	found == set()
}
