package erpguard_guards

of.net.cidr_contains_matches(a, b) := {[i, j] |
	some i, x in _cidrs(a)
	some j, y in _cidrs(b)
	erpguard_functions.net.cidr_contains(_cidr(x), _cidr(y)) == [true]
} if {
	every x in _cidrs(a) {
		_cidr(x) != null
		every y in _cidrs(b) {
			erpguard_functions.net.cidr_contains(_cidr(x), _cidr(y)) != []
		}
	}
}

_cidrs(x) := {x} if is_string(x)

_cidrs(x) := x if _is_collection(x)

_cidrs(x) := [] if {
	not is_string(x)
	not _is_collection(x)
}

_cidr(x) := x if is_string(x)

_cidr(x) := x[0] if is_array(x)

of.net.cidr_expand(a) := {address | some address in addresses} if {
	is_string(a)
	made := erpguard_functions.net.cidr_expand(a)
	addresses := made[0]
}

of.net.cidr_is_valid(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.net.cidr_is_valid(a)
}

of.net.cidr_is_valid(a) := false if not is_string(a)

of.net.cidr_merge(a) := {network | some network in networks} if {
	_texts(a)
	made := erpguard_functions.net.cidr_merge(a)
	networks := made[0]
}
