# METADATA
# title: Builtins that have no value where they cannot be evaluated
# description: |
#   In OPA a builtin that fails is undefined; in the embedded engine it ends the evaluation of the whole rule. Modules of
#   others call these instead: each tests what its builtin takes, so that the builtin is not called where it would fail.
package erpguard_guards

_texts(xs) if {
	is_array(xs)
	every x in xs { is_string(x) }
}

_texts(xs) if {
	is_set(xs)
	every x in xs { is_string(x) }
}

_one_or_more_texts(x) if is_string(x)

_one_or_more_texts(x) if _texts(x)

_numbers(xs) if {
	_is_sequence(xs)
	every x in xs { is_number(x) }
}

_is_sequence(x) if is_array(x)

_is_sequence(x) if is_set(x)

_is_collection(x) if _is_sequence(x)

_is_collection(x) if is_object(x)

_is_integer(x) if {
	is_number(x)
	x == floor(x)
}

_is_natural(x) if {
	_is_integer(x)
	x >= 0
}

_paths(xs) if {
	_is_sequence(xs)
	every x in xs { _is_path(x) }
}

_is_path(x) if is_string(x)

_is_path(x) if is_array(x)

_is_schema(x) if is_string(x)

_is_schema(x) if is_object(x)

_sets(xs) if {
	is_set(xs)
	every x in xs { is_set(x) }
}

_objects(xs) if {
	is_array(xs)
	every x in xs { is_object(x) }
}

_delimiters(x) if x == null

_delimiters(x) if {
	is_array(x)
	every delimiter in x { is_string(delimiter) }
}

_is_one_unusual(delimiters) if {
	is_array(delimiters)
	count(delimiters) == 1
	not delimiters[0] in {".", "/"}
	count(delimiters[0]) == 1
}

_swapped(text, delimiter) := replace(replace(replace(text, "/", "\u0001"), delimiter, "/"), "\u0001", delimiter)

_hex := `^([0-9a-fA-F]{2})*$`

_base64url := `^[A-Za-z0-9_-]*={0,2}$`

_is_nanoseconds(x) if {
	_is_integer(x)
	abs(x) < 9223372036854775807
}

_is_time(x) if _is_nanoseconds(x)

_is_time(x) if {
	is_array(x)
	_is_nanoseconds(x[0])
	every text in array.slice(x, 1, count(x)) { is_string(text) }
}

_rfc3339 := `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`

_duration := `^[+-]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`

_number := `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$`

_quantity := `^"?[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?[a-zA-Z]{0,3}"?$`

_percent_encoded := `^([^%]|%[0-9a-fA-F]{2})*$`

of.abs(a) := abs(a) if is_number(a)

of.array.concat(a, b) := array.concat(a, b) if {
	is_array(a)
	is_array(b)
}

of.array.reverse(a) := array.reverse(a) if is_array(a)

of.array.slice(a, b, c) := array.slice(a, b, c) if {
	is_array(a)
	_is_integer(b)
	_is_integer(c)
}

of.base64.decode(a) := base64.decode(a) if {
	is_string(a)
	base64.is_valid(a)
}

of.base64.encode(a) := base64.encode(a) if is_string(a)

of.base64.is_valid(a) := base64.is_valid(a) if is_string(a)

of.base64.is_valid(a) := false if not is_string(a)

of.base64url.decode(a) := base64url.decode(concat("", [trim_right(a, "="), padding])) if {
	is_string(a)
	regex.match(_base64url, a)
	count(trim_right(a, "=")) % 4 != 1
	padding := substring("===", 0, (4 - (count(trim_right(a, "=")) % 4)) % 4)
}

of.base64url.encode(a) := base64url.encode(a) if is_string(a)

of.base64url.encode_no_pad(a) := base64url.encode_no_pad(a) if is_string(a)

of.bits.and(a, b) := bits.and(a, b) if {
	_is_integer(a)
	_is_integer(b)
}

of.bits.lsh(a, b) := bits.lsh(a, b) if {
	_is_integer(a)
	_is_natural(b)
}

of.bits.negate(a) := bits.negate(a) if _is_integer(a)

of.bits.or(a, b) := bits.or(a, b) if {
	_is_integer(a)
	_is_integer(b)
}

