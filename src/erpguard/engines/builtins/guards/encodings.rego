package erpguard_guards

of.base64.is_valid(a) := erpguard_functions.base64.is_valid(a)[0] if is_string(a)

of.base64.is_valid(a) := false if not is_string(a)

of.crypto.hmac.equal(a, b) := a == b if {
	is_string(a)
	is_string(b)
}

of.json.is_valid(a) := erpguard_functions.json.is_valid(a)[0] if is_string(a)

of.json.is_valid(a) := false if not is_string(a)

of.json.marshal(a) := erpguard_functions.json.marshal(_text(a), _empties(a), {})[0]

of.json.marshal_with_options(a, b) := erpguard_functions.json.marshal(_text(a), _empties(a), b)[0] if _are_options(b)

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

of.regex.is_valid(a) := erpguard_functions.regex.is_valid(a)[0] if is_string(a)

of.regex.is_valid(a) := false if not is_string(a)

of.semver.is_valid(a) := erpguard_functions.semver.is_valid(a)[0] if is_string(a)

of.semver.is_valid(a) := false if not is_string(a)

of.urlquery.encode_object(a) := erpguard_functions.urlquery.encode_object(a)[0] if is_object(a)

of.yaml.is_valid(a) := erpguard_functions.yaml.is_valid(a)[0] if is_string(a)

of.yaml.is_valid(a) := false if not is_string(a)
