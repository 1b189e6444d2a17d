package erpguard.network.no_private_endpoint_test

import data.erpguard.network.no_private_endpoint as policy

_service(connected) := {"s#": {
	"resource": "s",
	"key": "s#",
	"path": [],
	"connected": connected,
	"what": "it has no private endpoint",
}}

_connection(approved, zone_group) := {"s##0": {
	"resource": "s",
	"key": "s##0",
	"path": [],
	"approved": approved,
	"zone_group": zone_group,
	"endpoint": "pe-erp",
	"at": {"resource": "p", "path": ["name"]},
}}

_found(connected, connections) := found if {
	found := policy.deny with input.views as {
		"private_endpoints": _service(connected),
		"private_endpoint_connections": connections,
	}
}

test_none if {
	_found(false, {}) == {{
		"resource": "s",
		"row": "s#",
		"path": ["name"],
		"values": {"what": "it has no private endpoint"},
	}}
}

test_without_zone_group if {
	_found(true, _connection(true, false)) == {{
		"resource": "s",
		"row": "s##0",
		"path": [],
		"values": {"what": "private endpoint pe-erp has no DNS zone group"},
		"at": {"resource": "p", "path": ["name"]},
		"absent": ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"],
	}}
}

test_whole if _found(true, _connection(true, true)) == set()

test_not_approved_is_one_finding if count(_found(false, _connection(false, false))) == 1
