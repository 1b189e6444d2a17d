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
		"covered_by": ["deny-internet"],
		"effect": "deny what it should allow",
		"related": [{"resource": "nsg", "path": ["properties", "securityRules", 0], "message": "deny-internet"}],
	},
	fields,
)}}}

test_shadowed if {
	found := policy.deny with input as _input({})
	{finding.path | some finding in found} == {["properties", "securityRules", 1]}
	{finding.values.effect | some finding in found} == {"deny what it should allow"}
}

test_in_effect if {
	count(policy.deny) == 0 with input as _input({"shadowed": false})
}

test_not_known if {
	given := json.remove(_input({}), ["views/nsg_rules/nsg#0/shadowed"])
	count(policy.deny) == 0 with input as given
}
