package main

deny_missing contains "missing" if not input.a.b.c

deny_false contains "false" if input.flag == false

deny_null contains "null" if input.nothing == null

warn contains sprintf("%v", [object.get(input, ["a", "b"], "default")]) if true

deny_loop contains msg if {
	some i
	input.items[i].size > 10
	msg := sprintf("item %d is too large", [i])
}

allow := true
