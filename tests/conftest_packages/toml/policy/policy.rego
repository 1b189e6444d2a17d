package main

deny contains msg if {
	some name, server in input.servers
	not server.tls
	msg := sprintf("%s at %s: %v, %v", [name, server.address, server.started, server.weights])
}

warn contains sprintf("%v", [input]) if true
