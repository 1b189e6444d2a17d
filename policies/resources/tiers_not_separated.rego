# METADATA
# title: Tiers not separated
# description: >-
#   Where one Odoo workload serves web requests and runs cron or queue jobs, a long job takes memory and processor time
#   from the people at the screen, and neither side can be scaled or restarted alone.
# related_resources:
# - ref: https://www.odoo.com/documentation/19.0/administration/on_premise/deploy.html
#   description: Odoo, deployment with several processes
# - ref: https://www.odoo.com/documentation/19.0/developer/reference/cli.html
#   description: Odoo, options of the command line
# custom:
#   id: RES011
#   severity: medium
#   resource_types: [workloads]
#   reads: [views.odoo_roles.tier, views.odoo_roles.mixed, views.odoo_roles.jobs, views.odoo_roles.at]
#   judged: {tier: [erp]}
#   message: "{kind} {name} serves web requests and runs {jobs}"
#   remediation: >-
#     Set max_cron_threads to 0 for the workload that serves web requests, and run cron and queue jobs in a workload of
#     their own with --no-http.
package erpguard.resources.tiers_not_separated

import data.erpguard.lib.finding

deny contains violation if {
	some server in input.views.odoo_roles
	server.tier == "erp"
	server.mixed
	violation := object.union(finding.at(server, [], {"jobs": server.jobs}), {"at": server.at})
}
