package main

deny contains msg if {
	not input.name
	msg := sprintf("no name in %v", [input])
}

warn contains sprintf("%v of type %v", [input.name, type_name(input.value)]) if input.value != null
