# METADATA
# title: Duties not separated
# description: >-
#   One subject may change things both in the platform's namespaces and in those of the business application, status
#   subresources aside, by one binding or by several. Controllers on the accepted list are left out.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   description: Kubernetes, RBAC good practices, least privilege
# - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#   description: NIST SP 800-53, AC-5 Separation of duties
# custom:
#   id: RBAC012
#   severity: medium
#   resource_types: [rbac.authorization.k8s.io/ClusterRoleBinding, rbac.authorization.k8s.io/RoleBinding]
#   reads:
#   - environment
#   - views.write_access.control_plane
#   - views.write_access.erp_anywhere
#   - views.write_access.everywhere
#   - views.write_access.has_erp
#   - views.write_access.other_writes
#   - views.write_access.principal
#   - views.write_access.write_namespace
#   judged: {control_plane: [false]}
#   message: "{kind} {name}: {subject} may change platform and business namespaces ({where})"
#   remediation: >-
#     Give operators of the platform and of the application groups of their own, each bound in its own namespaces.
#   parameters:
#     platform_namespaces:
#       description: The namespaces that belong to the platform.
#       schema: {type: array, items: {type: string}}
#       default: [kube-system, traefik, cert-manager, monitoring, velero]
#     business_namespaces:
#       description: The namespaces that belong to the application; empty for those in which erp workloads run.
#       schema: {type: array, items: {type: string}}
#       default: []
#     accepted_subjects:
#       description: >-
#         Controllers and administrators for whom this is right: `User:<name>`, `Group:<name>` or
#         `ServiceAccount:<namespace>/<name>`; a `*` at the end stands for any rest.
#       schema: {type: array, items: {type: string}}
#       default:
#       - Group:system:masters
#       - Group:kubeadm:cluster-admins
#       - User:system:apiserver
#       - User:system:kube-controller-manager
#       - User:system:kube-scheduler
#       - ServiceAccount:kube-system/*
#       - ServiceAccount:cert-manager/*
#       - ServiceAccount:traefik/*
#       - ServiceAccount:velero/*
#       - ServiceAccount:cnpg-system/*
package erpguard.rbac.duties_not_separated

import data.erpguard.lib.finding
import data.erpguard.lib.subjects

# By one binding that holds everywhere.
deny contains finding.at(access, [], {"subject": principal, "where": "every namespace"}) if {
	some access in input.views.write_access
	not access.control_plane
	access.everywhere
	principal := access.principal
	settings := input.settings.rbac.duties_not_separated[access.environment]
	not subjects.is_accepted(principal, settings.accepted_subjects)
	count(settings.platform_namespaces) > 0
	_any_business(access.erp_anywhere, settings.business_namespaces)
}

# By a binding on each side.
deny contains object.union(finding.at(access, [], values), {"related": related}) if {
	some access in input.views.write_access
	not access.control_plane
	principal := access.principal
	settings := input.settings.rbac.duties_not_separated[access.environment]
	not subjects.is_accepted(principal, settings.accepted_subjects)
	here := _side(access.write_namespace, access.has_erp, settings.platform_namespaces, settings.business_namespaces)
	others := [other |
		some other in access.other_writes
		there := _side(other.namespace, other.has_erp, settings.platform_namespaces, settings.business_namespaces)
		there != here
	]
	count(others) > 0
	names := [other.namespace | some other in others]
	values := {"subject": principal, "where": sprintf("%s and %s", [access.write_namespace, concat(", ", names)])}
	related := [{"resource": other.resource, "path": other.path, "message": message} |
		some other in others
		message := sprintf("the same subject in %s", [other.namespace])
	]
}

_any_business(erp_anywhere, _) if erp_anywhere == true

_any_business(_, business) if count(business) > 0

_side(namespace, _, platform, _) := "platform" if namespace in platform

_side(namespace, has_erp, platform, business) := "business" if {
	not namespace in platform
	_is_business(namespace, has_erp, business)
}

_is_business(_, has_erp, business) if {
	count(business) == 0
	has_erp == true
}

_is_business(namespace, _, business) if namespace in business