of.bits.rsh(a, b) := bits.rsh(a, b) if {
	_is_integer(a)
	_is_natural(b)
}

of.bits.xor(a, b) := bits.xor(a, b) if {
	_is_integer(a)
	_is_integer(b)
}

of.ceil(a) := ceil(a) if is_number(a)

of.concat(a, b) := concat(a, b) if {
	is_string(a)
	_texts(b)
}

of.contains(a, b) := contains(a, b) if {
	is_string(a)
	is_string(b)
}

# The engine counts some characters twice.
of.count(a) := count(split(a, "")) if is_string(a)

of.count(a) := count(a) if _is_collection(a)

of.endswith(a, b) := endswith(a, b) if {
	is_string(a)
	is_string(b)
}

of.floor(a) := floor(a) if is_number(a)

of.format_int(a, b) := format_int(a, b) if {
	is_number(a)
	b in {2, 8, 10, 16}
}

of.glob.match(a, b, c) := glob.match(a, b, c) if {
	is_string(a)
	_delimiters(b)
	is_string(c)
	not _is_one_unusual(b)
}

# The engine stops at dots and slashes only: another delimiter and the slash take each other's place.
of.glob.match(a, b, c) := glob.match(_swapped(a, b[0]), ["/"], _swapped(c, b[0])) if {
	is_string(a)
	_delimiters(b)
	is_string(c)
	_is_one_unusual(b)
}

of.glob.quote_meta(a) := glob.quote_meta(a) if is_string(a)

of.graph.reachable(a, b) := graph.reachable(a, b) if {
	is_object(a)
	_is_sequence(b)
}

of.graph.reachable_paths(a, b) := graph.reachable_paths(a, b) if {
	is_object(a)
	_is_sequence(b)
}

of.hex.decode(a) := hex.decode(a) if {
	is_string(a)
	regex.match(_hex, a)
}

of.hex.encode(a) := hex.encode(a) if is_string(a)

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

of.intersection(a) := intersection(a) if _sets(a)

of.json.filter(a, b) := json.filter(a, b) if {
	is_object(a)
	_paths(b)
}

of.json.is_valid(a) := json.is_valid(a) if is_string(a)

of.json.is_valid(a) := false if not is_string(a)

of.json.marshal_with_options(a, b) := json.marshal_with_options(a, b) if {
	is_object(b)
	object.keys(b) - {"indent", "prefix", "pretty"} == set()
}

of.json.patch(a, b) := json.patch(a, b) if _objects(b)

of.json.remove(a, b) := json.remove(a, b) if {
	is_object(a)
	_paths(b)
}

of.json.unmarshal(a) := json.unmarshal(a) if {
	is_string(a)
	json.is_valid(a)
}

of.lower(a) := lower(a) if is_string(a)

of.max(a) := max(a) if _is_sequence(a)

of.min(a) := min(a) if _is_sequence(a)

of.net.cidr_expand(a) := net.cidr_expand(a) if {
	is_string(a)
	net.cidr_is_valid(a)
}

of.net.cidr_is_valid(a) := net.cidr_is_valid(a) if is_string(a)

of.net.cidr_is_valid(a) := false if not is_string(a)

of.numbers.range(a, b) := numbers.range(a, b) if {
	_is_integer(a)
	_is_integer(b)
}

of.numbers.range_step(a, b, c) := numbers.range_step(a, b, c) if {
	_is_integer(a)
	_is_integer(b)
	_is_integer(c)
	c > 0
}

of.object.filter(a, b) := object.filter(a, b) if {
	is_object(a)
	_is_collection(b)
}

of.object.get(a, b, c) := object.get(a, b, c) if is_object(a)

of.object.keys(a) := object.keys(a) if is_object(a)

of.object.remove(a, b) := object.remove(a, b) if {
	is_object(a)
	_is_collection(b)
}

of.object.subset(a, b) := object.subset(a, b) if {
	_is_collection(a)
	type_name(a) == type_name(b)
}

of.object.subset(a, b) := object.subset(a, b) if {
	is_array(a)
	is_set(b)
}

of.object.union(a, b) := object.union(a, b) if {
	is_object(a)
	is_object(b)
}

of.object.union_n(a) := object.union_n(a) if _objects(a)

