package erpguard.resources.autoscaler_cannot_work_test

import data.erpguard.resources.autoscaler_cannot_work

_row(view, fields) := {view: {"h#": object.union(
	{"resource": "h", "key": "h#", "path": ["spec"], "resource_name": "cpu"},
	fields,
)}}

_target(fields) := _row("autoscalers", object.union({"target": "Deployment odoo"}, fields))

_metric(fields) := _row("autoscaler_metrics", object.union(
	{
		"container": "odoo",
		"request_resource": "d",
		"request_path": ["spec", "resources"],
	},
	fields,
))

_conflict(fields) := _row("autoscaler_conflicts", object.union(
	{"vertical": "odoo", "vertical_resource": "v"},
	fields,
))

test_target_exists if {
	violations := autoscaler_cannot_work.deny with input.views as _target({"target_missing": false})
	violations == set()
}

test_target_missing if {
	violations := autoscaler_cannot_work.deny with input.views as _target({"target_missing": true})
	violations == {{
		"resource": "h",
		"row": "h#",
		"path": ["spec", "scaleTargetRef"],
		"values": {"what": "its target, Deployment odoo, does not exist"},
	}}
}

test_requested if {
	violations := autoscaler_cannot_work.deny with input.views as _metric({"requested": true})
	violations == set()
}

test_request_not_known if {
	violations := autoscaler_cannot_work.deny with input.views as _metric({})
	violations == set()
}

test_not_requested if {
	violations := autoscaler_cannot_work.deny with input.views as _metric({"requested": false})
	violations == {{
		"resource": "h",
		"row": "h#",
		"path": ["spec"],
		"values": {"what": "cpu utilisation of container odoo has no request to compare with"},
		"at": {"resource": "d", "path": ["spec", "resources"]},
		"absent": ["core/LimitRange"],
	}}
}

test_no_conflict if {
	violations := autoscaler_cannot_work.deny with input.views as _conflict({"conflicts": false})
	violations == set()
}

test_conflict if {
	violations := autoscaler_cannot_work.deny with input.views as _conflict({"conflicts": true})
	violations == {{
		"resource": "h",
		"row": "h#",
		"path": ["spec"],
		"values": {"what": "VerticalPodAutoscaler odoo changes the cpu requests that it measures by"},
		"key": "odoo",
		"related": [{
			"resource": "v",
			"path": ["metadata", "name"],
			"message": "VerticalPodAutoscaler odoo",
		}],
	}}
}
