"""Where Odoo keeps its attachments (`data_dir`/filestore), and who backs that up.

odoo.com/documentation/18.0/developer/reference/cli.html (`--data-dir`). Attachments may also live in the database or
in object storage: the annotation `erpguard.io/attachments: database` (or `object-storage`) of the workload says so, or
`attachments` in the configuration's `estate` section (namespace glob -> one of the two).
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications import bitnami_odoo
from erpguard.analysis.applications.odoo import OdooSettings, odoo_settings
from erpguard.analysis.backup.backup_jobs import BackupJob, backup_jobs, destinations
from erpguard.analysis.backup.velero import Coverage, velero_coverage
from erpguard.analysis.backup.velero_filters import SCHEDULE
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, mounted_volumes, volume_at, volumes_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.tiers import bitnami_name
from erpguard.normalize.shapes import has_placeholder

ATTACHMENTS = "erpguard.io/attachments"
BACKUP_INSTANCE = "Microsoft.DataProtection/backupVaults/backupInstances"
ELSEWHERE = frozenset(("database", "object-storage"))

_DATA_DIR = "/var/lib/odoo"
_LOST = {
    Medium.SCRATCH: "a volume that goes away with the pod",
    Medium.HOST: "the disk of one node",
    Medium.CONTAINER: "the container's own layer",
    Medium.CONFIGURATION: "a volume of configuration",
}
_Key = tuple[str, str, str]


class Filestore(NamedTuple):
    """The attachments of an erp workload. `volumes` is empty and `known` False where it is not known where they are."""

    settings: OdooSettings
    directory: str
    volumes: tuple[Volume, ...]
    known: bool
    elsewhere: bool | None
    coverage: Coverage

    @property
    def pod(self) -> Pod:
        """The workload's pod."""
        return self.settings.pod

    @property
    def lost(self) -> Volume | None:
        """A volume that no backup can save."""
        return next((volume for volume in self.volumes if volume.medium in _LOST), None)


def all_filestores(analyses: Analyses) -> dict[str, Filestore]:
    """Resource key of an erp workload -> its filestore."""
    made: dict[str, Filestore] = analyses.once("filestores", _all)
    return made


def _all(analyses: Analyses) -> dict[str, Filestore]:
    return {key: _filestore(analyses, settings) for key, settings in odoo_settings(analyses).items()}


def _filestore(analyses: Analyses, settings: OdooSettings) -> Filestore:
    elsewhere = _elsewhere(analyses, settings.pod)
    option = settings.option("data_dir")
    if not option.known:
        return Filestore(settings, "", (), False, elsewhere, Coverage(None))
    directory = option.value or _default_directory(settings)
    volumes = _volumes(settings, posixpath.join(directory, "filestore"))
    if volumes is None:
        return Filestore(settings, directory, (), False, elsewhere, Coverage(None))
    found = [_coverage(analyses, settings.pod, volume) for volume in volumes]
    answer = all_of(one.answer for one in found)
    obstacle = next((one.obstacle for one in found if one.obstacle is not None), None)
    return Filestore(settings, directory, volumes, True, elsewhere, Coverage(answer, obstacle))


def _default_directory(settings: OdooSettings) -> str:
    image = settings.container.body.get("image", "")
    return bitnami_odoo.DATA_DIR if bitnami_name(image) == "odoo" else _DATA_DIR


def _volumes(settings: OdooSettings, directory: str) -> tuple[Volume, ...] | None:
    """The volume of the directory; where it is on none, the volumes below it."""
    volume = volume_at(settings.pod, settings.container, directory)
    if volume is None:
        return None
    if volume.medium is not Medium.CONTAINER:
        return (volume,)
    below = volumes_below(settings.pod, settings.container, directory)
    return None if below is None else tuple(below) or (volume,)


def _elsewhere(analyses: Analyses, pod: Pod) -> bool | None:
    """Whether attachments live in the database or in object storage."""
    configured = analyses.settings.get("attachments", {})
    if any(fnmatchcase(pod.resource.namespace, glob) and value in ELSEWHERE for glob, value in configured.items()):
        return True
    answers: list[bool | None] = []
    inner = (*pod.path[:-1], "metadata", "annotations")
    outer = ("metadata", "annotations")
    for path, given in ((outer, pod.resource.annotations), (inner, pod.template.get("annotations") or {})):
        value = given.get(ATTACHMENTS, "")
        hidden = hidden_below(pod.resource, path) & {(), (ATTACHMENTS,)}
        answers.append(None if hidden or has_placeholder(value) else value in ELSEWHERE)
    return any_of(answers)


def _coverage(analyses: Analyses, pod: Pod, volume: Volume) -> Coverage:
    if volume.medium in _LOST:
        return Coverage(False)
    velero = velero_coverage(analyses, pod, volume)
    answer = any_of((velero.answer, _copied(analyses, pod, volume), _in_azure(analyses, pod, volume)))
    return Coverage(answer, velero.obstacle if answer is False else None)


