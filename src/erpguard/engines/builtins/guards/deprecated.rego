# METADATA
# title: Gone from Rego v1, and still called by modules in the Rego of before OPA 1.0
package erpguard_guards

of.all(a) := count([x | some x in a; x != true]) == 0 if _is_sequence(a)

of.any(a) := true in a if _is_sequence(a)

of.cast_array(a) := a if is_array(a)

of.cast_array(a) := [x | some x in a] if is_set(a)

of.cast_boolean(a) := a if is_boolean(a)

of.cast_null(a) := a if a == null

of.cast_object(a) := a if is_object(a)

of.cast_set(a) := {x | some x in a} if is_array(a)

of.cast_set(a) := a if is_set(a)

of.cast_string(a) := a if is_string(a)

of.net.cidr_overlap(a, b) := made[0] if {
	is_string(a)
	is_string(b)
	made := erpguard_functions.net.cidr_contains(a, b)
}

of.re_match(a, b) := of.regex.match(a, b)

of.set_diff(a, b) := a - b if {
	is_set(a)
	is_set(b)
}
