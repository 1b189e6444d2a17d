package main

import data.kubernetes as k8s

deny_run_as_root contains msg if {
	k8s.is_workload
	some container in k8s.containers
	not container.securityContext.runAsNonRoot
	msg := {"msg": sprintf("%s/%s may run as root", [k8s.name, container.name]), "path": "/spec/template/spec/containers"}
}

warn_no_limits contains msg if {
	some container in k8s.containers
	not container.resources.limits.memory
	msg := sprintf("%s/%s has no memory limit", [k8s.name, container.name])
}
