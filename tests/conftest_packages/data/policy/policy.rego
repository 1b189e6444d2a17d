package main

deny contains msg if {
	some port in input.ports
	port in data.blocked.ports
	msg := sprintf("port %d is blocked: %s", [port, data.blocked.reasons[format_int(port, 10)]])
}

warn contains sprintf("%v", [data.limits]) if input.replicas > data.limits.most

deny_list contains name if {
	some name in data.names.lists
	name == input.name
}
