# METADATA
# title: Memory limit missing
# description: >-
#   A container without a memory limit can take all memory of its node; the kernel then ends other workloads, the
#   database among them. A limit of the pod as a whole and the default of a LimitRange count, a limit of 0 is none.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Kubernetes, resource management for pods and containers
# - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#   description: Kubernetes, limit ranges
# - ref: https://cloudnative-pg.io/documentation/current/resource_management/
#   description: CloudNativePG, resource management
# custom:
#   id: RES001
#   severity: high
#   severities: [high, medium]
#   resource_types: [workloads, postgresql.cnpg.io/Cluster, postgresql.cnpg.io/Pooler]
#   reads:
#   - views.container_resources.container
#   - views.container_resources.memory_limit
#   - views.container_resources.role
#   absence_of: [core/LimitRange]
#   message: "{kind} {name}: container {container} has no memory limit"
#   remediation: Set resources.limits.memory to what the container may use at most, measured under load.
package erpguard.resources.memory_limit_missing

import data.erpguard.lib.finding

deny contains object.union(found, {"severity": severity}) if {
	some container in input.views.container_resources
	not container.memory_limit
	severity := _severity(container.role)
	found := finding.at(container, ["resources", "limits", "memory"], {"container": container.container})
}

# An init container runs for a moment, before the others.
_severity(role) := "medium" if role == "init"

_severity(role) := "high" if role in ["main", "sidecar"]
