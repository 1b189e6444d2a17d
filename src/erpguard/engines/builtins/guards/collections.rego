package erpguard_guards

_mixed := "the order of sets and objects"

of.array.concat(a, b) := array.concat(a, b) if {
	is_array(a)
	is_array(b)
}

of.array.flatten(a) := [y | some x in a; some y in _elements(x)] if is_array(a)

_elements(x) := x if is_array(x)

_elements(x) := [x] if not is_array(x)

of.array.reverse(a) := array.reverse(a) if is_array(a)

of.array.slice(a, b, c) := array.slice(a, b, c) if {
	is_array(a)
	_is_integer(b)
	_is_integer(c)
}

# The engine counts some characters twice.
of.count(a) := count(split(a, "")) if is_string(a)

of.count(a) := count(a) if _is_collection(a)

of.intersection(a) := intersection(a) if _sets(a)

of.max(a) := max(a) if {
	_is_sequence(a)
	not _is_mixed(a)
}

of.max(a) := erpguard_functions.refuse(_mixed) if {
	_is_sequence(a)
	_is_mixed(a)
}

of.min(a) := min(a) if {
	_is_sequence(a)
	not _is_mixed(a)
}

of.min(a) := erpguard_functions.refuse(_mixed) if {
	_is_sequence(a)
	_is_mixed(a)
}

of.sort(a) := sort(a) if {
	_is_sequence(a)
	not _is_mixed(a)
}

of.sort(a) := erpguard_functions.refuse(_mixed) if {
	_is_sequence(a)
	_is_mixed(a)
}

of.union(a) := union(a) if _sets(a)
