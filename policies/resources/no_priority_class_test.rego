package erpguard.resources.no_priority_class_test

import data.erpguard.resources.no_priority_class

_row(fields) := {"priorities": {"w#spec": object.union(
	{"resource": "w", "key": "w#spec", "path": ["spec"], "tier": "edge"},
	fields,
)}}

test_named_passes if {
	violations := no_priority_class.deny with input.views as _row({"interactive": true, "priority_class": true})
	violations == set()
}

test_others_pass if {
	violations := no_priority_class.deny with input.views as _row({"interactive": false, "priority_class": false})
	violations == set()
}

test_unknown_says_nothing if {
	violations := no_priority_class.deny with input.views as _row({"interactive": true})
	violations == set()
}

test_none_fails if {
	violations := no_priority_class.deny with input.views as _row({"interactive": true, "priority_class": false})
	violations == {{
		"resource": "w",
		"row": "w#spec",
		"path": ["spec", "priorityClassName"],
		"values": {"tier": "edge"},
	}}
}
