# METADATA
# title: Node pool unbounded or shared
# description: >-
#   A node pool that scales by itself needs a maximum, or a loop in one workload is paid for with any number of nodes.
#   In production a system pool without the taint CriticalAddonsOnly, and without a user pool beside it, runs Odoo on
#   the nodes of CoreDNS and the other add-ons, which starve first. Node auto-provisioning, which AKS Automatic comes
#   with, counts as a user pool.
# related_resources:
# - ref: https://learn.microsoft.com/azure/aks/use-system-pools
#   description: AKS, system node pools
# - ref: https://learn.microsoft.com/azure/aks/cluster-autoscaler
#   description: AKS, cluster autoscaler
# custom:
#   id: RES015
#   severity: medium
#   resource_types:
#   - Microsoft.ContainerService/managedClusters
#   - Microsoft.ContainerService/managedClusters/agentPools
#   reads:
#   - environment
#   - views.node_pools.at
#   - views.node_pools.autoscaling
#   - views.node_pools.has_maximum
#   - views.node_pools.pool_name
#   - views.node_pools.shared
#   absence_of: [Microsoft.ContainerService/managedClusters/agentPools]
#   message: "{kind} {name}: node pool {pool} {what}"
#   remediation: >-
#     Set maxCount beside enableAutoScaling. Add a user pool for applications, and the taint
#     CriticalAddonsOnly=true:NoSchedule to the system pool.
package erpguard.resources.node_pool_unbounded

import data.erpguard.lib.finding

deny contains violation if {
	some pool in input.views.node_pools
	pool.autoscaling
	not pool.has_maximum
	found := finding.at(pool, ["maxCount"], {"pool": pool.pool_name, "what": "scales by itself without a maximum"})
	violation := object.union(found, {"absent": []})
}

deny contains violation if {
	some pool in input.views.node_pools
	pool.environment == "production"
	pool.shared
	violation := object.union(finding.at(pool, ["mode"], {"pool": pool.pool_name, "what": _shared}), {"at": pool.at})
}

_shared := "is a system pool without the taint CriticalAddonsOnly, and there is no user pool for applications"
