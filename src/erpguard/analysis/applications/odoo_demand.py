"""How many connections to its database an Odoo workload may open: most replicas × processes × db_maxconn.

Source: odoo/sql_db.py. Every process has a pool of its own, of at most `db_maxconn` connections over all databases (64
by default, 1 at least); from Odoo 17 on the process with gevent has `db_maxconn_gevent` instead, where that is set.
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.database_hosts import ANYWHERE, Lead, database_of, host_of
from erpguard.analysis.applications.odoo import OdooSettings, is_unset
from erpguard.analysis.applications.odoo_options import listed
from erpguard.analysis.applications.odoo_processes import erp_servers, processes_of
from erpguard.analysis.resources.replicas import Replicas, most_replicas
from erpguard.analysis.values.bounds import ANY, Bounds, exactly
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import value_at

MAXIMUM = 64
"""Odoo's default of `db_maxconn`."""

_READS_GEVENT = 17
"""The first version of Odoo with `db_maxconn_gevent` (github.com/odoo/odoo/pull/125190)."""


class Demand(NamedTuple):
    """What one Odoo server of a workload asks for.

    lead      the database that it talks to
    number    its connections
    text      how they are counted
    at        where its database is set
    related   what else says how many they are
    databases the names of the databases that it uses; None where these are not known, or any
    user      the name of the user that it logs in as; None where that is not known
    """

    pod: Pod
    lead: Lead
    number: Bounds
    text: str
    at: Node
    related: tuple[Node, ...] = ()
    databases: frozenset[str] | None = None
    user: str | None = None

    @property
    def title(self) -> str:
        """The workload as people call it."""
        return f"{self.pod.resource.kind} {self.pod.resource.name}"


def odoo_demands(analyses: Analyses) -> list[Demand]:
    """What every workload asks for that is, or may be, of the tier erp."""
    made: list[Demand] = analyses.once("odoo.demands", _all)
    return made


def _all(analyses: Analyses) -> list[Demand]:
    found: list[Demand] = []
    for pod, servers in erp_servers(analyses):
        running = [one for one in servers if one.serves or one.command_line.subcommand == "gevent"]
        found += [_demand(analyses, one) for one in running]
        if not servers:
            found.append(Demand(pod, ANYWHERE, ANY, "?", Node(pod.resource, pod.resource.name_path)))
    return found


def _demand(analyses: Analyses, server: OdooSettings) -> Demand:
    pod = server.pod
    replicas = most_replicas(analyses, pod.resource)
    number, text = _connections(server, replicas)
    if not pod.tier_known:
        number = number._replace(least=0)
    nodes = [server.option(name).node for name in ("db_maxconn", "workers")]
    names = server.option("db_name")
    return Demand(
        pod=pod,
        lead=database_of(analyses, server),
        number=number,
        text=text,
        at=host_of(server).node or Node(pod.resource, pod.resource.name_path),
        related=(replicas.node, *(node for node in nodes if node is not None)),
        databases=_names(names.value) if names.known else None,
        user=_user(server),
    )


def _user(server: OdooSettings) -> str | None:
    """The user that the server logs in as, or the entry of a Secret that names it; None where that is not known.

    The entrypoint of the image reads USER where the configuration file names none (github.com/odoo/docker).
    """
    resource = server.pod.resource
    for setting in (server.from_file("db_user"), server.environment.get("USER"), server.option("db_user")):
        if setting.value is not None:
            return setting.value
        if setting.node is not None:
            source = value_at(setting.node.resource.body, (*setting.node.path, "valueFrom", "secretKeyRef"))
            known = isinstance(source, dict) and setting.node.resource.is_known(setting.node.path)
            return f"{resource.namespace}/{source.get('name')}/{source.get('key')}" if known else None
        if not setting.known:
            return None
    return None


def _connections(server: OdooSettings, replicas: Replicas) -> tuple[Bounds, str]:
    maximum, _ = server.integer("db_maxconn", MAXIMUM)
    gevent, _ = server.integer("db_maxconn_gevent", 0)
    processes = processes_of(server)
    if maximum is None or gevent is None or processes is None:
        return ANY, f"{replicas.number.shown()} × ?"
    plain, with_gevent = processes
    each = exactly(max(1, maximum))
    others = _of_gevent(server, each, gevent)
    number = exactly(plain).times(each).plus(exactly(with_gevent).times(others))
    if plain and with_gevent and each != others:
        text = f"({plain} × {each.shown()} + {others.shown()})"
    else:
        text = f"{plain + with_gevent} × {(each if plain else others).shown()}"
    return replicas.number.times(number), f"{replicas.number.shown()} × {text}"


def _of_gevent(server: OdooSettings, each: Bounds, gevent: int) -> Bounds:
    """The connections of the process with gevent, of which each other process has so many."""
    own = exactly(gevent) if gevent > 0 else each
    if server.version is None:
        return own.around(each)
    return own if server.version >= _READS_GEVENT else each


def _names(value: str | None) -> frozenset[str] | None:
    """The databases that `db_name` lists; None where it lists none, so that Odoo serves any."""
    return None if is_unset(value or "") else listed(value or "") or None
