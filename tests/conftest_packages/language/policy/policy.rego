package main

tiers := {"web": 1, "data": 3}

needed[name] := tiers[service.tier] if some name, service in input.services

deny contains sprintf("%s needs %d replicas", [name, number]) if {
	some name, number in needed
	input.services[name].replicas < number
}

names contains name if some name, _ in input.services

deny_names contains sprintf("unknown: %s", [concat(", ", sort(names - {"shop", "db"}))]) if count(names - {"shop", "db"}) > 0

sizes := {size: services |
	some service in input.services
	size := service.replicas
	services := [name | some name, other in input.services; other.replicas == size]
}

warn contains sprintf("%v", [sizes]) if count(sizes) > 1

count_of(size) := number if {
	number := count(sizes[size])
} else := 0

warn_count contains sprintf("%d", [count_of(1)]) if true

warn_with contains "with" if names == {"z"} with input as {"services": {"z": {}}}

deny_chain contains "deep" if input.services.shop["replicas"] == input.services["shop"].replicas
