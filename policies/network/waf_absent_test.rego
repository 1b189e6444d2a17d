package erpguard.network.waf_absent_test

import data.erpguard.network.waf_absent as policy

_row(blocks) := {"web_application_firewalls": {"g##0": {
	"resource": "g",
	"key": "g##0",
	"path": [],
	"blocks": blocks,
	"what": "it has no web application firewall",
	"at": {"resource": "g", "path": ["name"]},
	"absent": [],
}}}

test_absent if {
	found := policy.deny with input.views as _row(false)
	found == {{
		"resource": "g",
		"row": "g##0",
		"path": [],
		"values": {"what": "it has no web application firewall"},
		"at": {"resource": "g", "path": ["name"]},
		"absent": [],
	}}
}

test_blocks if {
	found := policy.deny with input.views as _row(true)
	found == set()
}
