package erpguard.tls.load_balancer_bypasses_ingress_test

import data.erpguard.tls.load_balancer_bypasses_ingress as policy

_odoo := {"resource": "odoo", "path": ["metadata", "name"], "title": "Deployment odoo", "tier": "erp"}

_input(type, pods) := {"views": {"services": {"s#": {
	"resource": "s",
	"key": "s#",
	"path": [],
	"type": type,
	"inner_pods": pods,
}}}}

test_published_types if {
	every type in ["LoadBalancer", "NodePort"] {
		some found in policy.deny with input as _input(type, [_odoo])
		found.path == ["spec", "type"]
		found.values == {"type": type, "pods": ["Deployment odoo"]}
		found.related == [{"resource": "odoo", "path": ["metadata", "name"], "message": "Deployment odoo"}]
	}
}

test_type_of_the_inside if {
	count(policy.deny) == 0 with input as _input("ClusterIP", [_odoo])
}

test_other_pods if {
	count(policy.deny) == 0 with input as _input("LoadBalancer", [])
}
