package erpguard.resources.pod_cannot_fit_test

import data.erpguard.resources.pod_cannot_fit

_pod := {
	"resource": "p",
	"key": "p#spec",
	"path": ["spec", "containers", 0],
	"asked": "8 cpu and 4 GiB",
	"pools": "apps (Standard_D4s_v5): 3.86 cpu and 13.1 GiB",
	"what": "cpu",
	"fits": false,
}

_violations(pod) := violations if {
	violations := pod_cannot_fit.deny with input as {"views": {"pod_sizes": {"p#spec": pod}}}
}

test_fails_at_the_request if {
	_violations(_pod) == {{
		"resource": "p",
		"row": "p#spec",
		"path": ["spec", "containers", 0, "resources", "requests", "cpu"],
		"values": {"asked": "8 cpu and 4 GiB", "pools": "apps (Standard_D4s_v5): 3.86 cpu and 13.1 GiB"},
	}}
}

test_one_that_fits_passes if _violations(object.union(_pod, {"fits": true})) == set()

test_what_is_not_known_is_no_violation if _violations(object.remove(_pod, ["fits"])) == set()
