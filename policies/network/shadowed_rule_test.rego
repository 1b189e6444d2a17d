package erpguard.network.shadowed_rule_test

import data.erpguard.network.shadowed_rule as policy

_input(fields) := {"views": {"nsg_rules": {"nsg#0": object.union(
	{
		"resource": "nsg",
		"key": "nsg#0",
		"path": ["properties", "securityRules", 1],
		"name": "nsg-erp",
		"environment": "production",
		"rule": "allow-office",
		"shadowed": true,
		"before": "rule deny-internet denies what it should allow",
		"doubt": "",
		"related": [{"resource": "nsg", "path": ["properties", "securityRules", 0], "message": "deny-internet"}],
	},
	fields,
)}}}

test_shadowed if {
	found := policy.deny with input as _input({})
	{finding.path | some finding in found} == {["properties", "securityRules", 1]}
	{finding.doubt | some finding in found} == {""}
}

test_in_effect if {
	count(policy.deny) == 0 with input as _input({"shadowed": false})
}

test_perhaps if {
	found := policy.deny with input as _input({"doubt": "source of rule deny-some"})
	{finding.doubt | some finding in found} == {"source of rule deny-some"}
}
