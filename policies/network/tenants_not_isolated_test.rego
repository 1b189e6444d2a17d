package erpguard.network.tenants_not_isolated_test

import data.erpguard.network.tenants_not_isolated

_violations(openings) := violations if {
	row := {
		"resource": "odoo",
		"key": "odoo#",
		"path": ["metadata", "name"],
		"environment": "production",
		"governed": true,
		"tenant": "acme",
		"openings": openings,
	}
	violations := tenants_not_isolated.deny with input as {"views": {"tenant_reach": {"odoo#": row}}}
}

_opening := {
	"at": {"resource": "policy", "path": ["spec", "ingress", 0, "from", 0]},
	"sure": true,
	"absent": [],
	"source": "Deployment edi of tenant globex",
	"places": [{"resource": "edi", "path": ["metadata", "name"]}],
}

test_an_opening_fails if {
	_violations([_opening]) == {{
		"resource": "odoo",
		"row": "odoo#",
		"path": ["metadata", "name"],
		"values": {"tenant": "acme", "source": "Deployment edi of tenant globex"},
		"at": {"resource": "policy", "path": ["spec", "ingress", 0, "from", 0]},
		"absent": [],
		"related": [{
			"resource": "edi",
			"path": ["metadata", "name"],
			"message": "Deployment edi of tenant globex",
		}],
	}}
}

test_no_opening_passes if _violations([]) == set()

test_an_opening_that_is_not_sure_is_in_doubt if {
	found := _violations([object.union(_opening, {"sure": false})])
	{violation.doubt | some violation in found} == {"whether it gets through"}
}
