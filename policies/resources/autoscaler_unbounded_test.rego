package erpguard.resources.autoscaler_unbounded_test

import data.erpguard.resources.autoscaler_unbounded

_input(minimum, maximum) := {
	"views": {"autoscalers": {"h#spec": {
		"resource": "h", "key": "h#spec", "path": ["spec"], "environment": "production",
		"min_replicas": minimum, "max_replicas": maximum, "maximum_key": "maxReplicas",
	}}},
	"settings": {"resources": {"autoscaler_unbounded": {"production": {"maximum_replicas": 20}}}},
}

_violation(key, what) := {
	"resource": "h",
	"row": "h#spec",
	"path": ["spec", "maxReplicas"],
	"values": {"what": what},
	"key": key,
}

test_bounded_passes if {
	violations := autoscaler_unbounded.deny with input as _input(2, 20)
	violations == set()
}

test_too_many if {
	violations := autoscaler_unbounded.deny with input as _input(2, 21)
	violations == {_violation("maximum", "up to 21 replicas, more than 20")}
}

test_fixed if {
	violations := autoscaler_unbounded.deny with input as _input(3, 3)
	violations == {_violation("fixed", "at least 3 replicas, at most 3")}
}

test_both if {
	violations := autoscaler_unbounded.deny with input as _input(30, 30)
	count(violations) == 2
}
