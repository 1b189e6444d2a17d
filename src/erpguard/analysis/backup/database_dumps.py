"""Which database a backup job dumps, and where the dump ends up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.backup.backup_jobs import BackupJob, backup_jobs, destinations
from erpguard.analysis.backup.dump_commands import Dump
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, claim_object
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.service_names import service_names
from erpguard.analysis.workloads.services import selected_pods
from erpguard.model import Path, Resource

STATEFUL_SET = "apps/StatefulSet"
_ORDINAL = re.compile(r"(.+)-[0-9]+")
# Provisioners whose volumes are directories or disks of one node.
_LOCAL = frozenset(
    ("kubernetes.io/no-provisioner", "rancher.io/local-path", "openebs.io/local", "microk8s.io/hostpath")
    + ("k8s.io/minikube-hostpath", "docker.io/hostpath", "hostpath.csi.k8s.io", "topolvm.io")
)


class Target(StrEnum):
    """Where a dump ends up."""

    AWAY = "away"
    NODE = "node"
    NOWHERE = "nowhere"


class DatabaseDump(NamedTuple):
    """One dump, and whether it is surely of the database in question (None: it may be of any)."""

    job: BackupJob
    dump: Dump
    certain: bool | None


@dataclass(slots=True)
class Dumps:
    """All scheduled dumps: by the workload that they dump, and those whose server is not known by namespace."""

    by_workload: dict[str, list[DatabaseDump]] = field(default_factory=lambda: defaultdict(list))
    by_namespace: dict[tuple[str, str], list[DatabaseDump]] = field(default_factory=lambda: defaultdict(list))

    def of(self, database: Resource) -> list[DatabaseDump]:
        """The dumps that are, or may be, of a database.

        A dump whose server is not known may be of any database of its own namespace. One in a namespace without
        databases (`backups`) may be of any at all: it stands under an empty name.
        """
        anywhere = self.by_namespace.get((database.cluster, ""), [])
        near = self.by_namespace.get((database.cluster, database.namespace), [])
        return [*self.by_workload.get(database.key, ()), *near, *anywhere]


def database_dumps(analyses: Analyses) -> Dumps:
    """The dumps that CronJobs make, by what they dump."""
    made: Dumps = analyses.once("database_dumps", _all)
    return made


def _all(analyses: Analyses) -> Dumps:
    found = Dumps()
    homes = {(pod.resource.cluster, pod.resource.namespace) for pod in all_pods(analyses) if pod.tier == "data"}
    for job in backup_jobs(analyses).values():
        if not job.scheduled:
            continue
        where = job.pod.resource.cluster, job.pod.resource.namespace
        home = where if where in homes else (where[0], "")
        for dump in job.dumps:
            if dump.host is None:
                found.by_namespace[home].append(DatabaseDump(job, dump, None))
                continue
            for workload, certain in _dumped(analyses, job.pod, dump.host):
                if workload.type == STATEFUL_SET:
                    found.by_workload[workload.key].append(DatabaseDump(job, dump, certain))
                else:  # a pooler: what stands behind it is not seen
                    there = workload.cluster, workload.namespace
                    found.by_namespace[there].append(DatabaseDump(job, dump, None))
        if not job.certain:
            found.by_namespace[home].append(DatabaseDump(job, Dump(job.pod.containers[0], None, open=True), None))
    return found


def _dumped(analyses: Analyses, pod: Pod, host: str) -> Iterator[tuple[Resource, bool | None]]:
    """The StatefulSets and poolers that a host name leads to."""
    for name, namespace in service_names(host, pod.resource.namespace):
        lookup = analyses.estate.find(pod.resource, "core/Service", namespace, name)
        if lookup.found is not None:
            for selected, answer in selected_pods(analyses, lookup.found):
                if selected.resource.type == STATEFUL_SET or selected.tier == "pooler":
                    yield selected.resource, answer
            continue
        for workload in analyses.estate.within(pod.resource.cluster, namespace, STATEFUL_SET):
            service = (workload.body.get("spec") or {}).get("serviceName", "")
            ordinal = _ORDINAL.fullmatch(name)
            if name in (workload.name, service) or (ordinal and ordinal[1] == workload.name):
                near = analyses.estate.together(pod.resource, workload)
                yield workload, all_of((near, workload.is_known(("spec", "serviceName")) or None))


def target(analyses: Analyses, found: DatabaseDump, database: Pod) -> tuple[Target | None, Node]:
    """Where a dump ends up (None: not known), and the node that says so."""
    job = found.job
    resource = job.pod.resource
    nowhere = Node(resource, found.dump.container.path)
    if job.uploads or job.copies:
        return Target.AWAY, nowhere
    volumes = destinations(job, found.dump)
    if not volumes:
        return None, nowhere
    targets = [(_kind(analyses, job.pod, volume, database), volume) for volume in volumes]
    for wanted in (Target.AWAY, None, Target.NODE, Target.NOWHERE):
        for kind, volume in targets:
            if kind is wanted:
                return kind, Node(resource, volume.path if volume else found.dump.container.path)
    return None, nowhere


def _kind(analyses: Analyses, pod: Pod, volume: Volume | None, database: Pod) -> Target | None:
    if volume is None:
        return None
    if volume.medium is Medium.CONTAINER:
        return Target.NOWHERE
    if volume.medium in (Medium.HOST, Medium.SCRATCH) or _is_own(volume, pod, database):
        return Target.NODE
    if volume.medium is not Medium.CLAIM:
        return Target.AWAY
    local = _is_local(analyses, pod, volume)
    return None if local is None else Target.NODE if local else Target.AWAY


def _is_own(volume: Volume, pod: Pod, database: Pod) -> bool:
    """Whether a claim is one of the database's own."""
    if pod.resource.namespace != database.resource.namespace or not volume.claim:
        return False
    templates = (database.resource.body.get("spec") or {}).get("volumeClaimTemplates") or ()
    names = [f"{(template.get('metadata') or {}).get('name', '')}-{database.resource.name}" for template in templates]
    ordinal = _ORDINAL.fullmatch(volume.claim)
    mounted = [entry.get("persistentVolumeClaim") or {} for entry in database.spec.get("volumes") or ()]
    return bool(ordinal and ordinal[1] in names) or any(one.get("claimName") == volume.claim for one in mounted)


def _is_local(analyses: Analyses, pod: Pod, volume: Volume) -> bool | None:
    """Whether a claim is bound to one node's disk, as far as its class or its volume say so."""
    claim = claim_object(analyses, pod, volume)
    if claim is None:
        return False
    path: Path = ("spec", "storageClassName")
    if not claim.is_known(path) or not claim.is_known(("spec", "volumeName")):
        return None
    spec = claim.body.get("spec") or {}
    disk = analyses.estate.find(claim, "core/PersistentVolume", "", spec.get("volumeName", "")).found
    if disk is not None and set(disk.body.get("spec") or {}) & {"hostPath", "local"}:
        return True
    name = spec.get("storageClassName", "")
    storage_class = analyses.estate.find(claim, "storage.k8s.io/StorageClass", "", name).found
    provisioner = storage_class.body.get("provisioner") if storage_class is not None else None
    return provisioner in _LOCAL if provisioner else name in ("local-path", "local-storage", "hostpath")
