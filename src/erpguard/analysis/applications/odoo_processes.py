"""What Odoo workloads run: roles, processes, and the memory that these may take.

Source: odoo/service/server.py. Without workers one process serves everything in threads. With workers there is one
process per worker, one per cron thread, and one with gevent for websockets; `limit_memory_hard` bounds each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications.odoo import OdooSettings, name_of_image, odoo_containers
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path

MEMORY_HARD = 2560 * 1024 * 1024
"""Odoo's default of `limit_memory_hard`, in bytes."""

CRON_THREADS = 2
"""Odoo's default of `max_cron_threads`."""


def odoo_roles(analyses: Analyses) -> View:
    """One row per workload that is, or may be, of the tier erp: at its pod.

    Fields: tier, mixed (whether it serves web requests and runs cron or queue jobs), jobs (a text: which), at (where
    the jobs are switched on).
    """
    view = View()
    for pod, servers in erp_servers(analyses):
        web = _any(server.role("web") for server in servers)
        cron = _any(server.role("cron") for server in servers)
        worker = _any(server.role("worker") for server in servers)
        mixed = _all((web, _any((cron, worker)))) if servers and pod.tier_known else None
        if mixed is False and _may_have_more(pod, servers):
            mixed = None
        names = [name for name, runs in (("cron jobs", cron), ("queue jobs", worker)) if runs]
        fields = {
            "tier": pod.tier,
            "mixed": mixed,
            "jobs": " and ".join(names) or "jobs",
            "at": _jobs(pod, servers).at(),
        }
        view.add(pod.resource, pod.path, fields, _tier(pod) + (["mixed"] if mixed is None else []))
    return view


def _may_have_more(pod: Pod, servers: list[OdooSettings]) -> bool:
    """Whether a container of an image that is not known may be Odoo besides."""
    seen = {server.container.path for server in servers}
    others = (one for one in pod.containers if one.role in ("main", "sidecar") and one.path not in seen)
    return any(name_of_image(pod, container) is None for container in others)


def _jobs(pod: Pod, servers: list[OdooSettings]) -> Node:
    """Where the jobs are switched on; for Odoo's default, the arguments of the container that runs them."""
    for role, option in (("cron", "max_cron_threads"), ("worker", "server_wide_modules")):
        for server in servers:
            if server.role(role):
                return server.option(option).node or _arguments(server)
    return Node(pod.resource, pod.path)


def _arguments(server: OdooSettings) -> Node:
    body, path = server.container.body, server.container.path
    for key in ("args", "command"):
        if body.get(key):
            return Node(server.pod.resource, (*path, key))
    return Node(server.pod.resource, path)


class Memory(NamedTuple):
    """What the processes of a container may take: None where it is not known, or not bounded."""

    processes: int | None
    each: int | None
    demand: int | None
    unlimited: bool


def odoo_memory(analyses: Analyses) -> View:
    """One row per Odoo server of a workload that is, or may be, of the tier erp: at its container.

    Fields: tier, container (its name), processes, each and demand (bytes: limit_memory_hard, and of all processes),
    unlimited (limit_memory_hard is 0), memory_limit (bytes; absent without one), at (what makes the demand), related
    (what else counts).
    """
    view = View()
    limits = analyses.view("container_resources")
    for pod, servers in erp_servers(analyses):
        for server in servers if pod.tier_known else ():
            if server.serves or server.command_line.subcommand == "gevent":
                _add_memory(view, limits, server)
        if not servers or not pod.tier_known:
            view.add(pod.resource, pod.path, {"tier": pod.tier}, [*_tier(pod), "demand", "memory_limit"])
    return view


def _add_memory(view: View, limits: View, server: OdooSettings) -> None:
    pod, path = server.pod, server.container.path
    own = [row for row in limits.of(pod.resource) if row.path == path]
    limit = next((row.fields.get("memory_limit") for row in own), None)
    unknown = ["memory_limit"] if any("memory_limit" in row.unknown for row in own) else []
    memory = memory_of(server)
    if memory.demand is None and not memory.unlimited and (limit is not None or unknown):
        unknown.append("demand")
    at, related = _places(server)
    fields = {
        "tier": pod.tier,
        "container": server.container.name,
        "processes": memory.processes,
        "each": memory.each,
        "demand": memory.demand,
        "unlimited": memory.unlimited,
        "memory_limit": limit,
        "at": at.at(),
        "related": [_related(node, name) for name, node in related],
    }
    view.add(pod.resource, path, fields, unknown)


def memory_of(server: OdooSettings) -> Memory:
    """How many processes an Odoo server has, and what they may take together."""
    hard, _ = server.integer("limit_memory_hard", MEMORY_HARD)
    gevent, _ = server.integer("limit_memory_hard_gevent", 0)
    counted = processes_of(server)
    if hard is None or counted is None or gevent is None:
        return Memory(None, hard, None, False)
    plain, with_gevent = counted
    if hard == 0 and (plain or (with_gevent and not gevent)):
        return Memory(plain + with_gevent, None, None, True)
    return Memory(plain + with_gevent, hard, plain * hard + with_gevent * (gevent or hard), False)


def processes_of(server: OdooSettings) -> tuple[int, int] | None:
    """(processes without gevent, processes with it) of a server; None where they are not known."""
    if server.command_line.subcommand == "gevent":
        return 0, 1
    workers, _ = server.integer("workers", 0)
    if workers is None:
        return None
    if workers == 0:
        return 1, 0
    cron, _ = server.integer("max_cron_threads", CRON_THREADS)
    http, _ = server.enabled("http_enable", default=True)  # whatever the interface
    if cron is None or http is None:
        return None
    return (max(1, workers) if http else 0) + max(0, cron), int(http)


def _places(server: OdooSettings) -> tuple[Node, list[tuple[str, Node]]]:
    """Where the demand is set, and what else counts: what is set for Odoo comes before the container's limit."""
    found = [(name, server.option(name).node) for name in ("limit_memory_hard", "workers")]
    nodes = [(name, node) for name, node in found if node is not None]
    limit = Node(server.pod.resource, (*server.container.path, "resources", "limits", "memory"))
    nodes.append(("the memory limit", limit))
    return nodes[0][1], nodes[1:]


def _related(node: Node, name: str) -> dict[str, Any]:
    return {"resource": node.resource.key, "path": list(node.path), "message": name}


def erp_servers(analyses: Analyses) -> Iterator[tuple[Pod, list[OdooSettings]]]:
    """Every workload that is, or may be, of the tier erp, with its Odoo containers other than init containers."""
    by_path: dict[tuple[str, Path], list[OdooSettings]] = defaultdict(list)
    for server in odoo_containers(analyses):
        if server.container.role != "init":
            by_path[server.pod.resource.key, server.pod.path].append(server)
    for pod in all_pods(analyses):
        if not pod.operator and (pod.tier == "erp" or not pod.tier_known):
            yield pod, by_path[pod.resource.key, pod.path]


def _tier(pod: Pod) -> list[str]:
    return [] if pod.tier_known else ["tier"]


def _any(answers: Iterable[bool | None]) -> bool | None:
    known = set(answers)
    return True if True in known else None if None in known else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = set(answers)
    return False if False in known else None if None in known else True
