package erpguard_guards

_large := "a number beyond 64 bits"

# Numbers that need nothing but the engine: integers with a short value.
_is_short(x) if {
	x < 1000000
	x > -1000000
}

of.abs(a) := abs(a) if {
	_is_held_whole(a)
	_is_short(a)
} else := made[0] if {
	is_number(a)
	made := erpguard_functions.abs(_digits(a))
}

of.bits.and(a, b) := made[0] if {
	_is_integer(a)
	_is_integer(b)
	made := erpguard_functions.bits.and(a, b)
}

of.bits.and(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.lsh(a, b) := made[0] if {
	_is_integer(a)
	_is_natural(b)
	made := erpguard_functions.bits.lsh(a, b)
}

of.bits.lsh(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.negate(a) := made[0] if {
	_is_integer(a)
	made := erpguard_functions.bits.negate(a)
}

of.bits.negate(a) := erpguard_functions.refuse(_large) if _have_large([a])

of.bits.or(a, b) := made[0] if {
	_is_integer(a)
	_is_integer(b)
	made := erpguard_functions.bits.or(a, b)
}

of.bits.or(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.rsh(a, b) := made[0] if {
	_is_integer(a)
	_is_natural(b)
	made := erpguard_functions.bits.rsh(a, b)
}

of.bits.rsh(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.bits.xor(a, b) := made[0] if {
	_is_integer(a)
	_is_integer(b)
	made := erpguard_functions.bits.xor(a, b)
}

of.bits.xor(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.ceil(a) := a if {
	_is_held_whole(a)
	_is_short(a)
} else := made[0] if {
	is_number(a)
	made := erpguard_functions.ceil(_digits(a))
}

of.div(a, b) := quotient if {
	_is_held_whole(a)
	_is_held_whole(b)
	a != 0
	b != 0
	quotient := a / b
	_is_held_whole(quotient)
	_is_short(quotient)
	quotient * b == a
} else := made[0] if {
	is_number(a)
	is_number(b)
	made := erpguard_functions.div(_digits(a), _digits(b))
}

of.floor(a) := a if {
	_is_held_whole(a)
	_is_short(a)
} else := made[0] if {
	is_number(a)
	made := erpguard_functions.floor(_digits(a))
}

of.format_int(a, b) := made[0] if {
	_is_small(a)
	erpguard_functions.digits(b)
	b in {2, 8, 10, 16}
	made := erpguard_functions.format_int(a, b)
}

of.format_int(a, b) := made[0] if {
	_have_large([a])
	erpguard_functions.digits(b)
	b in {2, 8, 10, 16}
	made := erpguard_functions.format_int(_digits(a), b)
}

of.minus(a, b) := difference if {
	is_number(a)
	is_number(b)
	a + 36028797018963968 != a + 36028797018963969 # as in _is_held_whole
	b + 36028797018963968 != b + 36028797018963969
	difference := a - b
	difference < 1000000
	difference > -1000000
} else := made[0] if {
	is_number(a)
	is_number(b)
	made := erpguard_functions.minus(_digits(a), _digits(b))
} else := a - b if {
	is_set(a)
	is_set(b)
}

of.mul(a, b) := product if {
	is_number(a)
	is_number(b)
	a + 36028797018963968 != a + 36028797018963969 # as in _is_held_whole
	b + 36028797018963968 != b + 36028797018963969
	product := a * b
	product < 1000000
	product > -1000000
} else := made[0] if {
	is_number(a)
	is_number(b)
	made := erpguard_functions.mul(_digits(a), _digits(b))
}

of.numbers.range(a, b) := numbers.range(bits.or(a, 0), b) if {
	_is_integer(a)
	_is_integer(b)
}

of.numbers.range(a, b) := erpguard_functions.refuse(_large) if _have_large([a, b])

of.numbers.range_step(a, b, c) := numbers.range_step(bits.or(a, 0), b, c) if {
	_is_integer(a)
	_is_integer(b)
	_is_integer(c)
	c > 0
}

of.numbers.range_step(a, b, c) := [bits.or(a, 0)] if {
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
	a + 36028797018963968 != a + 36028797018963969 # as in _is_held_whole
	b + 36028797018963968 != b + 36028797018963969
	sum := a + b
	sum < 1000000
	sum > -1000000
} else := made[0] if {
	is_number(a)
	is_number(b)
	made := erpguard_functions.plus(_digits(a), _digits(b))
}

of.product(a) := made[0] if {
	_are_numbers(a)
	made := erpguard_functions.product([_digits(x) | some x in _listed(a)])
}

of.rem(a, b) := a % b if {
	_is_held_whole(a)
	_is_held_whole(b)
	b != 0
	_is_short(b)
} else := made[0] if {
	is_number(a)
	is_number(b)
	made := erpguard_functions.rem(_digits(a), _digits(b))
}

of.round(a) := a if {
	_is_held_whole(a)
	_is_short(a)
} else := made[0] if {
	is_number(a)
	made := erpguard_functions.round(_digits(a))
}

of.sum(a) := total if {
	_are_held_whole(a)
	total := sum(a)
	_is_short(total)
} else := made[0] if {
	_are_numbers(a)
	made := erpguard_functions.sum([_digits(x) | some x in _listed(a)])
}

_are_numbers(xs) if {
	_is_sequence(xs)
	every x in xs { is_number(x) }
}

# A number as the functions of erpguard get it.
_digits(x) := sprintf("%v", [x])

_are_held_whole(xs) if {
	_is_sequence(xs)
	every x in xs { _is_held_whole(x) }
}

_listed(xs) := xs if is_array(xs)

_listed(xs) := sort(xs) if is_set(xs)

of.to_number(a) := to_number(a) if a == null

of.to_number(a) := to_number(a) if is_boolean(a)

of.to_number(a) := a if is_number(a)

of.to_number(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.to_number(a)
}
