package erpguard.tls.sni_not_strict_test

import data.erpguard.tls.sni_not_strict

_input(name, fields) := {"views": {"tls_options": {"o#": object.union(
	{"resource": "o", "key": "o#", "path": [], "name": name},
	fields,
)}}}

test_strict_passes if {
	violations := sni_not_strict.deny with input as _input("default", {"sni_strict": true})
	violations == set()
}

test_not_strict_fails if {
	violations := sni_not_strict.deny with input as _input("default", {"sni_strict": false})
	violations == {{"resource": "o", "row": "o#", "path": ["spec", "sniStrict"], "values": {}}}
}

test_another_option_is_not_judged if {
	violations := sni_not_strict.deny with input as _input("legacy", {"sni_strict": false})
	violations == set()
}
