# METADATA
# description: |
#   Five policies of erpguard as conftest and `opa eval` have them: NET008, RES001, RES002, RES003, RES018.
#   conftest asks for `deny`, with a document as input; `opa eval` for `everything`, with a list of documents.
package main

deny contains message if some message in objections(input)

everything contains message if {
	some document in input
	some message in objections(document)
}

objections(document) := {sprintf("%s/%s: %s", [document.metadata.namespace, document.metadata.name, text]) |
	document.kind == "Deployment"
	some text in faults(document.spec.template.spec)
}

faults(pod) := array.concat(
	["the pod shares the network of its node" | pod.hostNetwork],
	[sprintf("container %s has no %s", [container.name, what]) |
		some container in pod.containers
		some what, path in needed
		not object.get(container, path, false)
	],
)

needed := {
	"memory limit": ["resources", "limits", "memory"],
	"memory request": ["resources", "requests", "memory"],
	"cpu request": ["resources", "requests", "cpu"],
	"limit for ephemeral storage": ["resources", "limits", "ephemeral-storage"],
}
