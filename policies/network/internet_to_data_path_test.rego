package erpguard.network.internet_to_data_path_test

import data.erpguard.network.internet_to_data_path

_row := {
	"resource": "s",
	"key": "s#",
	"path": [],
	"environment": "production",
	"open": true,
	"sure": 4000000000,
	"most": 4000000000,
	"service": "Service db",
	"port": 5432,
	"target": "StatefulSet db",
	"spot": ["spec", "type"],
	"flow": [{"resource": "n", "path": ["name"], "message": "rule allow-all lets the internet in"}],
}

_violations(changes) := violations if {
	settings := {"network": {"internet_to_data_path": {"production": {"maximum_public_addresses": 65536}}}}
	rows := {"s#": object.union(_row, changes)}
	document := {"views": {"internet_paths": rows}, "settings": settings}
	violations := internet_to_data_path.deny with input as document
}

test_an_open_way_fails if {
	_violations({}) == {{
		"resource": "s",
		"row": "s#",
		"path": ["spec", "type"],
		"values": {"service": "Service db", "target": "StatefulSet db", "port": 5432},
		"key": "5432 StatefulSet db",
		"flow": _row.flow,
	}}
}

test_a_closed_way_passes if _violations({"open": false}) == set()

test_an_allow_list_passes if _violations({"sure": 65536, "most": 65536}) == set()

test_a_group_that_is_not_known_is_in_doubt if {
	{violation.doubt | some violation in _violations({"sure": 0})} == {"what the groups of Azure let in"}
}
