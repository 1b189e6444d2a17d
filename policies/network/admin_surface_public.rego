# METADATA
# title: Administration surface public
# description: >-
#   Traefik's API is served without authentication, or a public router leads to Traefik's dashboard, to pgAdmin, or to
#   Odoo's database manager (/web/database) without asking who is there.
# related_resources:
# - ref: https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/
#   description: Traefik, API and dashboard
# - ref: https://www.odoo.com/documentation/19.0/administration/on_premise/deploy.html#database-manager-security
#   description: Odoo, security of the database manager
# - ref: https://www.pgadmin.org/docs/pgadmin4/latest/container_deployment.html
#   description: pgAdmin, container deployment
# custom:
#   id: NET009
#   severity: high
#   resource_types:
#   - networking.k8s.io/Ingress
#   - traefik.io/IngressRoute
#   - gateway.networking.k8s.io/HTTPRoute
#   - workloads
#   - helm.cattle.io/HelmChart
#   - helm.cattle.io/HelmChartConfig
#   - helm.toolkit.fluxcd.io/HelmRelease
#   reads:
#   - views.routers.admin_surfaces
#   - views.routers.label
#   - views.routers.match_path
#   - views.traefik_instances.insecure_api
#   - views.traefik_instances.insecure_api_at
#   absence_of: [networking.k8s.io/Ingress, traefik.io/IngressRoute, gateway.networking.k8s.io/HTTPRoute]
#   message: "{kind} {name}: {what}"
#   remediation: >-
#     Put the surface behind an allow-list or an authentication middleware; set list_db = False in odoo.conf; leave
#     api.insecure off.
package erpguard.network.admin_surface_public

import data.erpguard.lib.finding

deny contains violation if {
	some router in input.views.routers
	some surface in router.admin_surfaces
	what := sprintf("%s leads to %s without authentication", [router.label, surface])
	found := finding.at(router, [], {"what": what})
	violation := object.union(found, {"path": router.match_path, "key": surface, "absent": _absent(surface)})
}

deny contains violation if {
	some instance in input.views.traefik_instances
	instance.insecure_api
	found := finding.at(instance, [], {"what": "api.insecure serves the API and the dashboard without authentication"})
	violation := object.union(found, {"at": instance.insecure_api_at, "absent": []})
}

# A more specific router may take the database manager's path away; nothing else rests on what is missing.
_absent(surface) := [
	"networking.k8s.io/Ingress",
	"traefik.io/IngressRoute",
	"gateway.networking.k8s.io/HTTPRoute",
] if {
	surface == "the database manager of Odoo"
}

_absent(surface) := [] if surface != "the database manager of Odoo"
