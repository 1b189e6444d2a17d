package erpguard.lib.internet_test

import data.erpguard.lib.internet

_limits := {"maximum_public_addresses": 65536, "maximum_public_ipv6_networks": 1}

_wide := [3000000000, 0]

_opening(own, largest, total) := {"first": 20, "last": 25, "own": own, "largest": largest, "total": total}

_situation(fields) := object.union(
	{"where": "of snet", "sure": [], "possible": [], "every": [], "every_possible": [], "related": [], "doubt": ""},
	fields,
)

_sure(opening) := internet.reached([_situation({"sure": [opening]})], [26, 25, 22, 3389], _limits).ports

test_ports_within_the_opening if _sure(_opening(_wide, _wide, _wide)) == [22, 25]

test_as_many_as_allowed if _sure(_opening([65536, 1], [65536, 1], [65536, 1])) == []

test_ipv6 if _sure(_opening([0, 2], [0, 2], [0, 2])) == [22, 25]

test_a_narrow_rule_beside_a_wide_one if _sure(_opening([8, 0], [70000, 0], [70008, 0])) == []

test_many_narrow_rules if _sure(_opening([40000, 0], [40000, 0], [80000, 0])) == [22, 25]

test_only_situations_that_are_open if {
	situations := [
		_situation({"sure": [_opening(_wide, _wide, _wide)], "related": ["a"]}),
		_situation({"sure": [_opening([1, 0], [1, 0], [1, 0])], "where": "of another", "related": ["b"]}),
	]
	internet.reached(situations, [22], _limits) == {"ports": [22], "where": ["of snet"], "related": ["a"], "doubt": ""}
}

test_perhaps_where_not_surely if {
	wide := _opening(_wide, _wide, _wide)
	perhaps := [_situation({"possible": [wide], "doubt": "source of rule a"})]
	internet.perhaps_reached(perhaps, [22], _limits).ports == [22]
	internet.perhaps_reached(perhaps, [22], _limits).doubt == "source of rule a"
	both := [_situation({"sure": [wide], "possible": [object.union(wide, {"last": 26})]})]
	internet.perhaps_reached(both, [22, 26], _limits).ports == [26]
}

test_everything if {
	wide := _opening(_wide, _wide, _wide)
	count(internet.all_reached([_situation({"every": [wide]})], _limits).ports) == 1
	narrow := _opening([1, 0], [1, 0], [1, 0])
	count(internet.all_reached([_situation({"every": [wide, narrow]})], _limits).ports) == 0
	count(internet.all_reached([_situation({})], _limits).ports) == 0
	perhaps := [_situation({"every_possible": [wide]})]
	count(internet.all_perhaps_reached(perhaps, _limits).ports) == 1
	surely := array.concat(perhaps, [_situation({"every": [wide]})])
	count(internet.all_perhaps_reached(surely, _limits).ports) == 0
}
