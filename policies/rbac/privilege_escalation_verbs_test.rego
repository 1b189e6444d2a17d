package erpguard.rbac.privilege_escalation_verbs_test

import data.erpguard.rbac.privilege_escalation_verbs

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

_violations(grants) := violations if {
	violations := privilege_escalation_verbs.deny with input.views as _rows({"identity_grants": grants})
}

test_verbs_are_the_place if {
	expected := object.union(_violation(["verbs", 0], ["bind on roles", "escalate on roles"]), {"severity": "critical"})
	_violations([_grant("bind", "roles"), _grant("escalate", "roles")]) == {expected}
}

test_tokens_are_critical_at_the_resource if {
	rights := ["create on roles", "create on serviceaccounts/token"]
	expected := object.union(_violation(["resources", 0], rights), {"severity": "critical"})
	_violations([_grant("create", "serviceaccounts/token"), _grant("create", "roles")]) == {expected}
}

test_writing_roles_is_high if {
	expected := object.union(_violation(["resources", 0], ["update on clusterroles"]), {"severity": "high"})
	_violations([_grant("update", "clusterroles")]) == {expected}
}

test_nothing_granted_passes if _violations([]) == set()

test_control_plane_is_left_out if {
	fields := {"control_plane": true, "identity_grants": [_grant("bind", "roles")]}
	violations := privilege_escalation_verbs.deny with input.views as _rows(fields)
	violations == set()
}
