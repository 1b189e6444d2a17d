package erpguard.network.data_service_exposed_test

import data.erpguard.network.data_service_exposed as policy

_db := {"resource": "db", "path": ["metadata", "name"], "title": "StatefulSet db", "tier": "data"}

_type := {"path": ["spec", "type"], "what": "type NodePort"}

_addresses := {"path": ["spec", "externalIPs"], "what": "external addresses 10.0.0.1"}

_input(exposures, pods) := {"views": {"services": {"s#": {
	"resource": "s",
	"key": "s#",
	"path": [],
	"published": count(exposures) > 0,
	"exposures": exposures,
	"data_pods": pods,
}}}}

test_one_finding_per_exposure if {
	found := policy.deny with input as _input([_type, _addresses], [_db])
	{finding.path | some finding in found} == {["spec", "type"], ["spec", "externalIPs"]}
}

test_workloads_are_named_and_related if {
	some found in policy.deny with input as _input([_type], [_db])
	found.values == {"what": "type NodePort", "pods": ["StatefulSet db"]}
	found.related == [{"resource": "db", "path": ["metadata", "name"], "message": "StatefulSet db"}]
}

test_no_data_behind_it if {
	count(policy.deny) == 0 with input as _input([_type], [])
}

test_not_published if {
	count(policy.deny) == 0 with input as _input([], [_db])
}
