package erpguard_guards

of.glob.match(a, b, c) := regex.match(pattern[0], c) if {
	is_string(a)
	_delimiters(b)
	is_string(c)
	pattern := erpguard_functions.glob.pattern(a, b)
}

_delimiters(x) if x == null

_delimiters(x) if {
	is_array(x)
	_texts(x)
}

of.regex.find_all_string_submatch_n(a, b, c) := regex.find_all_string_submatch_n(_pattern(a), b, c) if {
	is_string(b)
	_is_index(c)
}

of.regex.find_n(a, b, c) := regex.find_n(_pattern(a), b, c) if {
	is_string(b)
	_is_index(c)
}

of.regex.match(a, b) := regex.match(_pattern(a), b) if is_string(b)

of.regex.replace(a, b, c) := regex.replace(a, _pattern(b), replacement[0]) if {
	is_string(a)
	is_string(b)
	is_string(c)
	replacement := erpguard_functions.regex.replacement(b, c)
}

of.regex.split(a, b) := array.slice(parts, _before(parts, found), count(parts) - _after(parts, found)) if {
	is_string(b)
	b != ""
	parts := regex.split(_pattern(a), b)
	found := regex.find_n(_pattern(a), b, -1)
}

of.regex.split(a, b) := [part | some part in [b]; a != ""] if {
	is_string(_pattern(a))
	b == ""
}

of.regex.template_match(a, b, c, d) := regex.match(pattern[0], b) if {
	is_string(a)
	is_string(b)
	is_string(c)
	is_string(d)
	pattern := erpguard_functions.regex.template(a, c, d)
}

_pattern(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.regex.pattern(a)
}

# A match of nothing at the start or at the end splits nothing off.
_before(parts, found) := 1 if {
	parts[0] == ""
	found[0] == ""
} else := 0

_after(parts, found) := 1 if {
	parts[count(parts) - 1] == ""
	found[count(found) - 1] == ""
} else := 0
