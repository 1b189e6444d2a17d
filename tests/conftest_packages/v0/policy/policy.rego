package main

deny[msg] {
	not input.owner
	msg := sprintf("%v has no owner", [input.name])
}

warn[{"msg": msg, "path": "name"}] {
	msg := "named"
	input.name
}

violation_many[msg] {
	numbers := [n | n := input.numbers[_]; n > 1]
	count(numbers) > 0
	msg := sprintf("%v", [numbers])
}

exception[rules] {
	input.name == "excepted"
	rules := ["many"]
}
