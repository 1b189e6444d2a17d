package erpguard.rbac.aks_identity_weak_test

import data.erpguard.rbac.aks_identity_weak

_violations(setting, fields) := violations if {
	row := object.union({"resource": "c", "key": "c#x", "path": ["properties", "x"], "setting": setting}, fields)
	violations := aks_identity_weak.deny with input as {"views": {"cluster_access": {"c#x": row}}}
}

_violation(what) := {"resource": "c", "row": "c#x", "path": ["properties", "x"], "values": {"what": what}}

test_local_accounts_on if {
	_violations("local accounts", {"on": true}) == {_violation("local accounts are enabled")}
}

test_local_accounts_off if _violations("local accounts", {"on": false}) == set()

test_entra_off if _violations("Entra ID", {"on": false}) == {_violation("Entra ID does not authenticate")}

test_azure_rbac_off if _violations("Azure RBAC", {"on": false}) == {_violation("Azure RBAC for Kubernetes is off")}

test_kubernetes_rbac_off if {
	_violations("Kubernetes RBAC", {"on": false}) == {_violation("Kubernetes RBAC is off")}
}

test_kubernetes_rbac_on if _violations("Kubernetes RBAC", {"on": true}) == set()
