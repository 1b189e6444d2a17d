package erpguard_guards

of.graph.reachable(a, b) := graph.reachable(a, b) if {
	is_object(a)
	_is_sequence(b)
}

of.graph.reachable_paths(a, b) := {path | some path in made[0]} if {
	is_object(a)
	_is_sequence(b)
	made := erpguard_functions.graph.reachable_paths(a, b)
}

of.json.filter(a, b) := made[0] if {
	is_object(a)
	_paths(b)
	made := erpguard_functions.json.filter(a, [path | some path in b])
}

of.json.patch(a, b) := json.patch(a, b) if {
	_objects(b)
	every operation in b { _has_indices(operation) }
}

_has_indices(operation) if {
	every name in {"from", "path"} {
		every part in _parts(operation, name) { erpguard_functions.digits(part) }
	}
}

_parts(operation, name) := [part | some part in operation[name]; is_number(part)] if {
	is_array(operation[name])
} else := []

of.json.remove(a, b) := made[0] if {
	is_object(a)
	_paths(b)
	made := erpguard_functions.json.remove(a, [path | some path in b])
}

_paths(xs) if {
	_is_sequence(xs)
	every x in xs { _is_path(x) }
}

_is_path(x) if is_string(x)

_is_path(x) if is_array(x)

of.object.filter(a, b) := object.filter(a, b) if {
	is_object(a)
	_is_collection(b)
}

of.object.get(a, b, c) := object.get(a, b, c) if is_object(a)

of.object.keys(a) := object.keys(a) if is_object(a)

of.object.remove(a, b) := object.remove(a, b) if {
	is_object(a)
	_is_collection(b)
}

of.object.subset(a, b) := object.subset(a, b) if {
	_is_collection(a)
	type_name(a) == type_name(b)
	b != []
}

of.object.subset(a, b) if {
	is_array(a)
	b == []
}

# OPA counts what the list has more than once, and finds nothing in an empty one.
of.object.subset(a, b) := _has_all(a, b) if {
	is_array(a)
	is_set(b)
}

_has_all(xs, ys) if {
	count(xs) > 0
	count([x | some x in xs; x in ys]) >= count(ys)
} else := false

of.object.union(a, b) := object.union(a, b) if {
	is_object(a)
	is_object(b)
}

of.object.union_n(a) := object.union_n(a) if _objects(a)
