package main

deny_shown contains sprintf("%v", [input]) if true

deny_marshalled contains json.marshal(input) if true

deny_a_is_one contains "a is 1" if input.a == 1

deny_not_a contains "no a" if not input.a

deny_nested contains sprintf("%v at %v", [value, key]) if {
	some key, value in input.b
	value != null
}

deny_numbers contains sprintf("%v", [number * 2 + 0.5]) if {
	some number in input.c
	is_number(number)
}

deny_sum contains sprintf("%v", [sum([n | some n in input.c; is_number(n)])]) if is_array(input.c)

deny_sorted contains sprintf("%v", [sort(input.c)]) if is_array(input.c)

deny_set contains sprintf("%v", [{x | some x in input.c}]) if {
	is_array(input.c)
	input.c != []
}

deny_count contains sprintf("%d", [count(input.b)]) if input.b

deny_types contains concat(",", sort({type_name(x) | some x in input.c})) if is_array(input.c)

deny_less contains "less" if input.a < input.d

deny_equal contains "equal" if input.a == input.d

deny_in contains "in" if input.a in input.c

deny_text contains upper(input.d) if is_string(input.d)

deny_walked contains sprintf("%v", [count([1 | walk(input, [_, x]); is_string(x)])]) if true

deny_keys contains sprintf("%v", [object.keys(input)]) if input != {}

deny_union contains json.marshal(object.union(input, {"e": {"f": 1}})) if is_object(input)

warn_every contains "all are numbers" if {
	is_array(input.c)
	every x in input.c { is_number(x) }
}

warn_default contains sprintf("%v", [object.get(input, "d", "none")]) if is_object(input)

exception contains ["shown", "every"] if input.a == true

exception contains [input.d] if is_string(input.d)
