package main

deny contains msg if {
	not startswith(data.conftest.file.name, input.kind)
	msg := sprintf("%s is not named after its kind", [data.conftest.file.name])
}

warn contains "in a folder named wrong" if endswith(data.conftest.file.dir, "/wrong")

exception contains [""] if data.conftest.file.name == "excepted.yaml"
