"""Which volumes Velero's Schedules back up.

Filters: velero.io/docs/main/resource-filtering/. Volumes: velero.io/docs/main/file-system-backup/ (opt-in and opt-out)
and velero.io/docs/main/resource-filtering/ (resource policies). What a pod mounts is backed up with the pod, whatever
the label selector says of the claim; a claim that the selector takes is backed up by itself. CSI drivers make their
snapshots through the claim (velero.io/docs/main/csi/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.backup.velero_filters import (
    TEMPLATE,
    can_write,
    flag,
    is_refused,
    selects,
    takes_kind,
    takes_namespace,
    velero_schedules,
)
from erpguard.analysis.backup.velero_policies import Action, volume_action
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, claim_object
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource

EXCLUDE_LABEL = "velero.io/exclude-from-backup"
OPT_IN = "backup.velero.io/backup-volumes"
OPT_OUT = "backup.velero.io/backup-volumes-excludes"

_PODS = frozenset(("pods", "pod", "po"))
_CLAIMS = frozenset(("persistentvolumeclaims", "persistentvolumeclaim", "pvc"))
_VOLUMES = frozenset(("persistentvolumes", "persistentvolume", "pv"))
_FS_FLAGS = ("--default-volumes-to-fs-backup", "--default-volumes-to-restic")


class Coverage(NamedTuple):
    """Whether something backs a volume up (None: not known); `obstacle` alone keeps it from being so."""

    answer: bool | None
    obstacle: Node | None = None


NOT_COVERED = Coverage(False)


def velero_coverage(analyses: Analyses, pod: Pod, volume: Volume) -> Coverage:
    """Whether a Schedule that is not paused backs up a volume of a pod."""
    answers: list[bool | None] = []
    obstacle: Node | None = None
    for schedule in schedules_near(analyses, pod):
        one = covers(analyses, schedule, pod, volume)
        if one.answer:
            return one
        answers.append(one.answer)
        obstacle = obstacle or one.obstacle
    answer = any_of(answers)
    return Coverage(answer, obstacle if answer is False else None)


def schedules_near(analyses: Analyses, pod: Pod) -> list[Resource]:
    """The Schedules that may take in the namespace of a pod."""
    schedules = velero_schedules(analyses).get(pod.resource.cluster)
    return schedules.near(pod.resource.namespace) if schedules else []


def covers(analyses: Analyses, schedule: Resource, pod: Pod, volume: Volume) -> Coverage:
    """Whether one Schedule backs up a volume of a pod: it is not paused, not refused, and its store takes backups."""
    paused = (schedule.body.get("spec") or {}).get("paused", False) if schedule.is_known(("spec", "paused")) else None
    running = None if paused is None else not paused
    near = analyses.estate.together(schedule, pod.resource)
    taken = all_of((running, near, takes_namespace(schedule, pod.resource.namespace), can_write(analyses, schedule)))
    if taken is False or is_refused(schedule):
        return NOT_COVERED
    backup = _Backup(analyses, schedule, pod, volume)
    answer = all_of((taken, backup.takes_volume()))
    if answer is not False:
        return Coverage(answer)
    return Coverage(False, backup.obstacle() if taken else None)


@dataclass(slots=True)
class _Backup:
    """One backup of a Schedule, asked about one volume of one pod."""

    analyses: Analyses
    schedule: Resource
    pod: Pod
    volume: Volume

    def takes_volume(self, *, heeding: bool = True) -> bool | None:
        """Whether the volume's data is in the backup. Not `heeding`: as if nothing were excluded by name."""
        action = volume_action(self.analyses, self.schedule, self.pod, self.volume, self._claim_labels())
        kept = True if not heeding or self.volume.medium is not Medium.CLAIM else self._claim_kept()
        if action in (Action.SKIP, Action.ANY):
            return all_of((False if action is Action.SKIP else None, kept))
        return all_of((any_of((self._by_files(action, heeding), self._by_snapshot(action))), kept))

    def obstacle(self) -> Node | None:
        """The label or annotation without which the volume would be backed up."""
        if self.takes_volume(heeding=False) is not True:
            return None
        if self.volume.medium is Medium.CLAIM and self._claim_kept() is False:
            claim = claim_object(self.analyses, self.pod, self.volume)
            if claim is not None:
                return Node(claim, ("metadata", "labels", EXCLUDE_LABEL))
            return Node(self.pod.resource, (*self.volume.path, "metadata", "labels", EXCLUDE_LABEL))
        metadata = (*self.pod.path[:-1], "metadata")
        if self.pod.labels.get(EXCLUDE_LABEL) == "true":
            return Node(self.pod.resource, (*metadata, "labels", EXCLUDE_LABEL))
        return Node(self.pod.resource, (*metadata, "annotations", OPT_OUT))

    def _by_files(self, action: Action, heeding: bool) -> bool | None:
        """Whether Velero copies the files of the volume out of the running pod."""
        if action is Action.SNAPSHOT or self.volume.medium is Medium.HOST:
            return False
        chosen = True if action is Action.FILES else self._opted(heeding)
        return all_of((chosen, self._pod_taken(heeding), self._takes("pods", _PODS), self._claims_wanted()))

    def _claims_wanted(self) -> bool | None:
        return self._takes("claims", _CLAIMS) if self.volume.medium is Medium.CLAIM else True

    def _by_snapshot(self, action: Action) -> bool | None:
        """Whether Velero takes a snapshot of the claim's volume."""
        if action is Action.FILES or self.volume.medium is not Medium.CLAIM:
            return False
        wanted = flag(self.schedule, "snapshotVolumes", True)
        through_pod = all_of((self._pod_taken(True), self._takes("pods", _PODS)))
        selected = any_of((through_pod, self._claim_selected()))
        return all_of((wanted, selected, self._claims_wanted(), self._through_volume()))

    def _through_volume(self) -> bool | None:
        # Without PersistentVolumes there is none to snapshot, but CSI drivers snapshot through the claim.
        cluster_scope = flag(self.schedule, "includeClusterResources", True)
        return all_of((self._takes("volumes", _VOLUMES), cluster_scope)) or None

    def _opted(self, heeding: bool) -> bool | None:
        """Whether the pod's annotations, or else the default, choose the volume for file system backup."""
        path = (*self.pod.path[:-1], "metadata", "annotations")
        if hidden_below(self.pod.resource, path) & {(), (OPT_IN,), (OPT_OUT,)}:
            return None
        given = self.pod.template.get("annotations") or {}
        default = self._files_by_default()
        chosen = self.volume.name in _names(given.get(OPT_IN))
        kept = self.volume.name not in _names(given.get(OPT_OUT)) or not heeding
        answers = {value: kept if value else chosen for value in (True, False)}
        return answers[default] if default is not None else answers[True] if answers[True] == answers[False] else None

    def _files_by_default(self) -> bool | None:
        for key in ("defaultVolumesToFsBackup", "defaultVolumesToRestic"):
            given = flag(self.schedule, key, None)
            if given is not None or not self.schedule.is_known((*TEMPLATE, key)):
                return given
        return _server_default(self.analyses).get((self.schedule.cluster, self.schedule.namespace), False)

    def _pod_taken(self, heeding: bool) -> bool | None:
        hidden = hidden_below(self.pod.resource, (*self.pod.path[:-1], "metadata", "labels"))
        kept = _is_kept(self.pod.labels, hidden) if heeding else True
        return all_of((kept, selects(self.schedule, self.pod.labels, hidden)))

    def _claim_selected(self) -> bool | None:
        labels, hidden = self._claim_labels()
        return selects(self.schedule, labels, hidden)

    def _claim_kept(self) -> bool | None:
        labels, hidden = self._claim_labels()
        # A claim that stands elsewhere is taken not to be excluded.
        return _is_kept(labels, hidden if self._claim_is_here() else frozenset())

    def _claim_is_here(self) -> bool:
        if self.volume.template is not None or claim_object(self.analyses, self.pod, self.volume) is not None:
            return True
        return self._is_tied()

    def _is_tied(self) -> bool:
        """Whether several claims have the name, and it cannot be told which one is meant."""
        if self.volume.medium is not Medium.CLAIM or self.volume.template is not None:
            return False
        kind, namespace = "core/PersistentVolumeClaim", self.pod.resource.namespace
        looked_up = self.analyses.estate.find(self.pod.resource, kind, namespace, self.volume.claim)
        return not looked_up.known and not self.analyses.estate.is_open(kind)

    def _claim_labels(self) -> tuple[Mapping[str, str], frozenset[Path]]:
        """The labels of the claim, and which of them are not known: () is all."""
        if self.volume.template is not None:
            return _template_labels(self.pod, self.volume)
        claim = claim_object(self.analyses, self.pod, self.volume)
        if claim is None:
            return {}, frozenset({()})
        return claim.labels, hidden_below(claim, ("metadata", "labels"))

    def _takes(self, what: str, names: frozenset[str]) -> bool | None:
        return takes_kind(self.schedule, names, cluster_scoped=what == "volumes")


