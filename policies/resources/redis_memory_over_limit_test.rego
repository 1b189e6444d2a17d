package erpguard.resources.redis_memory_over_limit_test

import data.erpguard.resources.redis_memory_over_limit

_node := {"resource": "m", "path": ["data", "redis.conf"], "line": 2}

_row(fields) := {"redis_memory": {"w#c": object.union(
	{"resource": "w", "key": "w#c", "path": ["spec"], "container": "redis", "tier": "cache", "node": _node},
	fields,
)}}

_violation(what) := {
	"resource": "w",
	"row": "w#c",
	"path": ["spec", "args"],
	"values": {"what": what},
	"at": _node,
}

test_below_passes if {
	violations := redis_memory_over_limit.deny with input.views as _row({"missing": false, "exceeds": false})
	violations == set()
}

test_unknown_says_nothing if {
	violations := redis_memory_over_limit.deny with input.views as _row({})
	violations == set()
}

test_missing_fails if {
	violations := redis_memory_over_limit.deny with input.views as _row({"missing": true, "exceeds": false})
	violations == {_violation("container redis has no maxmemory")}
}

test_not_below_fails_where_it_is_set if {
	violations := redis_memory_over_limit.deny with input.views as _row({
		"missing": false, "exceeds": true, "maxmemory": "1gb", "limit": "1Gi",
	})
	violations == {_violation("maxmemory 1gb of container redis is not below its memory limit of 1Gi")}
}
