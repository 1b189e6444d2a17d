"""Databases that run in the cluster, and whether they are backed up.

CloudNativePG Clusters, Zalando's postgresql, and StatefulSets of the data tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.backup.cloudnative_pg import CLUSTER, Protection, protection
from erpguard.analysis.backup.database_dumps import STATEFUL_SET, Target, database_dumps, target
from erpguard.analysis.backup.velero import velero_coverage
from erpguard.analysis.backup.velero_filters import SCHEDULE
from erpguard.analysis.backup.zalando import POSTGRESQL, zalando_protection
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.environment_variables import environment
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, mounted_volumes, volume_at
from erpguard.analysis.workloads.pods import Container, Pod, all_pods

# Where images keep the data by default, as far as a volume is mounted there: github.com/docker-library/postgres (below
# /var/lib/postgresql), github.com/bitnami/containers, and github.com/zalando/spilo and timescaledb-docker-ha.
_DIRECTORIES = ("/var/lib/postgresql/data", "/bitnami/postgresql/data", "/home/postgres/pgdata", "/pgdata")
_NOT_LASTING = (Medium.SCRATCH, Medium.CONFIGURATION)


class Database(NamedTuple):
    """A database and its protection; `local` is the place of a dump that stays on the same node."""

    pod: Pod
    protection: Protection
    local: Node | None = None


def all_databases(analyses: Analyses) -> dict[str, Database]:
    """Resource key -> database. StatefulSets whose tier is not known are among them."""
    made: dict[str, Database] = analyses.once("databases", lambda analyses: dict(_all(analyses)))
    return made


def _all(analyses: Analyses) -> Iterator[tuple[str, Database]]:
    for pod in all_pods(analyses):
        key = pod.resource.key
        if pod.resource.type == CLUSTER:
            yield key, Database(pod, protection(analyses, pod.resource))
        elif pod.resource.type == POSTGRESQL:
            yield key, Database(pod, zalando_protection(analyses, pod.resource))
        elif pod.resource.type == STATEFUL_SET and (pod.tier == "data" or not pod.tier_known):
            yield key, _stateful_set(analyses, pod)


def _stateful_set(analyses: Analyses, pod: Pod) -> Database:
    answers: list[bool | None] = [_velero(analyses, pod)]
    if answers[0]:
        return Database(pod, Protection(True))
    local: Node | None = None
    for found in database_dumps(analyses).of(pod.resource):
        sure = all_of((found.certain, found.job.running, True if found.job.certain else None))
        kind, node = target(analyses, found, pod)
        if kind is None:
            answers.append(all_of((sure, None)))
        elif kind is Target.AWAY:
            answers.append(sure)
        elif kind is Target.NODE and sure is None:
            answers.append(None)
        elif kind is Target.NODE and sure:
            local = local or node
    return Database(
        pod, Protection(any_of(answers), "no Velero schedule and no dump", (SCHEDULE, "batch/CronJob")), local
    )


def _velero(analyses: Analyses, pod: Pod) -> bool | None:
    """Whether a Schedule backs up the volumes of a StatefulSet's database."""
    volumes = list(data_volumes(analyses, pod))
    if not volumes:
        return False
    return all_of(None if volume is None else velero_coverage(analyses, pod, volume).answer for volume in volumes)


def data_volumes(analyses: Analyses, pod: Pod) -> Iterator[Volume | None]:
    """The volume of the data directory; where it is on none, every volume that is no configuration.

    Beside one that outlives the pod, a volume that does not may be scratch space: that is not known.
    """
    mains = [container for container in pod.containers if container.role == "main"]
    for container in mains:
        found = _data_volume(analyses, pod, container)
        if found is None or found.medium is not Medium.CONTAINER:
            yield found
            return
    mounted = [volume for container in mains for volume in mounted_volumes(pod, container)]
    lasting = any(volume is not None and volume.medium not in _NOT_LASTING for volume in mounted)
    for volume in mounted:
        if volume is None or volume.medium is not Medium.CONFIGURATION:
            yield None if lasting and volume is not None and volume.medium is Medium.SCRATCH else volume


def _data_volume(analyses: Analyses, pod: Pod, container: Container) -> Volume | None:
    setting = environment(analyses, pod, container).get("PGDATA")
    if not setting.known:
        return None
    directories = (setting.value,) if setting.value else _DIRECTORIES
    found = [volume_at(pod, container, directory) for directory in directories]
    return next((volume for volume in found if volume is None or volume.medium is not Medium.CONTAINER), found[0])


def databases(analyses: Analyses) -> View:
    """One row per database, at its root.

    Fields: tier, backup (yes; node: only on the node that it runs on; no), missing (what is), absent (types on whose
    absence that rests), local ({resource, path} of a dump's volume that stays on the node).
    """
    view = View()
    for database in all_databases(analyses).values():
        answer = database.protection.answer
        local = database.local if answer is False else None
        fields: dict[str, Any] = {
            "tier": database.pod.tier,
            "backup": "yes" if answer else "node" if local else "no",
            "missing": database.protection.missing,
            "absent": list(database.protection.absent),
            "local": local.at() if local else None,
        }
        unknown = {"backup"} if answer is None else set()
        view.add(database.pod.resource, (), fields, unknown if database.pod.tier_known else unknown | {"tier"})
    return view
