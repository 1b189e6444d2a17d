package erpguard_guards

# The order of sets and objects among each other is another one in the engine.
_ordered(xs) := sort(xs) if {
	not _is_mixed(xs)
} else := [items[i] | some i in order[0]] if {
	items := [x | some x in xs]
	order := erpguard_functions.order(_text(items), _empties(items), _floats(items))
}

_is_mixed(xs) if {
	some x in xs
	_is_collection(x)
	walk(xs, [_, y])
	is_set(y)
	walk(xs, [_, z])
	is_object(z)
}

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
	_is_index(b)
	_is_index(c)
}

# The engine counts some characters twice.
of.count(a) := count(split(a, "")) if is_string(a)

of.count(a) := count(a) if _is_collection(a)

of.intersection(a) := intersection(a) if _sets(a)

of.max(a) := max(a) if {
	_is_sequence(a)
	not _is_mixed(a)
} else := xs[count(xs) - 1] if {
	_is_sequence(a)
	xs := _ordered(a)
}

of.min(a) := min(a) if {
	_is_sequence(a)
	not _is_mixed(a)
} else := _ordered(a)[0] if {
	_is_sequence(a)
}

of.neq(a, b) := a != b

of.sort(a) := _ordered(a) if _is_sequence(a)

of.union(a) := union(a) if _sets(a)

of.equal(a, b) := a == b

of.gt(a, b) := of.lt(b, a)

of.gte(a, b) := of.lte(b, a)

of.lt(a, b) := a < b if {
	is_number(a)
} else := a < b if {
	not _are_collections(a, b)
} else := _is_ordered(a, b) if {
	a != b
} else := false

of.lte(a, b) := a <= b if {
	is_number(a)
} else := a <= b if {
	not _are_collections(a, b)
} else := _is_ordered(a, b)

_are_collections(a, b) if {
	_is_collection(a)
	_is_collection(b)
}

_is_ordered(a, b) := [a, b] == _ordered([a, b])
