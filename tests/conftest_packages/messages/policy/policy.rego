package main

# METADATA
# title: Images carry a version
# custom:
#   severity: critical
deny_latest contains {"msg": msg, "path": ["spec", "template", "spec", "containers", i, "image"]} if {
	some i, container in input.spec.template.spec.containers
	endswith(container.image, ":latest")
	msg := sprintf("%s has no version", [container.name])
}

violation contains {"msg": msg, "details": {"field": field, "name": container.name}} if {
	some i, container in input.spec.template.spec.containers
	container.securityContext.privileged
	field := sprintf("spec.template.spec.containers[%d].securityContext.privileged", [i])
	msg := "privileged"
}

warn contains "a single replica" if input.spec.replicas == 1

deny contains "" if true

deny contains 7 if true

deny_object contains {"msg": "", "more": 1} if true
