# METADATA
# title: Identity of an AKS cluster with too many rights
# description: >-
#   What the identities of a cluster may do, anybody may do who gets hold of its control plane, of a node or of an
#   add-on. Each needs few roles, on resources of its own; another role, or one of these on a wider scope, is more than
#   it needs. The table holds what AKS documents and what it assigns by itself. An assignment that is held by nobody who
#   is known as such an identity is not judged; where clusters were not read, it may be one.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/managed-identity-overview
#   description: AKS, managed identities and their permissions
# - ref: https://learn.microsoft.com/azure/aks/use-managed-identity
#   description: AKS, role assignments of managed identities
# - ref: https://learn.microsoft.com/azure/aks/csi-secrets-store-identity-access
#   description: AKS, the identity of the add-on for secrets of a key vault
# custom:
#   id: RBAC110
#   severity: high
#   resource_types:
#   - Microsoft.Authorization/roleAssignments
#   - Microsoft.Authorization/roleAssignmentScheduleRequests
#   reads:
#   - views.cluster_roles.about
#   - views.cluster_roles.role
#   - views.cluster_roles.scope
#   - views.cluster_roles.identities
#   - views.cluster_roles.scopes
#   - views.cluster_roles.cluster
#   - views.cluster_roles.cluster_name
#   - environment
#   message: "{kind} {name}: the identity of {identity} of the cluster {cluster} is {role} on {scope}, {what}"
#   remediation: Assign the role that the identity needs, on the one resource that it needs it for.
#   parameters:
#     accepted:
#       description: >-
#         The roles that an identity may hold, and what the scope has to be: subnet, route table, private DNS zone (of
#         its API server), ingress zone, gateway, gateway subnet, resource group of the gateway, node resource group,
#         cluster (its own ones); identity, registry, key vault, DNS zone (any single one).
#       schema:
#         type: array
#         items:
#           type: object
#           required: [identity, role, scopes]
#           additionalProperties: false
#           properties:
#             identity: {type: string}
#             role: {type: string}
#             scopes:
#               type: array
#               items:
#                 enum:
#                 - subnet
#                 - route table
#                 - private DNS zone
#                 - ingress zone
#                 - gateway
#                 - gateway subnet
#                 - resource group of the gateway
#                 - node resource group
#                 - cluster
#                 - identity
#                 - registry
#                 - key vault
#                 - DNS zone
#       default:
#       - {identity: control plane, role: Network Contributor, scopes: [subnet, route table]}
#       - {identity: control plane, role: Managed Identity Operator, scopes: [identity]}
#       - {identity: control plane, role: Private DNS Zone Contributor, scopes: [private DNS zone]}
#       - {identity: control plane, role: Contributor, scopes: [node resource group]}
#       - {identity: kubelet, role: AcrPull, scopes: [registry]}
#       - {identity: kubelet, role: Managed Identity Operator, scopes: [identity]}
#       - {identity: add-on ingressApplicationGateway, role: Contributor, scopes: [gateway, node resource group]}
#       - {identity: add-on ingressApplicationGateway, role: Reader, scopes: [resource group of the gateway]}
#       - {identity: add-on ingressApplicationGateway, role: Network Contributor, scopes: [gateway subnet]}
#       - {identity: add-on azureKeyvaultSecretsProvider, role: Key Vault Secrets User, scopes: [key vault]}
#       - {identity: add-on azureKeyvaultSecretsProvider, role: Key Vault Certificate User, scopes: [key vault]}
#       - {identity: add-on omsagent, role: Monitoring Metrics Publisher, scopes: [cluster]}
#       - {identity: add-on aciConnectorLinux, role: Contributor, scopes: [node resource group]}
#       - {identity: add-on httpApplicationRouting, role: Reader, scopes: [node resource group]}
#       - {identity: add-on httpApplicationRouting, role: Contributor, scopes: [DNS zone]}
#       - {identity: add-on webAppRouting, role: Key Vault Secrets User, scopes: [key vault]}
#       - {identity: add-on webAppRouting, role: DNS Zone Contributor, scopes: [DNS zone]}
#       - {identity: add-on webAppRouting, role: Private DNS Zone Contributor, scopes: [ingress zone]}
package erpguard.rbac.cluster_identity_too_broad

import data.erpguard.lib.finding

deny contains object.union(finding.at(row, ["properties", "roleDefinitionId"], values), {"related": related}) if {
	some row in input.views.cluster_roles
	row.about == "role"
	accepted := input.settings.rbac.cluster_identity_too_broad[row.environment].accepted
	not _listed(row.role, row.identities, accepted)
	values := {
		"identity": concat(" and ", row.identities),
		"role": row.role,
		"scope": row.scope,
		"cluster": row.cluster_name,
		"what": "a role that it does not need",
	}
	related := [{"resource": row.cluster, "path": ["name"], "message": "the cluster"}]
}

deny contains object.union(finding.at(row, ["properties", "scope"], values), {"related": related}) if {
	some row in input.views.cluster_roles
	row.about == "scope"
	accepted := input.settings.rbac.cluster_identity_too_broad[row.environment].accepted
	_listed(row.role, row.identities, accepted)
	not _fits(row.role, [scope | some scope in row.scopes], accepted)
	values := {
		"identity": concat(" and ", row.identities),
		"role": row.role,
		"scope": row.scope,
		"cluster": row.cluster_name,
		"what": "which is more than it needs",
	}
	related := [{"resource": row.cluster, "path": ["name"], "message": "the cluster"}]
}

_listed(role, identities, accepted) if {
	some entry in accepted
	entry.role == role
	entry.identity in identities
}

_fits(role, scopes, accepted) if {
	some entry in accepted
	entry.role == role
	some scope in entry.scopes
	{"identity": entry.identity, "scope": scope} in scopes
}
