package erpguard.network.aks_control_plane_public_test

import data.erpguard.network.aks_control_plane_public as policy

_row(open) := {"control_planes": {"c#": {
	"resource": "c",
	"key": "c#",
	"path": [],
	"open": open,
	"setting": ["properties", "apiServerAccessProfile", "authorizedIPRanges"],
	"what": "there are no authorised IP ranges",
}}}

test_open if {
	found := policy.deny with input.views as _row(true)
	found == {{
		"resource": "c",
		"row": "c#",
		"path": ["properties", "apiServerAccessProfile", "authorizedIPRanges"],
		"values": {"what": "there are no authorised IP ranges"},
	}}
}

test_limited if {
	found := policy.deny with input.views as _row(false)
	found == set()
}
