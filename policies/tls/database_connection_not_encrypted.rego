# METADATA
# title: Database connection not encrypted
# description: >-
#   With sslmode prefer, the default of libpq and of Odoo, a connection to PostgreSQL silently falls back to plain text,
#   and whoever sits in between can make it do so. redis:// has no encryption at all.
# related_resources:
# - ref: https://www.postgresql.org/docs/current/libpq-ssl.html
#   description: PostgreSQL, sslmode
# - ref: https://www.odoo.com/documentation/19.0/developer/reference/cli.html
#   description: Odoo, options of the database connection
# custom:
#   id: TLS008
#   severity: high
#   resource_types: [workloads]
#   reads:
#   - views.database_connections.container
#   - views.database_connections.protocol
#   - views.database_connections.host
#   - views.database_connections.outside
#   - views.database_connections.sslmode
#   - views.database_connections.at
#   - environment
#   message: >-
#     {kind} {name}: container {container} connects to {protocol} at {host} without enforced TLS (mode {sslmode})
#   remediation: >-
#     Set db_sslmode (Odoo), PGSSLMODE or sslmode= to verify-full or at least require, and use rediss:// for Redis.
#   parameters:
#     accepted:
#       description: The modes that enforce TLS.
#       schema:
#         type: array
#         items: {enum: [disable, allow, prefer, require, verify-ca, verify-full]}
#       default: [require, verify-ca, verify-full]
package erpguard.tls.database_connection_not_encrypted

import data.erpguard.lib.finding

deny contains violation if {
	some connection in input.views.database_connections
	connection.outside
	accepted := input.settings.tls.database_connection_not_encrypted[connection.environment].accepted
	count([connection.sslmode | connection.sslmode in accepted]) == 0
	values := {
		"container": connection.container,
		"protocol": connection.protocol,
		"host": connection.host,
		"sslmode": object.get(connection, "sslmode", "not known"),
	}
	violation := object.union(finding.at(connection, [], values), {"at": connection.at})
}
