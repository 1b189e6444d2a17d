package erpguard.rbac.needless_api_token_test

import data.erpguard.rbac.needless_api_token

_row := {
	"resource": "w",
	"key": "w#spec",
	"path": ["spec"],
	"service_account": "odoo",
	"mounted": true,
	"bound": false,
}

_violations(fields) := violations if {
	rows := {"service_account_tokens": {"w#spec": object.union(_row, fields)}}
	violations := needless_api_token.deny with input.views as rows
}

_violation := {
	"resource": "w",
	"row": "w#spec",
	"path": ["spec", "automountServiceAccountToken"],
	"values": {"account": "odoo"},
}

test_a_token_for_nothing_fails if _violations({}) == {_violation}

test_the_setting_of_the_account_is_the_place if {
	place := {"resource": "a", "path": ["automountServiceAccountToken"]}
	_violations({"set_at": place}) == {object.union(_violation, {"at": place})}
}

test_a_bound_account_passes if _violations({"bound": true}) == set()

test_no_token_passes if _violations({"mounted": false}) == set()

test_unknown_says_nothing if {
	rows := {"service_account_tokens": {"w#spec": object.remove(_row, ["bound"])}}
	violations := needless_api_token.deny with input.views as rows
	violations == set()
}
