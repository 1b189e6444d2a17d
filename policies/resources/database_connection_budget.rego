# METADATA
# title: Database connection budget
# description: >-
#   Every process of Odoo has a pool of connections of its own, of db_maxconn at most (64 by default). The sum over
#   all workloads that talk to a server, most replicas (of an autoscaler, else as they are set) times processes times
#   db_maxconn, has to fit in what the server accepts: max_connections less the connections that it reserves, of a
#   flexible server of Azure 15. A pooler accepts max_client_conn clients for each of its instances; in session mode
#   as many as its pools have connections. What a pooler may open is asked of the server behind it: its pools for each
#   database and user, but not more than its clients ask for. Workers, scheduled actions and the process for live chat
#   count; pods that a rollout adds for a while, other clients than Odoo, the database postgres at a pooler, and
#   connections to replicas (db_replica_host) do not. An Odoo workload whose host leads to no server of the scan is
#   undetermined; one whose host is not known may use any, so that no server is surely large enough.
# related_resources:
# - ref: https://www.odoo.com/documentation/19.0/administration/on_premise/deploy.html
#   description: Odoo, number of workers
# - ref: https://www.postgresql.org/docs/current/runtime-config-connection.html
#   description: PostgreSQL, max_connections and what is reserved
# - ref: https://www.pgbouncer.org/config.html
#   description: PgBouncer, max_client_conn, default_pool_size and pool_mode
# - ref: https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits
#   description: Azure Database for PostgreSQL, maximum connections
# custom:
#   id: RES010
#   severity: high
#   resource_types:
#   - workloads
#   - operator-workloads
#   - Microsoft.DBforPostgreSQL/flexibleServers
#   reads:
#   - environment
#   - views.connection_budgets.accepts_least
#   - views.connection_budgets.accepts_most
#   - views.connection_budgets.at
#   - views.connection_budgets.doubt
#   - views.connection_budgets.least
#   - views.connection_budgets.limit
#   - views.connection_budgets.most
#   - views.connection_budgets.parts
#   - views.connection_budgets.related
#   parameters:
#     reserve:
#       description: >-
#         How many connections have to stay free for other clients (monitoring, backups, administrators), beside those
#         that the server reserves by itself.
#       schema: {type: integer, minimum: 0}
#       default: 0
#   message: "{kind} {name}: Odoo may open {sum} connections, of {room} that are accepted ({limit}): {parts}"
#   remediation: >-
#     Lower db_maxconn, the workers or the most replicas, put a pooler in transaction mode before the server, or raise
#     max_connections together with the memory that each connection takes.
package erpguard.resources.database_connection_budget

import data.erpguard.lib.finding

deny contains violation if {
	some budget in input.views.connection_budgets
	reserve := input.settings.resources.database_connection_budget[budget.environment].reserve
	budget.least > budget.accepts_most - reserve
	values := {
		"sum": _shown(budget.least, budget.most),
		"room": budget.accepts_most - reserve,
		"limit": budget.limit,
		"parts": budget.parts,
	}
	violation := object.union(finding.at(budget, [], values), {"at": budget.at, "related": budget.related})
}

deny contains violation if {
	some budget in input.views.connection_budgets
	reserve := input.settings.resources.database_connection_budget[budget.environment].reserve
	budget.least <= budget.accepts_most - reserve
	budget.most > budget.accepts_least - reserve
	values := {
		"sum": _shown(budget.least, budget.most),
		"room": _shown(budget.accepts_least - reserve, budget.accepts_most - reserve),
		"limit": budget.limit,
		"parts": budget.parts,
	}
	found := finding.at(budget, [], values)
	violation := object.union(found, {"at": budget.at, "related": budget.related, "doubt": budget.doubt})
}

_unbounded := 900000000

_shown(least, most) := least if least == most

_shown(least, most) := sprintf("%d to %d", [least, most]) if {
	least < most
	most < _unbounded
}

_shown(least, most) := sprintf("%d or more", [least]) if {
	least < most
	most >= _unbounded
}
