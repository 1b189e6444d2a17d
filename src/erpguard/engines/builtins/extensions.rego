# METADATA
# title: Builtins that the embedded engine lacks, or does in a way of its own
# description: What cannot be said in Rego is a function of erpguard, which gives a list of its value, or an empty one.
package erpguard_guards

_elements(x) := x if is_array(x)

_elements(x) := [x] if not is_array(x)

# What a format shows: numbers and texts as they are, anything else as the engine writes it.
_shown(x) := x if is_string(x)

_shown(x) := x if {
	is_number(x)
	abs(x) <= 9223372036854775807
}

_shown(x) := sprintf("%v", [x]) if {
	is_number(x)
	abs(x) > 9223372036854775807
}

_shown(x) := sprintf("%v", [x]) if {
	not is_number(x)
	not is_string(x)
}

_cidr(x) := x if is_string(x)

_cidr(x) := x[0] if is_array(x)

_cidrs(x) := {x} if is_string(x)

_cidrs(x) := x if _is_collection(x)

of.array.flatten(a) := [y | some x in a; some y in _elements(x)] if is_array(a)

of.crypto.hmac.equal(a, b) := a == b if {
	is_string(a)
	is_string(b)
}

of.crypto.hmac.md5(a, b) := erpguard_functions.crypto.hmac.md5(a, b)[0] if {
	is_string(a)
	is_string(b)
}

of.crypto.hmac.sha1(a, b) := erpguard_functions.crypto.hmac.sha1(a, b)[0] if {
	is_string(a)
	is_string(b)
}

of.crypto.hmac.sha256(a, b) := erpguard_functions.crypto.hmac.sha256(a, b)[0] if {
	is_string(a)
	is_string(b)
}

of.crypto.hmac.sha512(a, b) := erpguard_functions.crypto.hmac.sha512(a, b)[0] if {
	is_string(a)
	is_string(b)
}

of.crypto.md5(a) := erpguard_functions.crypto.md5(a)[0] if is_string(a)

of.crypto.sha1(a) := erpguard_functions.crypto.sha1(a)[0] if is_string(a)

of.crypto.sha256(a) := erpguard_functions.crypto.sha256(a)[0] if is_string(a)

of.net.cidr_contains(a, b) := erpguard_functions.net.cidr_contains(a, b)[0] if {
	is_string(a)
	is_string(b)
}

of.net.cidr_contains_matches(a, b) := {[i, j] |
	some i, x in _cidrs(a)
	some j, y in _cidrs(b)
	erpguard_functions.net.cidr_contains(_cidr(x), _cidr(y))[0]
} if {
	every x in _cidrs(a) {
		every y in _cidrs(b) {
			is_boolean(erpguard_functions.net.cidr_contains(_cidr(x), _cidr(y))[0])
		}
	}
}

of.net.cidr_intersects(a, b) := erpguard_functions.net.cidr_intersects(a, b)[0] if {
	is_string(a)
	is_string(b)
}

of.net.cidr_merge(a) := {x | some x in erpguard_functions.net.cidr_merge(a)[0]} if {
	_texts(a)
	is_array(erpguard_functions.net.cidr_merge(a)[0])
}

of.sprintf(a, b) := erpguard_functions.sprintf(a, [_shown(x) | some x in b])[0] if {
	is_string(a)
	is_array(b)
}

of.strings.count(a, b) := count(split(a, b)) - 1 if {
	is_string(a)
	is_string(b)
	b != ""
}

of.strings.count(a, b) := count(split(a, "")) + 1 if {
	is_string(a)
	b == ""
}

of.strings.replace_n(a, b) := erpguard_functions.strings.replace_n(a, b)[0] if {
	is_object(a)
	is_string(b)
	every key, value in a {
		is_string(key)
		is_string(value)
	}
}

of.strings.split_n(a, b, c) := array.slice(split(a, b), 0, c) if {
	is_string(a)
	is_string(b)
	_is_natural(c)
}

of.strings.split_n(a, b, c) := array.slice(parts, max([count(parts) + c, 0]), count(parts)) if {
	is_string(a)
	is_string(b)
	_is_integer(c)
	c < 0
	parts := split(a, b)
}

# Gone from Rego v1, and still called by modules in the Rego of before OPA 1.0.
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

of.net.cidr_overlap(a, b) := of.net.cidr_contains(a, b)

of.re_match(a, b) := of.regex.match(a, b)

of.set_diff(a, b) := a - b if {
	is_set(a)
	is_set(b)
}
