package erpguard.network.postgres_public_test

import data.erpguard.network.postgres_public as policy

_at := {"resource": "r", "path": ["properties", "startIpAddress"]}

_input(public, rules) := {
	"settings": {"network": {"postgres_public": {"production": {"maximum_addresses": 256}}}},
	"views": {
		"database_access": {"s#": {
			"resource": "s",
			"key": "s#",
			"path": [],
			"environment": "production",
			"public": public,
			"setting": ["properties", "network", "publicNetworkAccess"],
			"rules": rules,
		}},
		"database_firewall_rules": {key: row |
			some index, rule in rules
			key := format_int(index, 10)
			row := object.union(
				{
					"resource": "s",
					"key": key,
					"path": [],
					"environment": "production",
					"public": public,
					"rule_name": "rule",
					"span": "span",
					"at": _at,
					"doubt": "",
				},
				rule,
			)
		},
	},
}

_severities(public, rules) := {violation.severity |
	some violation in policy.deny with input as _input(public, rules)
}

test_merely_public if _severities(true, []) == {"high"}

test_narrow_rule if _severities(true, [{"addresses": 256, "azure_services": false}]) == {"high"}

test_wide_rule if _severities(true, [{"addresses": 257, "azure_services": false}]) == {"critical"}

test_all_of_azure if _severities(true, [{"addresses": 1, "azure_services": true}]) == {"critical"}

test_not_public if _severities(false, [{"addresses": 4294967296, "azure_services": false}]) == set()

test_the_rule_is_the_place if {
	found := policy.deny with input as _input(true, [{"addresses": 300, "azure_services": false}])
	found == {{
		"resource": "s",
		"row": "0",
		"path": [],
		"at": _at,
		"severity": "critical",
		"doubt": "",
		"values": {"what": "firewall rule rule admits span, 300 addresses"},
	}}
}
