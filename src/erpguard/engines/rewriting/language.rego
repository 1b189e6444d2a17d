# METADATA
# title: What the language does where the embedded engine does otherwise
# description: |
#   Modules of others call these instead of operators: in OPA an operator that cannot be evaluated has no value, in the
#   embedded engine it ends the rule, and what is undefined is a member of nothing.
package erpguard_language

# What `some ... in` walks over: no collection has no members.
members(x) := x if type_name(x) in {"array", "object", "set"}

value(x) := x

with_keys(x, keys) := x if {
	is_object(x)
	object.keys(x) == keys
}

member(x, xs) := x in xs

member_at(key, x, xs) if xs[key] == x

else := false

union(x, y) := x | y if {
	is_set(x)
	is_set(y)
}

intersection(x, y) := x & y if {
	is_set(x)
	is_set(y)
}
