package kubernetes

is_workload if input.kind in {"Deployment", "StatefulSet"}

name := input.metadata.name

containers contains container if some container in input.spec.template.spec.containers
