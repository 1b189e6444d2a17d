package erpguard_guards

_large := "a number beyond 64 bits"

# Numbers that need nothing but the engine: whole ones, also where their form has a point, with a short value.
_is_plain(x) if {
	is_number(x)
	x == floor(x)
	x < 9007199254740992
	x > -9007199254740992
}

_is_short(x) if {
	x < 1000000
	x > -1000000
}

of.abs(a) := abs(a) if {
	_is_plain(a)
	_is_short(a)
} else := erpguard_functions.abs(_digits(a))[0] if {
	is_number(a)
}

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
	_is_plain(a)
	_is_short(a)
} else := erpguard_functions.ceil(_digits(a))[0] if {
	is_number(a)
}

of.div(a, b) := quotient if {
	_is_plain(a)
	_is_plain(b)
	a != 0
	b != 0
	quotient := a / b
	quotient == floor(quotient)
	quotient * b == a
	_is_short(quotient)
} else := erpguard_functions.div(_digits(a), _digits(b))[0] if {
	is_number(a)
	is_number(b)
}

of.floor(a) := floor(a) if {
	_is_plain(a)
	_is_short(a)
} else := erpguard_functions.floor(_digits(a))[0] if {
	is_number(a)
}

of.format_int(a, b) := erpguard_functions.format_int(a, b)[0] if {
	_is_small(a)
	erpguard_functions.digits(b)[0]
	b in {2, 8, 10, 16}
}

of.format_int(a, b) := erpguard_functions.format_int(_digits(a), b)[0] if {
	_have_large([a])
	erpguard_functions.digits(b)[0]
	b in {2, 8, 10, 16}
}

of.minus(a, b) := difference if {
	is_number(a)
	is_number(b)
	a == floor(a)
	b == floor(b)
	difference := a - b
	difference < 1000000
	difference > -1000000
	a < 9007199254740992
	a > -9007199254740992
} else := erpguard_functions.minus(_digits(a), _digits(b))[0] if {
	is_number(a)
	is_number(b)
} else := a - b if {
	is_set(a)
	is_set(b)
}

of.mul(a, b) := product if {
	is_number(a)
	is_number(b)
	a == floor(a)
	b == floor(b)
	product := a * b
	product < 1000000
	product > -1000000
	a < 9007199254740992
	a > -9007199254740992
} else := erpguard_functions.mul(_digits(a), _digits(b))[0] if {
	is_number(a)
	is_number(b)
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

of.plus(a, b) := sum if {
	is_number(a)
	is_number(b)
	a == floor(a)
	b == floor(b)
	sum := a + b
	sum < 1000000
	sum > -1000000
	a < 9007199254740992
	a > -9007199254740992
} else := erpguard_functions.plus(_digits(a), _digits(b))[0] if {
	is_number(a)
	is_number(b)
}

of.product(a) := erpguard_functions.product([_digits(x) | some x in _listed(a)])[0] if {
	_are_numbers(a)
}

of.rem(a, b) := a % b if {
	_is_plain(a)
	_is_plain(b)
	b != 0
	_is_short(b)
} else := erpguard_functions.rem(_digits(a), _digits(b))[0] if {
	is_number(a)
	is_number(b)
}

of.round(a) := round(a) if {
	_is_plain(a)
	_is_short(a)
} else := erpguard_functions.round(_digits(a))[0] if {
	is_number(a)
}

of.sum(a) := total if {
	_are_plain(a)
	total := sum(a)
	_is_short(total)
} else := erpguard_functions.sum([_digits(x) | some x in _listed(a)])[0] if {
	_are_numbers(a)
}

_are_numbers(xs) if {
	_is_sequence(xs)
	every x in xs { is_number(x) }
}

# A number as the functions of erpguard get it.
_digits(x) := sprintf("%v", [x])

_are_plain(xs) if {
	_is_sequence(xs)
	every x in xs { _is_plain(x) }
}

_listed(xs) := xs if is_array(xs)

_listed(xs) := sort(xs) if is_set(xs)

of.to_number(a) := to_number(a) if a == null

of.to_number(a) := to_number(a) if is_boolean(a)

of.to_number(a) := a if is_number(a)

of.to_number(a) := erpguard_functions.to_number(a)[0] if is_string(a)
