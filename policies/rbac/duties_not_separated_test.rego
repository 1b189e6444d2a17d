package erpguard.rbac.duties_not_separated_test

import data.erpguard.rbac.duties_not_separated

_row := {
	"resource": "b",
	"key": "b#subjects/0",
	"path": ["subjects", 0],
	"environment": "production",
	"control_plane": false,
	"principal": "Group:developers",
}

_settings(business) := {"rbac": {"duties_not_separated": {"production": {
	"platform_namespaces": ["kube-system", "traefik"],
	"business_namespaces": business,
	"accepted_subjects": ["Group:system:masters"],
}}}}

_violations(fields, business) := violations if {
	rows := {"write_access": {"b#subjects/0": object.union(_row, fields)}}
	violations := duties_not_separated.deny with input.views as rows with input.settings as _settings(business)
}

_violation(where) := {
	"resource": "b",
	"row": "b#subjects/0",
	"path": ["subjects", 0],
	"values": {"subject": "Group:developers", "where": where},
}

_other(namespace, has_erp) := {
	"namespace": namespace,
	"has_erp": has_erp,
	"resource": "c",
	"path": ["subjects", 1],
}

test_everywhere_fails if {
	_violations({"everywhere": true, "erp_anywhere": true}, []) == {_violation("every namespace")}
	_violations({"everywhere": true, "erp_anywhere": false}, ["shop"]) == {_violation("every namespace")}
}

test_everywhere_without_erp_passes if _violations({"everywhere": true, "erp_anywhere": false}, []) == set()

test_accepted_subject_passes if {
	fields := {"principal": "Group:system:masters", "everywhere": true, "erp_anywhere": true}
	_violations(fields, []) == set()
}

test_one_binding_on_each_side_fails if {
	others := [_other("erp", true), _other("lab", false)]
	related := [{"resource": "c", "path": ["subjects", 1], "message": "the same subject in erp"}]
	expected := object.union(_violation("traefik and erp"), {"related": related})
	_violations({"write_namespace": "traefik", "has_erp": false, "other_writes": others}, []) == {expected}
}

test_configured_namespaces_count_instead_of_erp if {
	fields := {"write_namespace": "shop", "has_erp": false, "other_writes": [_other("traefik", false)]}
	count(_violations(fields, ["shop"])) == 1
	_violations(fields, ["other"]) == set()
	_violations(object.union(fields, {"has_erp": true}), ["other"]) == set()
}

test_one_side_passes if {
	_violations({"write_namespace": "erp", "has_erp": true, "other_writes": [_other("shop", true)]}, []) == set()
	_violations({"write_namespace": "erp", "has_erp": true, "other_writes": []}, []) == set()
}

test_reading_only_passes if _violations({}, []) == set()

test_control_plane_is_left_out if {
	_violations({"control_plane": true, "everywhere": true, "erp_anywhere": true}, []) == set()
}