of.product(a) := product(a) if _numbers(a)

of.regex.find_all_string_submatch_n(a, b, c) := regex.find_all_string_submatch_n(a, b, c) if {
	is_string(a)
	regex.is_valid(a)
	is_string(b)
	_is_integer(c)
}

of.regex.find_n(a, b, c) := regex.find_n(a, b, c) if {
	is_string(a)
	regex.is_valid(a)
	is_string(b)
	_is_integer(c)
}

of.regex.is_valid(a) := regex.is_valid(a) if is_string(a)

of.regex.is_valid(a) := false if not is_string(a)

of.regex.match(a, b) := regex.match(a, b) if {
	is_string(a)
	regex.is_valid(a)
	is_string(b)
}

of.regex.replace(a, b, c) := regex.replace(a, b, c) if {
	is_string(a)
	is_string(b)
	regex.is_valid(b)
	is_string(c)
}

of.regex.split(a, b) := regex.split(a, b) if {
	is_string(a)
	regex.is_valid(a)
	is_string(b)
}

of.replace(a, b, c) := replace(a, b, c) if {
	is_string(a)
	is_string(b)
	is_string(c)
}

of.round(a) := round(a) if is_number(a)

of.semver.compare(a, b) := semver.compare(a, b) if {
	is_string(a)
	is_string(b)
	semver.is_valid(a)
	semver.is_valid(b)
}

of.semver.is_valid(a) := semver.is_valid(a) if is_string(a)

of.semver.is_valid(a) := false if not is_string(a)

of.sort(a) := sort(a) if _is_sequence(a)

of.split(a, b) := split(a, b) if {
	is_string(a)
	is_string(b)
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

of.strings.reverse(a) := strings.reverse(a) if is_string(a)

of.substring(a, b, c) := substring(a, b, c) if {
	is_string(a)
	_is_natural(b)
	_is_integer(c)
}

of.sum(a) := sum(a) if _numbers(a)

of.time.add_date(a, b, c, d) := time.add_date(a, b, c, d) if {
	_is_time(a)
	_is_integer(b)
	_is_integer(c)
	_is_integer(d)
}

of.time.clock(a) := time.clock(a) if _is_time(a)

of.time.date(a) := time.date(a) if _is_time(a)

of.time.diff(a, b) := time.diff(a, b) if {
	_is_time(a)
	_is_time(b)
}

of.time.format(a) := time.format(a) if _is_time(a)

of.time.parse_duration_ns(a) := time.parse_duration_ns(a) if {
	is_string(a)
	regex.match(_duration, a)
}

of.time.parse_ns(a, b) := time.parse_ns(a, b) if {
	is_string(a)
	is_string(b)
}

of.time.parse_rfc3339_ns(a) := time.parse_rfc3339_ns(a) if {
	is_string(a)
	regex.match(_rfc3339, a)
}

of.time.weekday(a) := time.weekday(a) if _is_time(a)

of.to_number(a) := to_number(a) if a == null

of.to_number(a) := to_number(a) if is_boolean(a)

of.to_number(a) := a if is_number(a)

of.to_number(a) := to_number(a) if {
	is_string(a)
	regex.match(_number, a)
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

of.union(a) := union(a) if _sets(a)

of.units.parse(a) := units.parse(a) if {
	is_string(a)
	regex.match(_quantity, a)
}

of.units.parse_bytes(a) := units.parse_bytes(a) if {
	is_string(a)
	regex.match(_quantity, a)
}

of.upper(a) := upper(a) if is_string(a)

of.urlquery.decode(a) := urlquery.decode(a) if {
	is_string(a)
	regex.match(_percent_encoded, a)
}

of.urlquery.decode_object(a) := urlquery.decode_object(a) if {
	is_string(a)
	regex.match(_percent_encoded, a)
}

of.urlquery.encode(a) := urlquery.encode(a) if is_string(a)

of.uuid.parse(a) := uuid.parse(a) if is_string(a)

of.yaml.is_valid(a) := yaml.is_valid(a) if is_string(a)

of.yaml.is_valid(a) := false if not is_string(a)

of.yaml.unmarshal(a) := yaml.unmarshal(a) if {
	is_string(a)
	yaml.is_valid(a)
}
