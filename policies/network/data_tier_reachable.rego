# METADATA
# title: Data tier reachable
# description: >-
#   A database, a pooler or a cache accepts connections to its port from pods that are not its clients: no NetworkPolicy
#   isolates it, or one that does admits too much. Policies add up, so that each rule counts by itself. Pods of the
#   estate are the sources; what admits every pod of the cluster fails in any case. Whether an ipBlock takes in pods is
#   known where the configuration tells their addresses (`estate.pod_ranges`). What the sources may send is not counted
#   on, and pods on the network of their node are left to NET008.
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/
#   description: Kubernetes, network policies
# - ref: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
#   description: NetworkPolicy, from and ports
# custom:
#   id: NET004
#   severity: critical
#   resource_types: [workloads, operator-workloads]
#   reads:
#   - environment
#   - views.data_tier_reach.admissions
#   - views.data_tier_reach.governed
#   - views.data_tier_reach.tier
#   judged: {governed: [true], tier: [data, pooler, cache]}
#   absence_of:
#   - networking.k8s.io/NetworkPolicy
#   - cilium.io/CiliumNetworkPolicy
#   - cilium.io/CiliumClusterwideNetworkPolicy
#   - projectcalico.org/NetworkPolicy
#   - projectcalico.org/GlobalNetworkPolicy
#   - crd.projectcalico.org/NetworkPolicy
#   - crd.projectcalico.org/GlobalNetworkPolicy
#   - policy.networking.k8s.io/AdminNetworkPolicy
#   - policy.networking.k8s.io/BaselineAdminNetworkPolicy
#   - policy.networking.k8s.io/ClusterNetworkPolicy
#   message: "{kind} {name} accepts port {ports} from {sources}"
#   remediation: >-
#     Isolate the pods with a NetworkPolicy of their namespace, and admit in `from` the pods of the accepted tiers only,
#     by labels that no other pods have.
#   parameters:
#     accepted_tiers:
#       description: >-
#         By tier, the tiers whose pods may connect to it. A workload always reaches its own pods. Tiers of one's own,
#         such as monitoring, come from the label `erpguard.io/tier` or the configuration.
#       schema:
#         type: object
#         required: [data, pooler, cache]
#         additionalProperties: false
#         properties:
#           data: {type: array, items: {type: string, minLength: 1}}
#           pooler: {type: array, items: {type: string, minLength: 1}}
#           cache: {type: array, items: {type: string, minLength: 1}}
#       default:
#         data: [erp, pooler, job, backup, data, operator]
#         pooler: [erp, job, backup, data, pooler, operator]
#         cache: [erp, job, cache]
package erpguard.network.data_tier_reachable

import data.erpguard.lib.finding

deny contains violation if {
	some pod in input.views.data_tier_reach
	pod.governed
	accepted := input.settings.network.data_tier_reachable[pod.environment].accepted_tiers[pod.tier]
	some place in pod.admissions
	found := _unaccepted([source | some source in place.sources; not source.tier in accepted])
	values := {"ports": place.ports, "sources": [source.title | some source in found.sources]}
	where := {"at": place.at, "absent": place.absent, "related": _related(found.sources)}
	violation := object.union_n([finding.at(pod, [], values), where, found.doubt])
}

# The sources that are sure, else those in doubt.
_unaccepted(sources) := {"sources": sure, "doubt": {}} if {
	sure := [source | some source in sources; source.sure]
	count(sure) > 0
} else := {"sources": sources, "doubt": {"doubt": "whom it admits"}} if count(sources) > 0

_related(sources) := [{"resource": place.resource, "path": place.path, "message": source.title} |
	some source in sources
	some place in source.places
]
