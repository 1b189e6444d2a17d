package erpguard.rbac.cluster_identity_too_broad_test

import data.erpguard.rbac.cluster_identity_too_broad

_accepted := [
	{"identity": "control plane", "role": "Network Contributor", "scopes": ["subnet", "route table"]},
	{"identity": "kubelet", "role": "AcrPull", "scopes": ["registry"]},
]

_row(about, fields) := object.union(
	{
		"resource": "a",
		"key": concat("", ["a##", about]),
		"path": [],
		"environment": "production",
		"about": about,
		"role": "Network Contributor",
		"scope": "resource vnet-erp",
		"identities": ["control plane"],
		"cluster": "c",
		"cluster_name": "aks-erp",
		"scopes": [],
	},
	fields,
)

_violations(fields) := violations if {
	rows := {about: _row(about, fields) | some about in ["role", "scope"]}
	violations := cluster_identity_too_broad.deny with input as {
		"views": {"cluster_roles": rows},
		"settings": {"rbac": {"cluster_identity_too_broad": {"production": {"accepted": _accepted}}}},
	}
}

_violation(row, key, role, what) := {
	"resource": "a",
	"row": row,
	"path": ["properties", key],
	"related": [{"resource": "c", "path": ["name"], "message": "the cluster"}],
	"values": {
		"identity": "control plane",
		"role": role,
		"scope": "resource vnet-erp",
		"cluster": "aks-erp",
		"what": what,
	},
}

test_wider_scope_fails if {
	wider := _violation("a##scope", "scope", "Network Contributor", "which is more than it needs")
	_violations({}) == {wider}
}

test_other_role_fails if {
	other := _violation("a##role", "roleDefinitionId", "Contributor", "a role that it does not need")
	_violations({"role": "Contributor"}) == {other}
}

test_role_of_another_identity_fails if count(_violations({"role": "AcrPull"})) == 1

test_own_subnet_passes if {
	_violations({"scopes": [{"identity": "control plane", "scope": "subnet"}]}) == set()
}

test_scope_of_another_entry_fails if {
	count(_violations({"scopes": [{"identity": "control plane", "scope": "registry"}]})) == 1
}
