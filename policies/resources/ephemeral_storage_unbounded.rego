# METADATA
# title: Ephemeral storage unbounded
# description: >-
#   A container without a limit for ephemeral storage, or an emptyDir volume without a size limit, can fill the disk of
#   its node (or, with medium Memory, the memory), and the kubelet then evicts other pods. The default of a LimitRange
#   counts as limit; 0 is none.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/storage/ephemeral-storage/
#   description: Kubernetes, local ephemeral storage
# - ref: https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
#   description: Kubernetes, emptyDir
# custom:
#   id: RES018
#   severity: low
#   resource_types: [workloads]
#   reads:
#   - views.container_resources.container
#   - views.container_resources.ephemeral_storage_limit
#   - views.empty_dirs.bounded
#   - views.empty_dirs.volume
#   absence_of: [core/LimitRange]
#   message: "{kind} {name}: {what}"
#   remediation: Set resources.limits.ephemeral-storage of the container, and emptyDir.sizeLimit of the volume.
package erpguard.resources.ephemeral_storage_unbounded

import data.erpguard.lib.finding

deny contains finding.at(container, ["resources", "limits", "ephemeral-storage"], {"what": what}) if {
	some container in input.views.container_resources
	not container.ephemeral_storage_limit
	what := sprintf("container %s has no limit for ephemeral storage", [container.container])
}

deny contains object.union(found, {"absent": []}) if {
	some empty_dir in input.views.empty_dirs
	empty_dir.bounded == false
	what := sprintf("the emptyDir volume %s has no sizeLimit", [empty_dir.volume])
	found := finding.at(empty_dir, ["emptyDir", "sizeLimit"], {"what": what})
}
