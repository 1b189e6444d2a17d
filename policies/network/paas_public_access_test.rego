package erpguard.network.paas_public_access_test

import data.erpguard.network.paas_public_access as policy

_at := {"resource": "s", "path": ["properties", "publicNetworkAccess"]}

_service(open) := {"public_access": {"s#": {
	"resource": "s",
	"key": "s#",
	"path": [],
	"open": open,
	"what": "it is open",
	"at": _at,
	"absent": [],
}}}

_rule(public, addresses, azure_services) := {
	"settings": {"network": {"paas_public_access": {"production": {"maximum_addresses": 256}}}},
	"views": {"database_firewall_rules": {"r#": {
		"resource": "s",
		"key": "r#",
		"path": [],
		"environment": "production",
		"public": public,
		"addresses": addresses,
		"azure_services": azure_services,
		"span": "span",
		"rule_name": "rule",
		"at": {"resource": "r", "path": []},
		"doubt": "",
	}}},
}

test_open if {
	found := policy.deny with input.views as _service(true)
	found == {{"resource": "s", "row": "s#", "path": [], "values": {"what": "it is open"}, "at": _at, "absent": []}}
}

test_closed if {
	found := policy.deny with input.views as _service(false)
	found == set()
}

test_wide_rule if {
	found := policy.deny with input as _rule(true, 257, false)
	{violation.values.what | some violation in found} == {"firewall rule rule admits span, 257 addresses"}
}

test_all_of_azure if {
	found := policy.deny with input as _rule(true, 1, true)
	{violation.at.resource | some violation in found} == {"r"}
}

test_narrow_rule_or_no_public_access if {
	count(policy.deny) == 0 with input as _rule(true, 256, false)
	count(policy.deny) == 0 with input as _rule(false, 4294967296, false)
}
