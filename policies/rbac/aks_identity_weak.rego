# METADATA
# title: Weak identity of an AKS cluster
# description: >-
#   Local accounts are certificates that nobody can revoke one by one. With Entra ID people log in as themselves, and
#   with Azure RBAC their rights in the cluster are assigned, reviewed and withdrawn like all others. Without
#   Kubernetes RBAC everybody who gets in may do everything.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
#   description: AKS, local accounts
# - ref: https://learn.microsoft.com/azure/aks/manage-azure-rbac
#   description: AKS, Azure RBAC for Kubernetes authorization
# - ref: https://learn.microsoft.com/azure/aks/concepts-identity
#   description: AKS, access and identity
# custom:
#   id: RBAC108
#   severity: high
#   resource_types: [Microsoft.ContainerService/managedClusters]
#   reads: [views.cluster_access.setting, views.cluster_access.on]
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Set disableLocalAccounts, and in aadProfile managed and enableAzureRBAC, to true; make a cluster without
#     Kubernetes RBAC anew.
package erpguard.rbac.aks_identity_weak

import data.erpguard.lib.finding

deny contains finding.at(row, [], {"what": "local accounts are enabled"}) if {
	some row in input.views.cluster_access
	row.setting == "local accounts"
	row.on
}

deny contains finding.at(row, [], {"what": what}) if {
	some row in input.views.cluster_access
	not row.on
	what := _off[row.setting]
}

_off := {
	"Entra ID": "Entra ID does not authenticate",
	"Azure RBAC": "Azure RBAC for Kubernetes is off",
	"Kubernetes RBAC": "Kubernetes RBAC is off",
}
