package erpguard.resources.autoscaler_on_cpu_only_test

import data.erpguard.resources.autoscaler_on_cpu_only

_row(worker, only_cpu) := {"autoscalers": {"h#spec": {
	"resource": "h", "key": "h#spec", "path": ["spec"], "target": "Deployment worker",
	"worker": worker, "only_cpu": only_cpu,
}}}

test_another_metric_passes if {
	violations := autoscaler_on_cpu_only.deny with input.views as _row(true, false)
	violations == set()
}

test_web_passes if {
	violations := autoscaler_on_cpu_only.deny with input.views as _row(false, true)
	violations == set()
}

test_worker_on_cpu_fails if {
	violations := autoscaler_on_cpu_only.deny with input.views as _row(true, true)
	violations == {{
		"resource": "h",
		"row": "h#spec",
		"path": ["spec", "metrics"],
		"values": {"target": "Deployment worker"},
	}}
}
