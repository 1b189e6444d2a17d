package erpguard_guards

of.concat(a, b) := concat(a, b) if {
	is_string(a)
	_texts(b)
}

of.contains(a, b) := contains(a, b) if {
	is_string(a)
	is_string(b)
}

of.endswith(a, b) := endswith(a, b) if {
	is_string(a)
	is_string(b)
}

of.indexof(a, b) := indexof(a, b) if {
	is_string(a)
	is_string(b)
	b != ""
}

of.indexof_n(a, b) := indexof_n(a, b) if {
	is_string(a)
	is_string(b)
	b != ""
}

of.replace(a, b, c) := replace(a, b, c) if {
	is_string(a)
	is_string(b)
	is_string(c)
	b != ""
}

of.replace(a, b, c) := made[0] if {
	is_string(a)
	is_string(c)
	b == ""
	made := erpguard_functions.replace(a, b, c)
}

of.split(a, b) := split(a, b) if {
	is_string(a)
	is_string(b)
}

of.sprintf(a, b) := made[0] if {
	is_string(a)
	is_array(b)
	made := erpguard_functions.sprintf(a, [_shown(x) | some x in b])
}

# What a format shows: integers and texts as they are, other numbers by their digits, anything else as a text.
_shown(x) := x if {
	is_string(x)
} else := x if {
	_is_held_whole(x)
	x <= 9223372036854775807
} else := [_digits(x)] if {
	is_number(x)
} else := text if {
	made := erpguard_functions.shown(_text(x), _empties(x), null)
	text := made[0]
} else := made[0] if {
	made := erpguard_functions.shown(_text(x), _empties(x), _floats(x))
}

of.startswith(a, b) := startswith(a, b) if {
	is_string(a)
	is_string(b)
}

of.strings.any_prefix_match(a, b) := strings.any_prefix_match(a, b) if {
	_one_or_more_texts(a)
	_one_or_more_texts(b)
}

of.strings.any_suffix_match(a, b) := strings.any_suffix_match(a, b) if {
	_one_or_more_texts(a)
	_one_or_more_texts(b)
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

of.strings.replace_n(a, b) := made[0] if {
	is_object(a)
	is_string(b)
	every key, value in a {
		is_string(key)
		is_string(value)
	}
	made := erpguard_functions.strings.replace_n(a, b)
}

of.strings.reverse(a) := strings.reverse(a) if is_string(a)

of.strings.split_n(a, b, c) := array.slice(split(a, b), 0, c) if {
	is_string(a)
	is_string(b)
	_is_index(c)
	c >= 0
}

of.strings.split_n(a, b, c) := array.slice(parts, max([count(parts) + c, 0]), count(parts)) if {
	is_string(a)
	is_string(b)
	_is_index(c)
	c < 0
	parts := split(a, b)
}

of.substring(a, b, c) := substring(a, b, c) if {
	is_string(a)
	_is_index(b)
	_is_index(c)
	b >= 0
}

of.trim(a, b) := trim(a, b) if {
	is_string(a)
	is_string(b)
}

of.trim_left(a, b) := trim_left(a, b) if {
	is_string(a)
	is_string(b)
}

of.trim_prefix(a, b) := trim_prefix(a, b) if {
	is_string(a)
	is_string(b)
}

of.trim_right(a, b) := trim_right(a, b) if {
	is_string(a)
	is_string(b)
}

of.trim_space(a) := trim_space(a) if is_string(a)

of.trim_suffix(a, b) := trim_suffix(a, b) if {
	is_string(a)
	is_string(b)
}
