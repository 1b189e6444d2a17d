package erpguard.backup.postgres_backup_not_geo_redundant_test

import data.erpguard.backup.postgres_backup_not_geo_redundant

_path := ["properties", "backup", "geoRedundantBackup"]

_row(fields) := {"database_servers": {"s#": object.union(
	{"resource": "s", "key": "s#", "path": _path, "environment": "production"},
	fields,
)}}

_paths(fields) := {violation.path |
	some violation in postgres_backup_not_geo_redundant.deny with input.views as _row(fields)
}

test_one_region_fails if _paths({"geo_redundant": false}) == {_path}

test_two_regions_pass if _paths({"geo_redundant": true}) == set()

test_outside_of_production_nothing_is_said if {
	_paths({"geo_redundant": false, "environment": "staging"}) == set()
}

test_the_other_row_of_a_server_says_nothing if _paths({"retention_days": 7}) == set()
