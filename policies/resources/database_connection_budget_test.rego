package erpguard.resources.database_connection_budget_test

import data.erpguard.resources.database_connection_budget

_at := {"resource": "db", "path": ["spec", "postgresql", "parameters", "max_connections"]}

_input(fields, reserve) := {
	"views": {"connection_budgets": {"db#spec": object.union(
		{
			"resource": "db",
			"key": "db#spec",
			"path": ["spec"],
			"environment": "production",
			"parts": ["Deployment web 2 × 7 × 16"],
			"limit": "max_connections 200 less 3 reserved",
			"doubt": "",
			"at": _at,
			"related": [],
		},
		fields,
	)}},
	"settings": {"resources": {"database_connection_budget": {"production": {"reserve": reserve}}}},
}

_asked(least, most, accepted) := {
	"least": least,
	"most": most,
	"accepts_least": accepted,
	"accepts_most": accepted,
}

_violation(asked, room) := {
	"resource": "db",
	"row": "db#spec",
	"path": ["spec"],
	"at": _at,
	"related": [],
	"values": {
		"sum": asked,
		"room": room,
		"limit": "max_connections 200 less 3 reserved",
		"parts": ["Deployment web 2 × 7 × 16"],
	},
}

test_what_fits_exactly if {
	violations := database_connection_budget.deny with input as _input(_asked(197, 197, 197), 0)
	violations == set()
}

test_one_too_many if {
	violations := database_connection_budget.deny with input as _input(_asked(198, 198, 197), 0)
	violations == {_violation(198, 197)}
}

test_what_has_to_stay_free if {
	violations := database_connection_budget.deny with input as _input(_asked(188, 188, 197), 10)
	violations == {_violation(188, 187)}
}

test_surely_too_many_whatever_is_not_known if {
	violations := database_connection_budget.deny with input as _input(_asked(198, 1000000000, 197), 0)
	violations == {_violation("198 or more", 197)}
}

test_perhaps_too_many if {
	fields := object.union(_asked(100, 1000000000, 197), {"doubt": "how many connections Deployment web opens"})
	violations := database_connection_budget.deny with input as _input(fields, 0)
	doubt := {"doubt": "how many connections Deployment web opens"}
	violations == {object.union(_violation("100 or more", 197), doubt)}
}

test_a_server_of_which_little_is_known if {
	fields := {"least": 150, "most": 160, "accepts_least": 85, "accepts_most": 1000000000, "doubt": "how many"}
	violations := database_connection_budget.deny with input as _input(fields, 0)
	violations == {object.union(_violation("150 to 160", "85 or more"), {"doubt": "how many"})}
}
