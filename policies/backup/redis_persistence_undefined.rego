# METADATA
# title: Redis without persistence, and without a decision about it
# description: >-
#   Sessions, queues and caches in Redis are gone after a restart unless it writes them down (snapshots, which are on by
#   default, or the append-only file) on a volume that outlives the pod. Azure's caches (Premium, Enterprise, Managed
#   Redis; Basic and Standard cannot) keep nothing by default. Where persistence is not wanted, the label or annotation
#   erpguard.io/persistence with the value none says so; in Azure the tag erpguard.io-persistence, for the name of a tag
#   has no slash.
# related_resources:
# - ref: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
#   description: Redis, persistence
# - ref: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-premium-persistence
#   description: Azure Cache for Redis, data persistence
# - ref: https://learn.microsoft.com/azure/redis/how-to-persistence
#   description: Azure Managed Redis, data persistence
# custom:
#   id: BAK021
#   severity: low
#   resource_types: [workloads, Microsoft.Cache/redis, Microsoft.Cache/redisEnterprise/databases]
#   reads:
#   - views.redis_persistence.container
#   - views.redis_persistence.decided
#   - views.redis_persistence.node
#   - views.redis_persistence.persistent
#   - views.redis_persistence.tier
#   - views.redis_persistence.what
#   judged: {tier: [cache]}
#   message: "{kind} {name}: {where}{what}, and nobody decided that it need not be"
#   remediation: >-
#     Give it a PersistentVolumeClaim with appendonly or save, or in Azure switch on RDB or AOF persistence; or decide
#     against it with the annotation erpguard.io/persistence (tag erpguard.io-persistence) set to none.
package erpguard.backup.redis_persistence_undefined

import data.erpguard.lib.finding

deny contains violation if {
	some row in input.views.redis_persistence
	row.tier == "cache"
	row.persistent == false
	row.decided == false
	where := sprintf("container %s: ", [row.container])
	found := finding.at(row, [], {"container": row.container, "what": row.what, "where": where})
	violation := object.union(found, {"at": row.node})
}

deny contains violation if {
	some row in input.views.redis_persistence
	row.tier == "cache"
	row.persistent == false
	row.decided == false
	not row.container
	found := finding.at(row, [], {"what": row.what, "where": ""})
	violation := object.union(found, {"at": row.node})
}
