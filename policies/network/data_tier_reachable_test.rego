package erpguard.network.data_tier_reachable_test

import data.erpguard.network.data_tier_reachable

_erp := {"tier": "erp", "sure": true, "title": "Deployment odoo of namespace erp", "places": []}

_grafana := {
	"tier": "",
	"sure": true,
	"title": "Deployment grafana of namespace monitoring",
	"places": [{"resource": "grafana", "path": ["metadata", "name"]}],
}

_violations(sources) := violations if {
	at := {"resource": "policy", "path": ["spec", "ingress", 0, "from", 0]}
	admission := {"at": at, "ports": [5432], "absent": [], "sources": sources}
	row := {
		"resource": "db",
		"key": "db#",
		"path": ["metadata", "name"],
		"environment": "production",
		"governed": true,
		"tier": "data",
		"admissions": [admission],
	}
	accepted := {"data": ["erp", "monitoring"], "pooler": [], "cache": []}
	settings := {"network": {"data_tier_reachable": {"production": {"accepted_tiers": accepted}}}}
	document := {"views": {"data_tier_reach": {"db#": row}}, "settings": settings}
	violations := data_tier_reachable.deny with input as document
}

test_a_pod_without_a_tier_fails if {
	_violations([_erp, _grafana]) == {{
		"resource": "db",
		"row": "db#",
		"path": ["metadata", "name"],
		"values": {"ports": [5432], "sources": ["Deployment grafana of namespace monitoring"]},
		"at": {"resource": "policy", "path": ["spec", "ingress", 0, "from", 0]},
		"absent": [],
		"related": [{
			"resource": "grafana",
			"path": ["metadata", "name"],
			"message": "Deployment grafana of namespace monitoring",
		}],
	}}
}

test_accepted_tiers_pass if _violations([_erp, object.union(_grafana, {"tier": "monitoring"})]) == set()

test_nobody_passes if _violations([]) == set()

test_a_source_that_is_not_sure_is_in_doubt if {
	found := _violations([object.union(_grafana, {"sure": false})])
	{violation.doubt | some violation in found} == {"whom it admits"}
}

test_a_sure_source_leaves_no_doubt if {
	perhaps := object.union(_grafana, {"sure": false, "title": "pods with addresses in 10.0.0.0/8", "places": []})
	{violation.values.sources | some violation in _violations([perhaps, _grafana])} == {[_grafana.title]}
	not _has_doubt(_violations([perhaps, _grafana]))
}

_has_doubt(violations) if {
	some violation in violations
	violation.doubt
}
