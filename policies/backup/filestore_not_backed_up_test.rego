package erpguard.backup.filestore_not_backed_up_test

import data.erpguard.backup.filestore_not_backed_up

_row(fields) := {"filestores": {"w#": object.union(
	{
		"resource": "w", "key": "w#", "path": [], "tier": "erp", "directory": "/var/lib/odoo", "elsewhere": false,
		"what": "", "absent": ["velero.io/Schedule"],
	},
	fields,
)}}

_violations(fields) := violations if {
	violations := filestore_not_backed_up.deny with input.views as _row(fields)
}

_at := {"resource": "w", "path": ["spec", "volumes", 0, "emptyDir"]}

test_backup_passes if _violations({"backup": "yes"}) == set()

test_no_backup_fails_at_the_name if {
	_violations({"backup": "no"}) == {{
		"resource": "w",
		"row": "w#",
		"path": ["metadata", "name"],
		"values": {"directory": "/var/lib/odoo", "what": "are in no backup"},
		"absent": ["velero.io/Schedule"],
	}}
}

test_what_takes_it_out_is_the_place if {
	{violation.at | some violation in _violations({"backup": "no", "at": _at})} == {_at}
}

test_lost_fails_at_the_volume if {
	found := _violations({"backup": "lost", "at": _at, "what": "an emptyDir", "absent": []})
	{[violation.at, violation.values.what] | some violation in found} == {[_at, "are in an emptyDir"]}
}

test_attachments_elsewhere_pass if _violations({"backup": "no", "elsewhere": true}) == set()
