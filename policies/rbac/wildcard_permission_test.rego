package erpguard.rbac.wildcard_permission_test

import data.erpguard.rbac.wildcard_permission

_row := {"resource": "r", "key": "r#rules/0", "path": ["rules", 0], "kind": "Role", "control_plane": false}

_rows(fields) := {"role_rules": {"r#rules/0": object.union(_row, fields)}}

_violation(path, field) := {
	"resource": "r",
	"row": "r#rules/0",
	"path": array.concat(["rules", 0], path),
	"values": {"field": field},
}

test_each_wildcard_is_a_place if {
	wildcards := [{"field": "verbs", "path": ["verbs", 1]}, {"field": "apiGroups", "path": ["apiGroups", 0]}]
	violations := wildcard_permission.deny with input.views as _rows({"wildcards": wildcards})
	violations == {_violation(["verbs", 1], "verbs"), _violation(["apiGroups", 0], "apiGroups")}
}

test_no_wildcard_passes if {
	violations := wildcard_permission.deny with input.views as _rows({"wildcards": []})
	violations == set()
}

test_control_plane_is_left_out if {
	fields := {"control_plane": true, "wildcards": [{"field": "verbs", "path": ["verbs", 0]}]}
	violations := wildcard_permission.deny with input.views as _rows(fields)
	violations == set()
}

test_unknown_says_nothing if {
	violations := wildcard_permission.deny with input.views as _rows({})
	violations == set()
}
