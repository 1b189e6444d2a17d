package main

deny contains sprintf("%s: %s", [image, parts[1]]) if {
	some image in input.images
	parts := split(image, ":")
	not semver.is_valid(parts[1])
}

deny_glob contains path if {
	some path in input.paths
	not glob.match("deploy/**", ["/"], path)
}

deny_cidr contains block if {
	some block in input.blocks
	net.cidr_contains("10.0.0.0/8", block)
}

deny_walk contains msg if {
	walk(input, [path, value])
	value == "secret"
	msg := sprintf("a secret at %s", [concat(".", [format | some step in path; format := sprintf("%v", [step])])])
}

warn contains json.marshal(object.union(input.labels, {"z": [true, null, 1.5]})) if true

warn_words contains upper(trim_space(word)) if some word in input.words

warn_every contains "all long" if {
	every word in input.words { count(word) > 3 }
}

warn_sum contains sprintf("%d %.2f %v %x %5d|%05d %q", [sum(input.numbers), 1.5, max(input.numbers), 255, 42, 7, "q"]) if true

warn_sets contains sprintf("%v %v %v", [{3, 1, 2}, {"b": 1, "a": {2, 1}}, [1, "x", null, true]]) if true

warn_time contains time.format(time.parse_rfc3339_ns(input.created)) if true

warn_base64 contains base64.decode(input.encoded) if true
