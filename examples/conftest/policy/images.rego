package main

# METADATA
# title: Images come from our registries
# description: What comes from elsewhere was not checked by us.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/
#   description: Kubernetes, images
# custom:
#   id: SHOP-1
#   severity: critical
#   remediation: Copy the image into one of the registries.
deny_registry contains {"msg": msg, "path": ["spec", "template", "spec", "containers", i, "image"]} if {
	some i, container in input.spec.template.spec.containers
	not _is_ours(container.image)
	msg := sprintf("the image of %s is not from our registries", [container.name])
}

_is_ours(image) if {
	some registry in data.registries.ours
	startswith(image, registry)
}

deny_version contains msg if {
	some container in input.spec.template.spec.containers
	endswith(container.image, ":latest")
	msg := sprintf("the image of %s has no version", [container.name])
}

warn contains "a single replica is away while it restarts" if input.spec.replicas == 1
