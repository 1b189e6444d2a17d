package erpguard_guards

of.time.add_date(a, b, c, d) := made[0] if {
	_is_time(a)
	_is_index(b)
	_is_index(c)
	_is_index(d)
	made := erpguard_functions.time.add_date(a, b, c, d)
}

of.time.clock(a) := made[0] if {
	_is_time(a)
	made := erpguard_functions.time.clock(a)
}

of.time.date(a) := made[0] if {
	_is_time(a)
	made := erpguard_functions.time.date(a)
}

of.time.diff(a, b) := made[0] if {
	_is_time(a)
	_is_time(b)
	made := erpguard_functions.time.diff(a, b)
}

of.time.format(a) := made[0] if {
	_is_time(a)
	made := erpguard_functions.time.format(a)
}

of.time.weekday(a) := made[0] if {
	_is_time(a)
	made := erpguard_functions.time.weekday(a)
}

_is_time(x) if _is_integer(x)

_is_time(x) if {
	is_array(x)
	_is_integer(x[0])
	every text in array.slice(x, 1, 3) { is_string(text) }
}
