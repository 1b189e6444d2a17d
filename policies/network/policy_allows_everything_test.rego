package erpguard.network.policy_allows_everything_test

import data.erpguard.network.policy_allows_everything as policy

_input(isolates, paths) := {"views": {"network_policies": {"p#": {
	"resource": "p",
	"key": "p#",
	"path": [],
	"isolates_ingress": isolates,
	"open_ingress": [{"path": path, "what": "it is open"} | some path in paths],
}}}}

test_one_finding_per_opening if {
	paths := {["spec", "ingress", 0, "from"], ["spec", "ingress", 1, "from", 0, "ipBlock", "cidr"]}
	found := policy.deny with input as _input(true, paths)
	{finding.path | some finding in found} == paths
}

test_rules_of_a_direction_without_effect if {
	count(policy.deny) == 0 with input as _input(false, {["spec", "ingress", 0, "from"]})
}

test_nothing_open if {
	count(policy.deny) == 0 with input as _input(true, set())
}
