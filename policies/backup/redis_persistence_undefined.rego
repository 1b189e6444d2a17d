# METADATA
# title: Redis without persistence, and without a decision about it
# description: >-
#   Sessions, queues and caches in Redis are gone after a restart unless it writes them down (snapshots, which are on by
#   default, or the append-only file) on a volume that outlives the pod. Where that is not wanted, the label or annotation
#   erpguard.io/persistence with the value none says so.
# related_resources:
# - ref: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
#   description: Redis, persistence
# custom:
#   id: BAK021
#   severity: low
#   resource_types: [workloads]
#   reads:
#   - views.redis_persistence.container
#   - views.redis_persistence.decided
#   - views.redis_persistence.node
#   - views.redis_persistence.persistent
#   - views.redis_persistence.tier
#   - views.redis_persistence.what
#   judged: {tier: [cache]}
#   message: "{kind} {name}: container {container}: {what}, and nobody decided that it need not be"
#   remediation: >-
#     Give it a PersistentVolumeClaim with appendonly or save, or decide against it with the annotation
#     erpguard.io/persistence set to none.
package erpguard.backup.redis_persistence_undefined

import data.erpguard.lib.finding

deny contains object.union(found, {"at": row.node}) if {
	some row in input.views.redis_persistence
	row.tier == "cache"
	row.persistent == false
	row.decided == false
	found := finding.at(row, [], {"container": row.container, "what": row.what})
}
