# METADATA
# title: Redis memory over the limit
# description: >-
#   Without maxmemory, or with one that is not below the memory limit of its container, Redis is ended by the kernel
#   instead of evicting or refusing. Dragonfly without maxmemory stays below the limit by itself.
# related_resources:
# - ref: https://redis.io/docs/latest/develop/reference/eviction/
#   description: Redis, key eviction and maxmemory
# - ref: https://www.dragonflydb.io/docs/managing-dragonfly/flags
#   description: Dragonfly, server flags
# custom:
#   id: RES013
#   severity: medium
#   resource_types: [workloads]
#   reads:
#   - views.redis_memory.container
#   - views.redis_memory.exceeds
#   - views.redis_memory.limit
#   - views.redis_memory.maxmemory
#   - views.redis_memory.missing
#   - views.redis_memory.node
#   - views.redis_memory.tier
#   judged: {tier: [cache]}
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Set maxmemory to about three quarters of the container's memory limit, and a maxmemory-policy that fits the use.
package erpguard.resources.redis_memory_over_limit

import data.erpguard.lib.finding

deny contains violation if {
	some server in input.views.redis_memory
	server.tier == "cache"
	server.missing
	what := sprintf("container %s has no maxmemory", [server.container])
	violation := object.union(finding.at(server, ["args"], {"what": what}), {"at": server.node})
}

deny contains violation if {
	some server in input.views.redis_memory
	server.tier == "cache"
	server.exceeds
	what := sprintf("maxmemory %s of container %s is not below its memory limit of %s", [
		server.maxmemory,
		server.container,
		server.limit,
	])
	violation := object.union(finding.at(server, ["args"], {"what": what}), {"at": server.node})
}
