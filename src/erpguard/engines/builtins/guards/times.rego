package erpguard_guards

of.time.add_date(a, b, c, d) := erpguard_functions.time.add_date(a, b, c, d)[0] if {
	_is_time(a)
	_is_index(b)
	_is_index(c)
	_is_index(d)
}

of.time.clock(a) := erpguard_functions.time.clock(a)[0] if _is_time(a)

of.time.date(a) := erpguard_functions.time.date(a)[0] if _is_time(a)

of.time.diff(a, b) := erpguard_functions.time.diff(a, b)[0] if {
	_is_time(a)
	_is_time(b)
}

of.time.format(a) := erpguard_functions.time.format(a)[0] if _is_time(a)

of.time.weekday(a) := erpguard_functions.time.weekday(a)[0] if _is_time(a)

_is_time(x) if _is_integer(x)

_is_time(x) if {
	is_array(x)
	_is_integer(x[0])
	every text in array.slice(x, 1, 3) { is_string(text) }
}
