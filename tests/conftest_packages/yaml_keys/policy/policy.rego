package main

# Every key and value; and a workflow's `on`, which is a truth value in YAML 1.1.
deny contains {"msg": sprintf("%v", [path]), "value": value} if {
	walk(input, [path, value])
	count(path) > 0
	not is_object(value)
	not is_array(value)
}

deny contains "runs on every push" if input["true"] == "push"
