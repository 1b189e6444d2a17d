package main

deny contains sprintf("port %v", [port]) if some port in input.spec.ports

deny_named contains sprintf("%v is %v", [key, value]) if {
	some key, value in input.metadata.labels
	startswith(key, "a")
}

deny_count contains sprintf("%d", [count([1 | some x in input.spec.volumes; x.name])]) if input.spec

warn contains "all small" if {
	every port in input.spec.ports { port < 100 }
}
