"""The backups that Azure makes: by itself of a flexible server, and by the policies of backup instances."""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.azure.aks_backups import instances_of_volume
from erpguard.analysis.azure.backup_policies import PROTECTION_POLICY, kept, timings
from erpguard.analysis.azure.database_servers import is_replica
from erpguard.analysis.azure.properties import refer
from erpguard.analysis.azure.protected_items import INSTANCE, protections
from erpguard.analysis.backup.recovery_points import DAY, RecoveryPoints
from erpguard.analysis.values.bounds import ANY, Bounds, exactly
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.mounted_volumes import Volume
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource, value_at

_RETENTION: Path = ("properties", "backup", "backupRetentionDays")
_POLICY: Path = ("properties", "policyInfo", "policyId")


def recoveries_of_server(analyses: Analyses, server: Resource) -> Iterator[RecoveryPoints]:
    """The backups of a flexible server: its own, and those that a vault takes."""
    days = value_at(server.body, _RETENTION)
    known = isinstance(days, int) and not server.is_hidden(_RETENTION)
    where = Node(server, _RETENTION)
    yield RecoveryPoints(
        title=f"server {server.name}",
        certain=is_replica(server) is False,
        kept=exactly(days * DAY) if known else ANY,
        kept_at=where,
        continuous=True,
        schedule=None,
        gap=exactly(0),
        made_at=where,
    )
    for one in protections(analyses).all_of(server):
        if one.item.type == INSTANCE and one.protects is not False:
            yield _of_instance(analyses, one.item, certain=one.protects is True)


def recoveries_of_volumes(analyses: Analyses, pod: Pod, volumes: tuple[Volume, ...]) -> Iterator[RecoveryPoints]:
    """The backups that instances of the AKS cluster take of all of a pod's volumes."""
    answers: dict[str, list[bool | None]] = {}
    instances: dict[str, Resource] = {}
    for volume in volumes:
        for instance, answer in instances_of_volume(analyses, pod, volume):
            instances[instance.key] = instance
            answers.setdefault(instance.key, []).append(answer)
    for key, instance in instances.items():
        answer = all_of(answers[key])
        if answer is not False:
            yield _of_instance(analyses, instance, certain=answer is True)


def _of_instance(analyses: Analyses, instance: Resource, certain: bool) -> RecoveryPoints:
    policy = refer(analyses, instance, *_POLICY).resource
    title, where = f"backup instance {instance.name}", Node(instance, _POLICY)
    if policy is None or policy.type != PROTECTION_POLICY:
        return RecoveryPoints(title, certain, ANY, where, False, None, ANY, where)
    retention, timing = kept(policy), next(timings(policy), None)
    days = retention.days if retention is not None else None
    hours = timing.gap_hours if timing is not None and timing.known else None
    return RecoveryPoints(
        title=f"backup policy {policy.name}",
        certain=certain,
        kept=ANY if days is None else exactly(round(days * DAY)),
        kept_at=Node(policy, retention.path) if retention is not None else where,
        continuous=False,
        schedule=None,
        gap=ANY if hours is None else _up(hours),
        made_at=Node(policy, timing.path) if timing is not None else where,
    )


def _up(hours: float) -> Bounds:
    return exactly(-int(-hours * 60 // 1))
