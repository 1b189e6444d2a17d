package erpguard.resources.edge_without_limits_test

import data.erpguard.resources.edge_without_limits

_router(unlimited) := {"r#1": {
	"resource": "r",
	"key": "r#1",
	"path": ["spec", "routes", 0],
	"label": "Host(`erp.example.com`)",
	"attach_path": ["spec", "routes", 0, "middlewares"],
	"traefik": true,
	"unlimited": unlimited,
}}

_point(off) := {"t#web": {
	"resource": "t",
	"key": "t#web",
	"path": ["spec", "template", "spec", "containers", 0],
	"entry_point": "web",
	"read_timeout_off": off,
	"at": {"resource": "t", "path": ["spec", "template", "spec", "containers", 0, "args"]},
}}

_input(routers, points) := {"views": {"routers": routers, "traefik_entry_points": points}}

test_unlimited_router_fails if {
	violations := edge_without_limits.deny with input as _input(_router(true), {})
	violations == {{
		"resource": "r",
		"row": "r#1",
		"path": ["spec", "routes", 0, "middlewares"],
		"values": {"what": "Host(`erp.example.com`) has no middleware that bounds size, rate or number of requests"},
	}}
}

test_limited_router_passes if {
	violations := edge_without_limits.deny with input as _input(_router(false), {})
	violations == set()
}

test_endless_reading_fails_where_it_is_set if {
	violations := edge_without_limits.deny with input as _input({}, _point(true))
	violations == {{
		"resource": "t",
		"row": "t#web",
		"path": ["spec", "template", "spec", "containers", 0],
		"values": {"what": "entry point web reads requests without a bound in time"},
		"at": {"resource": "t", "path": ["spec", "template", "spec", "containers", 0, "args"]},
	}}
}

test_bounded_reading_passes if {
	violations := edge_without_limits.deny with input as _input({}, _point(false))
	violations == set()
}
