"""Which database an Odoo server talks to, by the name of the host that it is set to.

A name inside of the cluster is one of a Service, or of a Service that an operator makes: `<cluster>-rw` and the
additional ones of a CloudNativePG Cluster (cloudnative-pg.io/documentation/current/service_management/), a Pooler's own
name (.../connection_pooling/), the name of Zalando's postgresql, or that and `-pooler`
(postgres-operator.readthedocs.io/en/latest/user/). A flexible server of Azure has its name before
`.postgres.database.azure.com` (https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private), with
its own PgBouncer at port 6432 (https://learn.microsoft.com/azure/postgresql/connectivity/concepts-pgbouncer).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.connection_uris import is_local
from erpguard.analysis.applications.connections import odoo_hosts
from erpguard.analysis.applications.odoo import OdooSettings, is_unset
from erpguard.analysis.applications.pgbouncer_options import PgbouncerOptions, pgbouncer_container
from erpguard.analysis.backup.cloudnative_pg import CLUSTER
from erpguard.analysis.backup.zalando import POSTGRESQL
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Setting
from erpguard.analysis.values.references import refer
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.service_bodies import ServiceBody, operator_services
from erpguard.analysis.workloads.service_names import service_names
from erpguard.analysis.workloads.services import SERVICE, selected_pods
from erpguard.model import Path, Resource, value_at

AZURE_SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
POOLER = "postgresql.cnpg.io/Pooler"
DATABASE_TIERS = ("data", "pooler")

_AZURE_HOST = re.compile(r"([a-z0-9-]+)\.postgres\.database\.(?:azure\.com|chinacloudapi\.cn|usgovcloudapi\.net)")
_CLUSTER_NAME: Path = ("spec", "cluster", "name")
_NAMES_OF_SERVERS = ("fqdn", "fullyQualifiedDomainName")
_AZURE_POOLER_PORT = "6432"
_LONGEST_CHAIN = 5
"""ExternalNames that lead to one another."""


class Lead(NamedTuple):
    """What answers at a host.

    server  a workload, an operator's object, or a server of Azure; None where nothing of the estate does
    known   whether that is certain; where it is not, any database may answer
    pooled  whether the pooler answers that is a part of the server
    """

    server: Resource | None
    known: bool = True
    pooled: bool = False


ELSEWHERE = Lead(None)
ANYWHERE = Lead(None, known=False)


def database_of(analyses: Analyses, settings: OdooSettings) -> Lead:
    """What answers at the host that an Odoo server is set to; `ELSEWHERE` where nobody sets one."""
    host = host_of(settings)
    if host.known:
        lead = _at(analyses, settings.pod, host.value or _default_host(settings), 0)
    else:
        lead = _linked(analyses, host)
    if lead.server is None or lead.server.type != AZURE_SERVER:
        return lead
    port = _port_of(settings)
    return lead._replace(pooled=port.value == _AZURE_POOLER_PORT) if port.known else ANYWHERE


def server_behind(analyses: Analyses, pooler: Resource, pod: Pod | None, *, pooled: bool) -> Lead:
    """The server that a pooler opens connections to; `pod` is the pooler's own, where it has one."""
    if pooled:
        return Lead(pooler)
    if pooler.type == POOLER:
        name = value_at(pooler.body, _CLUSTER_NAME) if pooler.is_known(_CLUSTER_NAME) else None
        found = refer(analyses, pooler, CLUSTER, pooler.namespace, name if isinstance(name, str) else None)
        return Lead(found.found, found.known)
    container = pgbouncer_container(pod) if pod is not None else None
    if pod is None or container is None:
        return ANYWHERE
    hosts = set(PgbouncerOptions(analyses, pod, container).hosts())
    leads = {_at(analyses, pod, host.value, 0) if host.value and host.known else ANYWHERE for host in hosts}
    return leads.pop() if len(leads) == 1 else ANYWHERE


def host_of(settings: OdooSettings) -> Setting:
    """The first host that is set; HIDDEN where one that comes before it may be set, UNSET where none is."""
    return _first(odoo_hosts(settings))


def _linked(analyses: Analyses, host: Setting) -> Lead:
    """The server of Azure whose name a plan will put in for the host."""
    if host.node is not None:
        for path in (host.node.path, (*host.node.path, "value")):
            id_, attribute = host.node.resource.links.get(path, ("", ""))
            server = analyses.estate.arm(id_).resource if attribute in _NAMES_OF_SERVERS else None
            if server is not None and server.type == AZURE_SERVER:
                return Lead(server)
    return ANYWHERE


def _port_of(settings: OdooSettings) -> Setting:
    """The port likewise: the entrypoint of Odoo's image reads the file, then PORT."""
    return _first(
        (settings.from_file("db_port"), settings.environment.get("PORT"), settings.option("db_port"))
        if not settings.container.body.get("command")
        else (settings.option("db_port"), settings.environment.get("PGPORT"))
    )


