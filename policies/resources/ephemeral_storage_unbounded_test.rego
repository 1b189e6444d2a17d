package erpguard.resources.ephemeral_storage_unbounded_test

import data.erpguard.resources.ephemeral_storage_unbounded

_container(fields) := {"container_resources": {"w#c": object.union(
	{"resource": "w", "key": "w#c", "path": ["spec", "containers", 0], "container": "odoo"},
	fields,
)}}

_volume(fields) := {"empty_dirs": {"w#v": object.union(
	{"resource": "w", "key": "w#v", "path": ["spec", "volumes", 0], "volume": "tmp"},
	fields,
)}}

test_limit_passes if {
	violations := ephemeral_storage_unbounded.deny with input.views as _container({"ephemeral_storage_limit": 1024})
	violations == set()
}

test_no_limit_fails if {
	violations := ephemeral_storage_unbounded.deny with input.views as _container({"memory_limit": 1024})
	violations == {{
		"resource": "w",
		"row": "w#c",
		"path": ["spec", "containers", 0, "resources", "limits", "ephemeral-storage"],
		"values": {"what": "container odoo has no limit for ephemeral storage"},
	}}
}

test_bounded_volume_passes if {
	violations := ephemeral_storage_unbounded.deny with input.views as _volume({"bounded": true})
	violations == set()
}

test_volume_that_is_not_known_says_nothing if {
	violations := ephemeral_storage_unbounded.deny with input.views as _volume({})
	violations == set()
}

test_unbounded_volume_fails if {
	violations := ephemeral_storage_unbounded.deny with input.views as _volume({"bounded": false})
	violations == {{
		"resource": "w",
		"row": "w#v",
		"path": ["spec", "volumes", 0, "emptyDir", "sizeLimit"],
		"values": {"what": "the emptyDir volume tmp has no sizeLimit"},
		"absent": [],
	}}
}
