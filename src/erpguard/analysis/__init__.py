"""Derived facts. One module per subject; each gives one or more *views*.

A view is a flat table that policies read as `input.views.<name>`: what many policies would have to walk, join or parse
is walked, joined and parsed here, once. A row belongs to one resource, stands at a path in its body, and knows which of
its fields are not known. An analysis is a pure function `Analyses -> View`; it may use other views by name and the
modules beside it, and never asks for places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from erpguard.estate import Estate
from erpguard.model import Path, Resource

VIEWS: dict[str, str] = {
    "assignment_principals": "erpguard.analysis.azure.assignment_principals:assignment_principals",
    "autoscaler_conflicts": "erpguard.analysis.resources.autoscaler_metrics:autoscaler_conflicts",
    "autoscaler_metrics": "erpguard.analysis.resources.autoscaler_metrics:autoscaler_metrics",
    "autoscalers": "erpguard.analysis.resources.autoscalers:autoscalers",
    "backup_deletions": "erpguard.analysis.backup.backup_deletions:backup_deletions",
    "backup_policy_retentions": "erpguard.analysis.azure.backup_policies:backup_policy_retentions",
    "backup_retentions": "erpguard.analysis.backup.backup_retentions:backup_retentions",
    "backup_runs": "erpguard.analysis.backup.backup_runs:backup_runs",
    "backup_schedules": "erpguard.analysis.backup.backup_schedules:backup_schedules",
    "backup_store_redundancy": "erpguard.analysis.azure.redundancy:backup_store_redundancy",
    "backup_vaults": "erpguard.analysis.azure.vaults:backup_vaults",
    "binding_subjects": "erpguard.analysis.kubernetes_rbac.bindings:binding_subjects",
    "bindings": "erpguard.analysis.kubernetes_rbac.bindings:bindings",
    "blob_deletions": "erpguard.analysis.azure.lifecycle:blob_deletions",
    "blob_recovery": "erpguard.analysis.azure.blob_recovery:blob_recovery",
    "certificates": "erpguard.analysis.routing.certificate_lifetimes:certificates",
    "cluster_access": "erpguard.analysis.azure.cluster_access:cluster_access",
    "cluster_roles": "erpguard.analysis.azure.cluster_roles:cluster_roles",
    "connection_budgets": "erpguard.analysis.applications.connection_budgets:connection_budgets",
    "container_resources": "erpguard.analysis.resources.container_resources:container_resources",
    "containers": "erpguard.analysis.workloads.pods:containers",
    "control_planes": "erpguard.analysis.azure.control_planes:control_planes",
    "custom_role_actions": "erpguard.analysis.azure.role_definitions:custom_role_actions",
    "data_tier_reach": "erpguard.analysis.network.data_tier_reach:data_tier_reach",
    "database_access": "erpguard.analysis.azure.firewall_rules:database_access",
    "database_connections": "erpguard.analysis.applications.database_connections:database_connections",
    "database_firewall_rules": "erpguard.analysis.azure.firewall_rules:database_firewall_rules",
    "database_servers": "erpguard.analysis.azure.database_servers:database_servers",
    "databases": "erpguard.analysis.backup.databases:databases",
    "deletion_locks": "erpguard.analysis.azure.locks:deletion_locks",
    "empty_dirs": "erpguard.analysis.workloads.empty_dirs:empty_dirs",
    "escalations": "erpguard.analysis.kubernetes_rbac.escalations:escalations",
    "filestores": "erpguard.analysis.backup.filestores:filestores",
    "http_rules": "erpguard.analysis.azure.application_gateways:http_rules",
    "internet_paths": "erpguard.analysis.azure.internet_paths:internet_paths",
    "isolation": "erpguard.analysis.network.isolation:isolation",
    "local_authentication": "erpguard.analysis.azure.local_authentication:local_authentication",
    "long_term_backups": "erpguard.analysis.azure.long_term_backups:long_term_backups",
    "namespace_bounds": "erpguard.analysis.resources.quotas:namespace_bounds",
    "namespaces": "erpguard.analysis.network.isolation:namespaces",
    "network_policies": "erpguard.analysis.network.isolation:network_policies",
    "node_egress": "erpguard.analysis.azure.node_egress:node_egress",
    "node_pools": "erpguard.analysis.azure.node_pools:node_pools",
    "node_routes": "erpguard.analysis.azure.node_egress:node_routes",
    "nsg_exposures": "erpguard.analysis.azure.nsg.exposures:nsg_exposures",
    "nsg_rules": "erpguard.analysis.azure.nsg.shadowing:nsg_rules",
    "odoo_memory": "erpguard.analysis.applications.odoo_processes:odoo_memory",
    "odoo_roles": "erpguard.analysis.applications.odoo_processes:odoo_roles",
    "owner_counts": "erpguard.analysis.azure.role_assignments:owner_counts",
    "paired_backups": "erpguard.analysis.backup.paired_backups:paired_backups",
    "plaintext_access": "erpguard.analysis.azure.plaintext_access:plaintext_access",
    "pod_rights": "erpguard.analysis.azure.pod_rights:pod_rights",
    "pod_sizes": "erpguard.analysis.resources.pod_sizes:pod_sizes",
    "pods": "erpguard.analysis.workloads.pods:pods",
    "policy_engines": "erpguard.analysis.azure.policy_engines:policy_engines",
    "priorities": "erpguard.analysis.workloads.priorities:priorities",
    "private_endpoint_connections": "erpguard.analysis.azure.private_endpoints:private_endpoint_connections",
    "private_endpoints": "erpguard.analysis.azure.private_endpoints:private_endpoints",
    "public_access": "erpguard.analysis.azure.public_access:public_access",
    "recovery_changes": "erpguard.analysis.azure.recovery_changes:recovery_changes",
    "redis_memory": "erpguard.analysis.applications.redis:redis_memory",
    "redis_persistence": "erpguard.analysis.applications.redis_persistence:redis_persistence",
    "resource_bounds": "erpguard.analysis.resources.container_resources:resource_bounds",
    "restore_tests": "erpguard.analysis.backup.restore_tests:restore_tests",
    "role_assignments": "erpguard.analysis.azure.role_assignments:role_assignments",
    "role_rules": "erpguard.analysis.kubernetes_rbac.role_rules:role_rules",
    "route_tls": "erpguard.analysis.routing.routes:route_tls",
    "routers": "erpguard.analysis.routing.routes:routers",
    "service_account_tokens": "erpguard.analysis.kubernetes_rbac.tokens:service_account_tokens",
    "services": "erpguard.analysis.workloads.services:services",
    "subnet_tenants": "erpguard.analysis.azure.subnet_tenants:subnet_tenants",
    "subnets": "erpguard.analysis.azure.subnets:subnets",
    "subscription_owners": "erpguard.analysis.azure.subscription_owners:subscription_owners",
    "tenant_reach": "erpguard.analysis.network.tenant_reach:tenant_reach",
    "tls_minimums": "erpguard.analysis.azure.tls_minimums:tls_minimums",
    "tls_options": "erpguard.analysis.routing.tls_options:tls_options",
    "tls_secrets": "erpguard.analysis.routing.routes:tls_secrets",
    "traefik_entry_points": "erpguard.analysis.routing.traefik_instances:traefik_entry_points",
    "traefik_instances": "erpguard.analysis.routing.traefik_instances:traefik_instances",
    "unprotected": "erpguard.analysis.azure.unprotected:unprotected",
    "velero_schedules": "erpguard.analysis.backup.backup_schedules:velero_schedules",
    "virtual_network_flow_logs": "erpguard.analysis.azure.flow_logs:virtual_network_flow_logs",
    "web_application_firewalls": "erpguard.analysis.azure.web_application_firewalls:web_application_firewalls",
    "write_access": "erpguard.analysis.kubernetes_rbac.duties:write_access",
}
"""View name -> `module:function`. Modules are imported when a selected policy reads the view."""

ONLY_FOR_TIERS: dict[str, frozenset[str]] = {
    "backup_deletions": frozenset(("erp",)),
    "data_tier_reach": frozenset(("cache", "data", "pooler")),
    "connection_budgets": frozenset(("erp",)),
    "filestores": frozenset(("erp",)),
    "odoo_memory": frozenset(("erp",)),
    "odoo_roles": frozenset(("erp",)),
    "paired_backups": frozenset(("erp",)),
    "redis_memory": frozenset(("cache",)),
    "redis_persistence": frozenset(("cache",)),
    "restore_tests": frozenset(("erp", "data")),
}
"""Views without rows where no pod is, or may be, of these tiers: their modules need not be imported then."""

ONLY_FOR_TYPES: dict[str, frozenset[str]] = {
    "escalations": frozenset(("rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding")),
    "internet_paths": frozenset(("Microsoft.ContainerService/managedClusters",)),
    "pod_rights": frozenset(("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",)),
    "pod_sizes": frozenset(("Microsoft.ContainerService/managedClusters",)),
    "redis_persistence": frozenset(("Microsoft.Cache/redis", "Microsoft.Cache/redisEnterprise/databases")),
    "restore_tests": frozenset(
        (
            "Microsoft.DBforMySQL/flexibleServers",
            "Microsoft.DBforPostgreSQL/flexibleServers",
            "Microsoft.Sql/managedInstances/databases",
            "Microsoft.Sql/servers/databases",
        )
    ),
    "routers": frozenset(
        ("networking.k8s.io/Ingress", "traefik.io/IngressRoute", "gateway.networking.k8s.io/HTTPRoute")
    ),
}
"""Views whose rows belong to, or rest on, resources of these types, or belong to workloads of the tiers named above."""


_NOTHING: frozenset[str] = frozenset()


class Row(NamedTuple):
    """A row of a view: names and values of its own fields that are known, and the names of those that are not.

    `part` tells rows at one path apart. There may be many rows: `names` is shared by those that have the same, and what
    every row has, and the key, are made when they are asked for.
    """

    resource: Resource
    path: Path
    part: str
    names: tuple[str, ...]
    values: tuple[Any, ...]
    unknown: frozenset[str]

    @property
    def key(self) -> str:
        """What no other row of the view has."""
        key = self.resource.key + "#" + "/".join(map(str, self.path))
        return f"{key}#{self.part}" if self.part else key

    @property
    def fields(self) -> dict[str, Any]:
        """What is known of its own."""
        return dict(zip(self.names, self.values, strict=True))

    def shown(self) -> dict[str, Any]:
        """The row as policies see it."""
        resource = self.resource
        return {
            "key": self.key,
            "resource": resource.key,
            "path": list(self.path),
            "name": resource.name,
            "namespace": resource.namespace,
            "kind": resource.kind,
            "environment": resource.environment,
            **self.fields,
        }


class View:
    """Rows, by the key of their resource."""

    __slots__ = ("_names", "by_resource", "has_unknown")

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.by_resource: dict[str, list[Row]] = {}
        self.has_unknown = False

    def add(
        self, resource: Resource, path: Path, fields: Mapping[str, Any], unknown: Iterable[str] = (), part: str = ""
    ) -> Row:
        """Add a row about the node at `path` of `resource`.

        A field that is None or unknown is left out of the row, so that a policy sees it as undefined.
        """
        hidden = frozenset(unknown) or _NOTHING
        names = tuple(name for name, value in fields.items() if value is not None and name not in hidden)
        names = self._names.setdefault(names, names)
        row = Row(resource, path, part, names, tuple(fields[name] for name in names), hidden)
        self.has_unknown |= bool(hidden)
        if resource.key in self.by_resource:
            self.by_resource[resource.key].append(row)
        else:
            self.by_resource[resource.key] = [row]  # as long as it is: most resources have one
        return row

    def of(self, resource: Resource) -> Sequence[Row]:
        """The rows of a resource."""
        return self.by_resource.get(resource.key, ())

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """All rows as policies see them, by key. Made anew each time."""
        return {row.key: row.shown() for rows in self.by_resource.values() for row in rows}

    @property
    def unknown(self) -> dict[str, frozenset[str]]:
        """The names of fields that are not known, by the keys of the rows that have such. Made anew each time."""
        return {row.key: row.unknown for rows in self.by_resource.values() for row in rows if row.unknown}

    def check(self) -> None:
        """ValueError where two rows have one key: a policy would see one of them."""
        for rows in self.by_resource.values():
            if len({(row.path, row.part) for row in rows}) < len(rows):
                raise ValueError(f"two rows of a view have one key, as {rows[-1].key}")

    def drop(self, resource: str) -> None:
        """Take away the rows of a resource, by its key."""
        self.by_resource.pop(resource, None)


class Analyses:
    """An estate with its views, each made once, when it is first asked for.

    `settings` is the `estate` section of the configuration: what is true of the platform, not what is acceptable.
    `as_of` is the date of the scan (ISO 8601).
    """

    def __init__(self, estate: Estate, settings: Mapping[str, Any] | None = None, as_of: str = "") -> None:
        self.estate = estate
        self.settings: Mapping[str, Any] = settings or {}
        self.as_of = as_of
        self._views: dict[str, View] = {}
        self._memory: dict[str, Any] = {}

    def view(self, name: str) -> View:
        """The view of that name; KeyError if there is none."""
        if name not in self._views and not self._may_have_rows(name):
            self._views[name] = View()
        if name not in self._views:
            module, _, function = VIEWS[name].partition(":")
            made: View = getattr(import_module(module), function)(self)
            made.check()
            self._views[name] = made
        return self._views[name]

    def _may_have_rows(self, name: str) -> bool:
        types, tiers = ONLY_FOR_TYPES.get(name), ONLY_FOR_TIERS.get(name)
        if types is None and tiers is None:
            return True
        if types is not None and not types.isdisjoint(self.estate.types):
            return True
        return tiers is not None and not tiers.isdisjoint(self.once("tiers", _tiers))

    def once(self, name: str, make: Any) -> Any:
        """A value that several views need, made once: `analyses.once("pods.all", make)`, `make` takes the analyses."""
        if name not in self._memory:
            self._memory[name] = make(self)
        return self._memory[name]

    def forget(self) -> None:
        """Drop what views were made from, once all of them are made."""
        self._memory.clear()


def _tiers(analyses: Analyses) -> frozenset[str]:
    """The tiers that pods have; where one is not known, every tier that a table above names."""
    from erpguard.analysis.workloads.pods import all_pods

    pods = all_pods(analyses)
    every = frozenset().union(*ONLY_FOR_TIERS.values()) if any(not pod.tier_known for pod in pods) else frozenset()
    return every | {pod.tier for pod in pods}
