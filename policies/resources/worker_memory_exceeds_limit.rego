# METADATA
# title: Worker memory exceeds limit
# description: >-
#   Odoo lets each of its processes grow to limit_memory_hard. Where all of them together may take more than the
#   container's memory limit, the kernel ends one of them, or all, in the middle of a request.
# related_resources:
# - ref: https://www.odoo.com/documentation/19.0/administration/on_premise/deploy.html
#   description: Odoo, number of workers and memory
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Kubernetes, what happens at the memory limit
# custom:
#   id: RES012
#   severity: high
#   resource_types: [workloads]
#   reads:
#   - views.odoo_memory.tier
#   - views.odoo_memory.container
#   - views.odoo_memory.processes
#   - views.odoo_memory.demand
#   - views.odoo_memory.unlimited
#   - views.odoo_memory.memory_limit
#   - views.odoo_memory.at
#   - views.odoo_memory.related
#   judged: {tier: [erp]}
#   message: "{kind} {name}: Odoo in container {container} {what} (processes: {processes}), the limit is {limit} MiB"
#   remediation: >-
#     Lower limit_memory_hard or the number of workers, or raise the memory limit, so that processes times
#     limit_memory_hard fits.
package erpguard.resources.worker_memory_exceeds_limit

import data.erpguard.lib.finding

deny contains violation if {
	some server in input.views.odoo_memory
	server.tier == "erp"
	server.demand > server.memory_limit
	values := {
		"container": server.container,
		"processes": server.processes,
		"limit": _mebibytes(server.memory_limit),
		"what": sprintf("may take %d MiB", [_mebibytes(server.demand)]),
	}
	violation := object.union(finding.at(server, [], values), {"at": server.at, "related": server.related})
}

deny contains violation if {
	some server in input.views.odoo_memory
	server.tier == "erp"
	server.unlimited
	values := {
		"container": server.container,
		"processes": server.processes,
		"limit": _mebibytes(server.memory_limit),
		"what": "may take any amount of memory (limit_memory_hard is 0)",
	}
	violation := object.union(finding.at(server, [], values), {"at": server.at, "related": server.related})
}

_mebibytes(bytes) := round(bytes / 1048576)
