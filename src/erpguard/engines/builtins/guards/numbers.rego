package erpguard_guards

_large := "a number beyond 64 bits"

# OPA cuts these to 0, of which the sign is lost: https://github.com/open-policy-agent/opa (v1/topdown/arithmetic.go).
_is_below_zero(x) if {
	is_number(x)
	x > -1
	x < 0
}

of.abs(a) := abs(a) if _is_small(a)

of.abs(a) := erpguard_functions.refuse(_large) if _have_large([a])

of.bits.and(a, b) := erpguard_functions.bits.and(a, b)[0] if {
	_is_integer(a)
	_is_integer(b)
}

of.bits.and(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.lsh(a, b) := erpguard_functions.bits.lsh(a, b)[0] if {
	_is_integer(a)
	_is_natural(b)
}

of.bits.lsh(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.negate(a) := erpguard_functions.bits.negate(a)[0] if _is_integer(a)

of.bits.negate(a) := erpguard_functions.refuse(_large) if _have_large([a])

of.bits.or(a, b) := erpguard_functions.bits.or(a, b)[0] if {
	_is_integer(a)
	_is_integer(b)
}

of.bits.or(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.rsh(a, b) := erpguard_functions.bits.rsh(a, b)[0] if {
	_is_integer(a)
	_is_natural(b)
}

of.bits.rsh(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.xor(a, b) := erpguard_functions.bits.xor(a, b)[0] if {
	_is_integer(a)
	_is_integer(b)
}

of.bits.xor(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.ceil(a) := ceil(a) if {
	_is_small(a)
	not _is_below_zero(a)
}

of.ceil(a) := 1 if _is_below_zero(a)

of.ceil(a) := erpguard_functions.refuse(_large) if _have_large([a])

of.floor(a) := floor(a) if {
	_is_small(a)
	not _is_below_zero(a)
}

of.floor(a) := 0 if _is_below_zero(a)

of.floor(a) := erpguard_functions.refuse(_large) if _have_large([a])

of.format_int(a, b) := erpguard_functions.format_int(a, b)[0] if {
	_is_small(a)
	b in {2, 8, 10, 16}
}

of.format_int(a, b) := erpguard_functions.format_int(sprintf("%v", [a]), b)[0] if {
	_have_large([a])
	b in {2, 8, 10, 16}
}

of.numbers.range(a, b) := numbers.range(a, b) if {
	_is_integer(a)
	_is_integer(b)
}

of.numbers.range(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.numbers.range_step(a, b, c) := numbers.range_step(a, b, c) if {
	_is_integer(a)
	_is_integer(b)
	_is_integer(c)
	c > 0
}

of.numbers.range_step(a, b, c) := [a] if {
	_is_integer(a)
	_is_integer(b)
	is_number(c)
	c > 18446744073709551615
}

of.numbers.range_step(a, b, c) := erpguard_functions.refuse(_large) if {
	_have_large([a, b, c])
	c <= 18446744073709551615
}

of.numbers.range_step(a, b, c) := erpguard_functions.refuse(_large) if {
	_have_large([a, b])
	c > 18446744073709551615
}

of.product(a) := product(a) if {
	_wholes(a)
} else := erpguard_functions.product(_ordered(a))[0] if {
	_numbers(a)
} else := erpguard_functions.refuse(_large) if _have_large(a)

of.round(a) := round(a) if _is_small(a)

of.round(a) := erpguard_functions.refuse(_large) if _have_large([a])

of.sum(a) := sum(a) if {
	_wholes(a)
} else := erpguard_functions.sum(_ordered(a))[0] if {
	_numbers(a)
} else := erpguard_functions.refuse(_large) if _have_large(a)

_wholes(xs) if {
	_is_sequence(xs)
	every x in xs {
		is_number(x)
		x == floor(x)
	}
}

_ordered(xs) := xs if is_array(xs)

_ordered(xs) := sort(xs) if is_set(xs)

of.to_number(a) := to_number(a) if a == null

of.to_number(a) := to_number(a) if is_boolean(a)

of.to_number(a) := a if is_number(a)

of.to_number(a) := erpguard_functions.to_number(a)[0] if is_string(a)
