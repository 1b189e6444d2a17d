package erpguard.network.admin_surface_public_test

import data.erpguard.network.admin_surface_public

_router(surfaces) := {"r#1": {
	"resource": "r",
	"key": "r#1",
	"path": ["spec", "routes", 0],
	"label": "Host(`erp.example.com`)",
	"match_path": ["spec", "routes", 0, "match"],
	"admin_surfaces": surfaces,
}}

_instance(insecure) := {"t#1": {
	"resource": "t",
	"key": "t#1",
	"path": ["spec", "template", "spec", "containers", 0],
	"insecure_api": insecure,
	"insecure_api_at": {"resource": "c", "path": ["data", "traefik.yaml"], "line": 7},
}}

_input(routers, instances) := {"views": {"routers": routers, "traefik_instances": instances}}

test_dashboard_fails if {
	violations := admin_surface_public.deny with input as _input(_router(["the dashboard of Traefik"]), {})
	violations == {{
		"resource": "r",
		"row": "r#1",
		"path": ["spec", "routes", 0, "match"],
		"key": "the dashboard of Traefik",
		"absent": [],
		"values": {"what": "Host(`erp.example.com`) leads to the dashboard of Traefik without authentication"},
	}}
}

test_database_manager_rests_on_the_other_routers if {
	violations := admin_surface_public.deny with input as _input(_router(["the database manager of Odoo"]), {})
	some violation in violations
	count(violation.absent) == 3
}

test_no_surface_passes if {
	violations := admin_surface_public.deny with input as _input(_router([]), {})
	violations == set()
}

test_insecure_api_fails_where_it_is_set if {
	violations := admin_surface_public.deny with input as _input({}, _instance(true))
	some violation in violations
	violation.at == {"resource": "c", "path": ["data", "traefik.yaml"], "line": 7}
}

test_secure_api_passes if {
	violations := admin_surface_public.deny with input as _input({}, _instance(false))
	violations == set()
}
