# METADATA
# title: What builtins take
# description: |
#   In OPA a builtin that fails is undefined; in the embedded engine it ends the evaluation of the whole rule. Modules of
#   others call the functions of this package instead, by the builtin's name after `of`: each tests what its builtin
#   takes. What the engine lacks, or does in a way of its own, is a function of erpguard in `erpguard_functions`, which
#   gives a list of its value, or an empty one.
package erpguard_guards

_is_sequence(x) if is_array(x)

_is_sequence(x) if is_set(x)

_is_collection(x) if _is_sequence(x)

_is_collection(x) if is_object(x)

_texts(xs) if {
	_is_sequence(xs)
	every x in xs { is_string(x) }
}

_one_or_more_texts(x) if is_string(x)

_one_or_more_texts(x) if _texts(x)

_sets(xs) if {
	is_set(xs)
	every x in xs { is_set(x) }
}

_objects(xs) if {
	is_array(xs)
	every x in xs { is_object(x) }
}

# The engine has integers of 64 bits; beyond, it has floats, and OPA has the integers.
_is_small(x) if {
	is_number(x)
	x >= -9223372036854775808
	x <= 9223372036854775807
}

_is_integer(x) if {
	_is_small(x)
	x == floor(x)
}

# A number that the engine has as an integer, which it is where it is written with digits alone, or computed. A float,
# also that of 1.0, is rounded here.
_is_held_whole(x) if {
	is_number(x)
	x + 36028797018963968 != x + 36028797018963969
}

_is_natural(x) if {
	_is_integer(x)
	x >= 0
}

# An index, which OPA does not take with an exponent.
_is_index(x) if {
	_is_integer(x)
	x < 1000000
	not data.erpguard_written.has_exponents
} else if {
	_is_integer(x)
	erpguard_functions.index(x)
}

_have_large(xs) if {
	_is_sequence(xs)
	every x in xs { is_number(x) }
	some x in xs
	not _is_small(x)
}

# A value as the functions of erpguard get it, and the paths to empty sets in it, which the engine shows as objects.
_text(x) := sprintf("%v", [[x]])

_empties(x) := _text([path | walk(x, [path, set()])])

_floats(x) := _text([path |
	walk(x, [path, y])
	is_number(y)
	not _is_held_whole(y)
])