def _first(candidates: Iterator[Setting] | tuple[Setting, ...]) -> Setting:
    for candidate in candidates:
        if not candidate.known:
            return HIDDEN._replace(node=candidate.node)
        if not is_unset(candidate.value or ""):
            return candidate
    return UNSET


def _default_host(settings: OdooSettings) -> str:
    """The host of the image's entrypoint (github.com/odoo/docker), which is not run where the command is another."""
    return "" if settings.container.body.get("command") else "db"


def _at(analyses: Analyses, pod: Pod, host: str, depth: int) -> Lead:
    if "," in host or depth > _LONGEST_CHAIN:
        return ANYWHERE
    if is_local(host):
        return _beside(pod)
    if azure := _AZURE_HOST.fullmatch(host.rstrip(".").lower()):
        return _in_azure(analyses, azure[1])
    known = True
    for name, namespace in service_names(host, pod.resource.namespace):
        lead = _named(analyses, pod, name, namespace, depth)
        if lead.server is not None:
            return lead
        known = known and lead.known
    return Lead(None, known)


def _beside(pod: Pod) -> Lead:
    """A server in the same pod, which may be a pooler before any database."""
    running = [container for container in pod.containers if container.role in ("main", "sidecar")]
    return ANYWHERE if len(running) > 1 else ELSEWHERE


def _in_azure(analyses: Analyses, name: str) -> Lead:
    servers: dict[str, list[Resource]] = analyses.once("database_hosts.azure", _azure_servers)
    named = servers.get(name, [])
    if len(named) == 1:
        return Lead(named[0])
    return ANYWHERE if named or servers.get("") or analyses.estate.is_open(AZURE_SERVER) else ELSEWHERE


def _azure_servers(analyses: Analyses) -> dict[str, list[Resource]]:
    """Name -> the servers that have it; an empty one for names that are not known."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for server in analyses.estate.of_type(AZURE_SERVER):
        found["" if server.is_hidden(("name",)) else server.name.lower()].append(server)
    return dict(found)


def _named(analyses: Analyses, pod: Pod, name: str, namespace: str, depth: int) -> Lead:
    lookup = refer(analyses, pod.resource, SERVICE, namespace, name)
    if lookup.found is not None:
        return _behind(analyses, pod, lookup.found, depth)
    known = lookup.known
    for type_, made, pooled in _made(name):
        lookup = refer(analyses, pod.resource, type_, namespace, made)
        if lookup.found is not None:
            return Lead(lookup.found, pooled=pooled)
        known = known and lookup.known
    cluster = _additional(analyses).get((pod.resource.cluster, namespace, name))
    return Lead(cluster) if cluster is not None else Lead(None, known)


def _made(name: str) -> Iterator[tuple[str, str, bool]]:
    """(type, name, whether its own pooler answers) of the operators' objects that have a Service of this name."""
    yield POOLER, name, False
    yield POSTGRESQL, name, False
    if name.endswith("-rw"):
        yield CLUSTER, name.removesuffix("-rw"), False
    if name.endswith("-pooler"):
        yield POSTGRESQL, name.removesuffix("-pooler"), True


def _additional(analyses: Analyses) -> dict[tuple[str, str, str], Resource]:
    """(cluster, namespace, name) of the additional Services of Clusters that lead to the primary."""

    def collect(analyses: Analyses) -> dict[tuple[str, str, str], Resource]:
        return {
            (cluster.cluster, cluster.namespace, str((service.body.get("metadata") or {}).get("name", ""))): cluster
            for cluster in analyses.estate.of_type(CLUSTER)
            for service in operator_services(cluster)
            if _leads_to_primary(cluster, service)
        }

    made: dict[tuple[str, str, str], Resource] = analyses.once("database_hosts.additional", collect)
    return made


def _leads_to_primary(cluster: Resource, service: ServiceBody) -> bool:
    entry = cluster.body["spec"]["managed"]["services"]["additional"][service.path[-2]]
    return bool(entry.get("selectorType") == "rw")


def _behind(analyses: Analyses, pod: Pod, service: Resource, depth: int) -> Lead:
    """What a Service leads to."""
    spec = service.body.get("spec") or {}
    if not service.is_known(("spec", "type")) or not service.is_known(("spec", "externalName")):
        return ANYWHERE
    if spec.get("type") == "ExternalName":
        return _at(analyses, pod, str(spec.get("externalName", "")), depth + 1)
    found = [(one, sure) for one, sure in selected_pods(analyses, service) if _may_be_database(one)]
    if not found:
        return ELSEWHERE
    (first, sure), *others = found
    return Lead(first.resource) if sure and first.tier_known and not others else ANYWHERE


def _may_be_database(pod: Pod) -> bool:
    return pod.tier in DATABASE_TIERS or not pod.tier_known
