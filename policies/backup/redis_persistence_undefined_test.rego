package erpguard.backup.redis_persistence_undefined_test

import data.erpguard.backup.redis_persistence_undefined

_node := {"resource": "w", "path": ["spec", "containers", 0, "args", 1]}

_row(fields) := {"redis_persistence": {"w#c": object.union(
	{
		"resource": "w", "key": "w#c", "path": ["spec", "containers", 0], "tier": "cache", "container": "redis",
		"persistent": false, "decided": false, "what": "its data is not written down", "node": _node,
	},
	fields,
)}}

_violations(fields) := violations if {
	violations := redis_persistence_undefined.deny with input.views as _row(fields)
}

test_neither_fails_at_the_setting if {
	_violations({}) == {{
		"resource": "w",
		"row": "w#c",
		"path": ["spec", "containers", 0],
		"values": {"container": "redis", "what": "its data is not written down", "where": "container redis: "},
		"at": _node,
	}}
}

test_a_cache_of_azure_has_no_container if {
	node := {"resource": "r", "path": ["properties", "redisConfiguration", "rdb-backup-enabled"]}
	row := {
		"resource": "r", "key": "r#", "path": [], "tier": "cache",
		"persistent": false, "decided": false, "what": "its data is not written down", "node": node,
	}
	violations := redis_persistence_undefined.deny with input.views as {"redis_persistence": {"r#": row}}
	{[violation.at, violation.values.where] | some violation in violations} == {[node, ""]}
}

test_persistent_passes if _violations({"persistent": true}) == set()

test_decision_passes if _violations({"decided": true}) == set()

test_other_tier_is_not_judged if _violations({"tier": "data"}) == set()
