package erpguard_guards

of.base64.is_valid(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.base64.is_valid(a)
}

of.base64.is_valid(a) := false if not is_string(a)

of.crypto.hmac.equal(a, b) := a == b if {
	is_string(a)
	is_string(b)
}

of.json.is_valid(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.json.is_valid(a)
}

of.json.is_valid(a) := false if not is_string(a)

of.json.marshal(a) := _json(a, {})

of.json.marshal_with_options(a, b) := _json(a, b) if _are_options(b)

# First without the places of its floats, which costs less, and is enough for most values.
_json(a, options) := text if {
	made := erpguard_functions.json.marshal(_text(a), _empties(a), null, options)
	text := made[0]
} else := made[0] if {
	made := erpguard_functions.json.marshal(_text(a), _empties(a), _floats(a), options)
}

_are_options(options) if {
	is_object(options)
	every name, value in options { _is_option(name, value) }
}

_is_option(name, value) if {
	name in {"indent", "prefix"}
	is_string(value)
}

_is_option(name, value) if {
	name == "pretty"
	is_boolean(value)
}

of.regex.is_valid(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.regex.is_valid(a)
}

of.regex.is_valid(a) := false if not is_string(a)

of.semver.is_valid(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.semver.is_valid(a)
}

of.semver.is_valid(a) := false if not is_string(a)

of.urlquery.encode_object(a) := made[0] if {
	is_object(a)
	made := erpguard_functions.urlquery.encode_object(a)
}

of.yaml.is_valid(a) := made[0] if {
	is_string(a)
	made := erpguard_functions.yaml.is_valid(a)
}

of.yaml.is_valid(a) := false if not is_string(a)
