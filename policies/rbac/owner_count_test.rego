package erpguard.rbac.owner_count_test

import data.erpguard.rbac.owner_count

_settings := {"rbac": {"owner_count": {"production": {"minimum_owners": 2, "maximum_owners": 3}}}}

_row(fields) := object.union(
	{
		"resource": "s",
		"key": "s#",
		"path": [],
		"environment": "production",
		"subscription": "erp",
		"owners": "user a",
		"related": [],
	},
	fields,
)

_found(rows) := violations if {
	violations := owner_count.deny with input as {"views": {"subscription_owners": rows}, "settings": _settings}
}

_subscription(least, most, groups) := {
	"s#least": _row({"surely": least}),
	"s#range": _row({"at_least": least, "at_most": most, "groups": groups}),
}

_whats(rows) := {violation.values.what | some violation in _found(rows)}

_doubts(rows) := {violation.doubt | some violation in _found(rows)}

test_two_and_three_pass if {
	_found(_subscription(2, 2, false)) == set()
	_found(_subscription(3, 3, true)) == set()
}

test_one_fails if {
	_found(_subscription(1, 1, false)) == {{
		"resource": "s",
		"row": "s#",
		"path": ["displayName"],
		"values": {"subscription": "erp", "what": "one Owner: user a", "accepted": "2 to 3"},
		"related": [],
	}}
}

test_none_fails if _whats(_subscription(0, 0, false)) == {"no Owner"}

test_less_than_two_fails_whoever_it_is if _whats(_subscription(0, 1, false)) == {"1 at most who may be Owners"}

test_four_fail if _whats(_subscription(4, 4, false)) == {"4 Owners: user a"}

test_four_fail_whatever_else_there_is if _whats({"s#least": _row({"surely": 4})}) == {"4 Owners: user a"}

test_a_group_alone_is_in_doubt if _doubts(_subscription(1, 1, true)) == {"how many people are in a group"}

test_perhaps_four_is_in_doubt if {
	_doubts(_subscription(2, 4, false)) == {"whether some assignments are those of Owners"}
}

test_perhaps_two_is_in_doubt if {
	_doubts(_subscription(1, 2, false)) == {"whether some assignments are those of Owners"}
}

test_with_two_needed_two_of_three_pass if {
	settings := {"rbac": {"owner_count": {"production": {"minimum_owners": 3, "maximum_owners": 5}}}}
	rows := _subscription(2, 2, false)
	violations := owner_count.deny with input as {"views": {"subscription_owners": rows}, "settings": settings}
	{violation.values.what | some violation in violations} == {"2 Owners: user a"}
}
