package erpguard.rbac.webhook_or_node_control_test

import data.erpguard.rbac.webhook_or_node_control

_row := {"resource": "r", "key": "r#rules/0", "path": ["rules", 0], "kind": "Role", "control_plane": false}

_rows(fields) := {"role_rules": {"r#rules/0": object.union(_row, fields)}}

_grant(verb, resource) := {
	"group": "",
	"verb": verb,
	"resource": resource,
	"verb_path": ["verbs", 0],
	"resource_path": ["resources", 0],
}

_violation(path, rights) := {
	"resource": "r",
	"row": "r#rules/0",
	"path": array.concat(["rules", 0], path),
	"values": {"rights": rights},
}

test_one_finding_per_resource if {
	grants := [_grant("patch", "nodes"), _grant("update", "nodes")]
	violations := webhook_or_node_control.deny with input.views as _rows({"cluster_control_grants": grants})
	violations == {_violation(["resources", 0], ["patch on nodes", "update on nodes"])}
}

test_nothing_granted_passes if {
	violations := webhook_or_node_control.deny with input.views as _rows({"cluster_control_grants": []})
	violations == set()
}

test_control_plane_is_left_out if {
	fields := {"control_plane": true, "cluster_control_grants": [_grant("patch", "nodes")]}
	violations := webhook_or_node_control.deny with input.views as _rows(fields)
	violations == set()
}

test_unknown_says_nothing if {
	violations := webhook_or_node_control.deny with input.views as _rows({})
	violations == set()
}