def _copied(analyses: Analyses, pod: Pod, volume: Volume) -> bool | None:
    """Whether a backup job that runs on a schedule mounts the claim, and not only to write its dumps there."""
    return any_of(answer for _, answer in copying_jobs(analyses, pod, volume))


def copying_jobs(analyses: Analyses, pod: Pod, volume: Volume) -> Iterator[tuple[BackupJob, bool | None]]:
    """The scheduled backup jobs that may copy a claim, and whether they do."""
    if volume.medium is not Medium.CLAIM:
        return
    index: dict[_Key, list[tuple[BackupJob, bool | None]]] = analyses.once("backup_jobs.claims", _by_claim)
    where = pod.resource.cluster, pod.resource.namespace
    for job, reads in (*index.get((*where, volume.claim), ()), *index.get((*where, ""), ())):
        yield job, all_of((reads, job.running, analyses.estate.together(job.pod.resource, pod.resource)))


def _in_azure(analyses: Analyses, pod: Pod, volume: Volume) -> bool | None:
    """Whether a backup instance of the AKS cluster takes the claim."""
    if volume.medium is not Medium.CLAIM or BACKUP_INSTANCE not in analyses.estate.types:
        return False
    from erpguard.analysis.azure.aks_backups import takes_volume

    return takes_volume(analyses, pod, volume)


def _by_claim(analyses: Analyses) -> dict[_Key, list[tuple[BackupJob, bool | None]]]:
    """(cluster, namespace, claim) -> the scheduled backup jobs that mount it, and whether they read it.

    Claims of a StatefulSet's template stand under their name without the ordinal, too; an unknown claim is empty.
    """
    index: dict[_Key, list[tuple[BackupJob, bool | None]]] = defaultdict(list)
    for job in backup_jobs(analyses).values():
        if not job.scheduled:
            continue
        where = job.pod.resource.cluster, job.pod.resource.namespace
        for claim, reads in _claims(job).items():
            sure = all_of((reads, True if job.certain else None))
            index[(*where, claim)].append((job, sure))
            template, _, ordinal = claim.rpartition("-")
            if ordinal.isdigit():
                index[(*where, template)].append((job, sure))
    return index


def _claims(job: BackupJob) -> dict[str, bool | None]:
    """Claim -> whether the job reads it; a job that only dumps into it does not. An unknown claim is empty."""
    found: dict[str, bool | None] = {}
    written = [volume for dump in job.dumps if dump.file for volume in destinations(job, dump)]
    targets = {volume.claim for volume in written if volume is not None}
    hidden = any(volume is None for volume in written) or any(dump.open for dump in job.dumps)
    for container in job.pod.containers:
        for volume in mounted_volumes(job.pod, container):
            if volume is None:
                found[""] = None
            elif volume.medium is Medium.CLAIM:
                reads = volume.claim not in targets
                found[volume.claim] = True if job.copies else None if hidden and reads else reads
    return found


def filestores(analyses: Analyses) -> View:
    """One row per erp workload, at its root; one of which nothing is known where the tier is not.

    Fields: tier, directory, elsewhere (attachments are in the database or in object storage), backup (yes, no; lost: on
    nothing that could be backed up), what (the medium, when lost), at ({resource, path}: what to change, where one
    node alone keeps it from being backed up), absent (types on whose absence the answer rests).
    """
    view = View()
    for filestore in all_filestores(analyses).values():
        lost, answer = filestore.lost, filestore.coverage.answer
        at = Node(filestore.pod.resource, lost.path) if lost else filestore.coverage.obstacle
        fields: dict[str, Any] = {
            "tier": filestore.pod.tier,
            "directory": filestore.directory,
            "elsewhere": filestore.elsewhere,
            "backup": "lost" if lost else "yes" if answer else "no",
            "what": _LOST[lost.medium] if lost else "",
            "at": at.at() if at else None,
            "absent": [] if lost else [SCHEDULE, "batch/CronJob", BACKUP_INSTANCE],
        }
        unknown = set() if answer is not None else {"backup"}
        if not filestore.known:
            unknown.add("directory")
        if filestore.elsewhere is None:
            unknown.add("elsewhere")
        view.add(filestore.pod.resource, (), fields, unknown if filestore.pod.tier_known else {*unknown, "tier"})
    for pod in hidden_workloads(analyses):
        view.add(pod.resource, (), {"tier": pod.tier}, ("tier", "directory", "elsewhere", "backup"))
    return view


def hidden_workloads(analyses: Analyses) -> list[Pod]:
    """The workloads that may run Odoo without being seen to: their tier is not known."""
    seen = all_filestores(analyses)
    return [
        pod for pod in all_pods(analyses) if not pod.tier_known and not pod.operator and pod.resource.key not in seen
    ]
