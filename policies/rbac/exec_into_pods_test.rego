package erpguard.rbac.exec_into_pods_test

import data.erpguard.rbac.exec_into_pods

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
	grants := [_grant("create", "pods/exec"), _grant("update", "pods/exec")]
	violations := exec_into_pods.deny with input.views as _rows({"pod_access_grants": grants})
	violations == {_violation(["resources", 0], ["create on pods/exec", "update on pods/exec"])}
}

test_nothing_granted_passes if {
	violations := exec_into_pods.deny with input.views as _rows({"pod_access_grants": []})
	violations == set()
}

test_control_plane_is_left_out if {
	fields := {"control_plane": true, "pod_access_grants": [_grant("create", "pods/exec")]}
	violations := exec_into_pods.deny with input.views as _rows(fields)
	violations == set()
}

test_unknown_says_nothing if {
	violations := exec_into_pods.deny with input.views as _rows({})
	violations == set()
}
