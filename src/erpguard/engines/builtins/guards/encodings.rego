package erpguard_guards

of.base64.is_valid(a) := erpguard_functions.base64.is_valid(a)[0] if is_string(a)

of.base64.is_valid(a) := false if not is_string(a)

of.crypto.hmac.equal(a, b) := a == b if {
	is_string(a)
	is_string(b)
}

of.json.is_valid(a) := erpguard_functions.json.is_valid(a)[0] if is_string(a)

of.json.is_valid(a) := false if not is_string(a)

# Keys become texts, and only then have their order.
of.json.marshal(a) := erpguard_functions.json.as_go(json.marshal(_with_texts_as_keys(a)))[0]

_with_texts_as_keys(x) := json.unmarshal(json.marshal(x)) if not _has_collections_as_keys(x)

_with_texts_as_keys(x) := erpguard_functions.refuse("a collection as a key") if {
	_has_collections_as_keys(x)
}

_has_collections_as_keys(x) if {
	_is_collection(x)
	walk(x, [_, object])
	is_object(object)
	some key, _ in object
	_is_collection(key)
}

of.json.marshal_with_options(a, b) := erpguard_functions.json.as_go(marshalled)[0] if {
	_are_options(b)
	marshalled := json.marshal_with_options(_with_texts_as_keys(a), b)
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

of.regex.is_valid(a) := erpguard_functions.regex.is_valid(a)[0] if is_string(a)

of.regex.is_valid(a) := false if not is_string(a)

of.semver.is_valid(a) := erpguard_functions.semver.is_valid(a)[0] if is_string(a)

of.semver.is_valid(a) := false if not is_string(a)

of.urlquery.encode_object(a) := erpguard_functions.urlquery.encode_object(a)[0] if is_object(a)

of.yaml.is_valid(a) := erpguard_functions.yaml.is_valid(a)[0] if is_string(a)

of.yaml.is_valid(a) := false if not is_string(a)
