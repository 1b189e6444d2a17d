package main

deny contains msg if msg := sprintf("%v", [[input]])

deny contains msg if msg := concat(" ", ["JSON", json.marshal(input)])

deny contains msg if {
	some key, value in input
	msg := sprintf("%s: %v %d %s %T", [key, value, value, value, value])
}

deny contains msg if {
	some key, value in input
	msg := sprintf("%s and more: %v", [key, [value + 1, value * 2, value / 3]])
}

deny contains msg if {
	input.exact == 9007199254740993
	msg := "exact"
}
