"""Which virtual networks have flow logs.

A flow log of today is about a network, a subnet or a network interface, an older one about a security group
(https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview and
https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import items, read, refer
from erpguard.analysis.azure.subnets import NETWORK, Attachment, Subnet, all_subnets
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource

FLOW_LOG = "Microsoft.Network/networkWatchers/flowLogs"

_Target = tuple[str, Path]


class _Logs(NamedTuple):
    """What has a flow log: by key and path of what is in the estate, by lower-case id of what is not.

    The value is whether it is enabled; `loose` is whether there may be one for anything (None), or not (False).
    """

    by_target: dict[_Target, bool | None]
    by_id: dict[str, bool | None]
    loose: bool | None

    def of(self, resource: Resource, path: Path = ()) -> bool | None:
        """Whether a resource, or a part of one, has a flow log of its own."""
        return any_of((self.by_target.get((resource.key, path), False), self.loose, _shown(self, resource, path)))

    def of_group(self, group: Attachment) -> bool | None:
        """Whether the security group of a subnet has a flow log."""
        if group.resource is not None:
            return self.of(group.resource)
        if not group.present:
            return group.present
        return self.by_id.get(group.id.lower())  # nothing more is known of a group that is not in the estate


def virtual_network_flow_logs(analyses: Analyses) -> View:
    """One row per virtual network, at its root. Fields: logged."""
    view = View()
    logs = _logs(analyses)
    by_network: dict[str, list[Subnet]] = {}
    for subnet in all_subnets(analyses).values():
        by_network.setdefault(subnet.resource.key, []).append(subnet)
    for vnet in analyses.estate.of_type(NETWORK):
        logged = any_of((logs.of(vnet), _by_parts(logs, by_network.get(vnet.key, ()))))
        view.add(vnet, (), {"logged": logged}, {"logged"} if logged is None else ())
    return view


def _by_parts(logs: _Logs, subnets: Iterable[Subnet]) -> bool | None:
    """Whether all groups of a network have flow logs, or all of its subnets.

    Subnets without a group do not stand in the way of the older kind: such a log cannot cover them.
    """
    answers = [(logs.of(one.resource, one.path) if one.whole else None, one.group) for one in subnets]
    rest = [(answer, group) for answer, group in answers if not answer]
    if not rest:
        return bool(answers)
    grouped = [(answer, group) for answer, group in rest if group.present is not False]
    if not grouped:
        return all_of(answer for answer, _ in rest)
    return all_of(any_of((answer, logs.of_group(group))) for answer, group in grouped)


def _logs(analyses: Analyses) -> _Logs:
    by_target: dict[_Target, bool | None] = {}
    by_id: dict[str, bool | None] = {}
    loose: bool | None = False
    for log in analyses.estate.of_type(FLOW_LOG):
        enabled = read(log, "properties", "enabled")
        answer = bool(enabled.value) if enabled.known else None
        target = refer(analyses, log, "properties", "targetResourceId")
        if target.present is None:
            loose = None if answer is not False else loose
        elif target.node.resource is not None:
            key = (target.node.resource.key, target.node.path)
            by_target[key] = any_of((answer, by_target.get(key, False)))
        elif target.present:
            by_id[target.id.lower()] = any_of((answer, by_id.get(target.id.lower(), False)))
    return _Logs(by_target, by_id, loose)


def _shown(logs: _Logs, resource: Resource, path: Path) -> bool | None:
    """None where a body shows a flow log that is not in the estate: whether that one is enabled is not known."""
    listed, known = items(resource, *path, "properties", "flowLogs")
    if not known:
        return None
    return None if listed and (resource.key, path) not in logs.by_target else False
