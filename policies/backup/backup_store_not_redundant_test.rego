package erpguard.backup.backup_store_not_redundant_test

import data.erpguard.backup.backup_store_not_redundant

_row(fields) := {"backup_store_redundancy": {"a#": object.union(
	{
		"resource": "a", "key": "a#", "path": ["sku", "name"], "environment": "production",
		"keeps_backups": true, "sku": "Standard_X", "region": "westeurope",
	},
	fields,
)}}

_paths(fields) := {violation.path |
	some violation in backup_store_not_redundant.deny with input.views as _row(fields)
}

test_one_data_centre_fails if _paths({"locally_redundant": true}) == {["sku", "name"]}

test_the_region_of_the_sources_fails if _paths({"in_region_of_sources": true}) == {["sku", "name"]}

test_elsewhere_passes if _paths({"locally_redundant": false, "in_region_of_sources": false}) == set()

test_an_account_for_other_things_passes if _paths({"locally_redundant": true, "keeps_backups": false}) == set()

test_outside_of_production_nothing_is_said if {
	_paths({"locally_redundant": true, "environment": "dev"}) == set()
	_paths({"in_region_of_sources": true, "environment": "dev"}) == set()
}
