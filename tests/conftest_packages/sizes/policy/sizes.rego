package main

limit := 1073741824

gib := (1024 * 1024) * 1024

share := 0.9

deny contains msg if {
	some c in input.containers
	c.memory >= limit
	msg := sprintf("%s: memory %v is at or above %v", [c.name, c.memory, limit])
}

deny contains msg if {
	some c in input.containers
	c.memory == gib
	msg := sprintf("%s: memory %v is %v, %d", [c.name, c.memory, gib, gib])
}

deny contains msg if {
	some c in input.containers
	total := c.memory * input.replicas
	msg := sprintf("%s: %v in all, %.1f%% of %v", [c.name, total, (total / (4 * gib)) * 100, 4 * gib])
}

deny contains msg if {
	total := sum([memory | some c in input.containers; memory := c.memory * input.replicas])
	msg := sprintf("%v in all, on average %v", [total, total / count(input.containers)])
}

deny contains msg if {
	some c in input.containers
	c.requests.cpu > c.limits.cpu * share
	msg := sprintf("%s: requests %v above %v of %v", [c.name, c.requests.cpu, share, c.limits.cpu])
}

deny contains msg if {
	some c in input.containers
	bytes := units.parse_bytes(c.limits.memory)
	bytes >= limit
	msg := sprintf("%s: %v are %v bytes, the limit is %d", [c.name, c.limits.memory, bytes, limit])
}

deny contains msg if {
	some c in input.containers
	units.parse(c.limits.milli) * input.replicas > 1.5
	msg := sprintf("%s: cpu %v", [c.name, units.parse(c.limits.milli) * input.replicas])
}

deny contains msg if {
	input.timeout == ((60 * 60) * 24) * 30
	msg := sprintf("timeout %v = %v", [input.timeout, ((60 * 60) * 24) * 30])
}

deny contains msg if {
	used := (input.used / input.total) * 100
	used > 80
	msg := sprintf("used %v%% %.2f %d", [used, used, round(used)])
}

deny contains msg if {
	100 * (1 - input.ratio) > 10
	msg := sprintf("free: %v", [100 * (1 - input.ratio)])
}

deny contains msg if {
	1 - input.ratio <= 0.1
	msg := "free: at most 0.1"
}

deny contains msg if {
	input.version < 2.0
	msg := sprintf("version %v is before %v: %d, %d", [input.version, 2.0, input.version, 2.0])
}

deny contains msg if {
	input.uid >= 1e6
	msg := sprintf("uid %v, %d, %s, not %v", [input.uid, input.uid, input.uid, 1e6])
}

deny contains msg if {
	msg := sprintf("%v | %v | %s", [input, [limit, gib, 2.0, 2], json.marshal({"gib": [gib, limit, input.containers[0].memory]})])
}

deny contains msg if {
	memories := {c.memory | some c in input.containers}
	msg := sprintf("at most %v of %v", [max(memories), sort(memories | {gib})])
}