def _template_labels(pod: Pod, volume: Volume) -> tuple[Mapping[str, str], frozenset[Path]]:
    """The labels of the claims of a template: its own, and what the StatefulSet selects by."""
    selector: Path = ("spec", "selector", "matchLabels")
    spec = pod.resource.body.get("spec") or {}
    template = spec["volumeClaimTemplates"][volume.template]
    labels = {**((template.get("metadata") or {}).get("labels") or {})}
    labels.update((spec.get("selector") or {}).get("matchLabels") or {})
    hidden = hidden_below(pod.resource, (*volume.path, "metadata", "labels"))
    return labels, hidden | hidden_below(pod.resource, selector)


def _is_kept(labels: Mapping[str, str], hidden: frozenset[Path]) -> bool | None:
    if hidden & {(), (EXCLUDE_LABEL,)}:
        return None
    return labels.get(EXCLUDE_LABEL) != "true"


def _names(text: Any) -> list[str]:
    """The volumes that an annotation names. A blank after a comma belongs to the next name, and fits no volume.

    github.com/vmware-tanzu/velero/blob/main/pkg/util/podvolume/pod_volume.go: `GetVolumesToBackup`.
    """
    return text.split(",") if isinstance(text, str) else []


def _server_default(analyses: Analyses) -> dict[tuple[str, str], bool | None]:
    """(cluster, namespace) of a Velero server -> whether it backs up files by default; None where that is not known."""
    made: dict[tuple[str, str], bool | None] = analyses.once("velero.servers", _servers)
    return made


def _servers(analyses: Analyses) -> dict[tuple[str, str], bool | None]:
    found: dict[tuple[str, str], bool | None] = {}
    for pod in all_pods(analyses):
        if pod.tier != "backup":
            continue
        for container in pod.containers:
            key = pod.resource.cluster, pod.resource.namespace
            for word in (*(container.body.get("command") or ()), *(container.body.get("args") or ())):
                name, _, value = str(word).partition("=")
                if word is None:
                    found.setdefault(key, None)
                elif name in _FS_FLAGS:
                    found[key] = value.lower() not in ("false", "0", "f")
    return found
