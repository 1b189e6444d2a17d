"""Jobs and CronJobs that make backups: what they run, which database they dump, and where to.

A backup job runs pg_dump, pg_dumpall, pg_basebackup, restic, rclone, azcopy or velero to save something; one that
restores, checks or prunes with them, or that is labelled as a restore test, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from erpguard.analysis import Analyses
from erpguard.analysis.backup.dump_commands import DUMPERS, REMOTE, Dump, base_name, holds_data, is_hidden, read_dump
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.command_lines import Word, commands, words
from erpguard.analysis.workloads.environment_variables import Environment, environment
from erpguard.analysis.workloads.mounted_files import file_in
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, mounted_volumes, volume_at
from erpguard.analysis.workloads.pods import Container, Pod, all_pods
from erpguard.analysis.workloads.tiers import image_name

RESTORE_TEST = "erpguard.io/restore-test"
# Tool -> the words that make it save something.
_COPIERS: dict[str, frozenset[str]] = {
    "restic": frozenset(("backup",)),
    "rclone": frozenset(("copy", "copyto", "sync", "move", "moveto", "rcat", "bisync")),
    "azcopy": frozenset(("copy", "cp", "c", "sync", "sc", "s")),
    "velero": frozenset(("create", "backup", "schedule")),
}
_UPLOADERS = frozenset(
    (
        "restic",
        "rclone",
        "azcopy",
        "aws",
        "az",
        "gsutil",
        "gcloud",
        "s3cmd",
        "s4cmd",
        "s5cmd",
        "mc",
        "curl",
        "scp",
        "sftp",
    )
    + ("rsync", "ssh", "wal-g", "barman-cloud-backup", "borg", "kopia", "lftp", "swift", "b2", "oci")
)
# What may stand before the program of a simple command.
_BEFORE = re.compile(
    r"[A-Za-z_]\w*=.*|if|then|else|elif|while|until|do|!|\{|exec|time|nice|ionice|sudo|env|nohup|command|eval|timeout|"
    r"gosu|su-exec|tini|dumb-init|xargs|-\S*|\d+[smhd]?"
)
_SHELLS = frozenset(("sh", "bash", "dash", "ash", "busybox"))
_TYPES = ("batch/Job", "batch/CronJob")


@dataclass(slots=True)
class BackupJob:
    """A workload that makes, or may make, backups.

    certain   whether it surely makes some
    dumps     the databases that it dumps
    copies    whether it copies files of its volumes somewhere else
    uploads   whether it sends what it has to another place
    """

    pod: Pod
    certain: bool = False
    dumps: list[Dump] = field(default_factory=list)
    copies: bool = False
    uploads: bool = False

    @property
    def scheduled(self) -> bool:
        """Whether it runs again and again."""
        return self.pod.resource.type == "batch/CronJob"

    @property
    def running(self) -> bool | None:
        """Whether it is not suspended; None where that is not known."""
        if not self.pod.resource.is_known(("spec", "suspend")):
            return None
        return not (self.pod.resource.body.get("spec") or {}).get("suspend", False)


def backup_jobs(analyses: Analyses) -> dict[str, BackupJob]:
    """Resource key -> the backup job. Jobs of which nothing is known that could make them one are left out."""
    made: dict[str, BackupJob] = analyses.once("backup_jobs", lambda analyses: dict(_all(analyses)))
    return made


def _all(analyses: Analyses) -> Iterator[tuple[str, BackupJob]]:
    for pod in all_pods(analyses):
        is_test = is_restore_test(pod) if pod.resource.type in _TYPES else True
        if is_test:
            continue
        job = BackupJob(pod)
        may_be = False
        for container in pod.containers:
            if container.role != "ephemeral":
                may_be = _read(analyses, job, container) or may_be
        job.certain, may_be = job.certain and is_test is not None, may_be or job.certain
        if may_be:
            yield pod.resource.key, job


def is_restore_test(pod: Pod) -> bool | None:
    """Whether a job is labelled, or annotated, as a test of restoring; None where that is not known."""
    resource = pod.resource
    metadata = resource.labels, resource.annotations, pod.labels, pod.template.get("annotations") or {}
    if any(RESTORE_TEST in given for given in metadata):
        return True
    holders = (("metadata",), (*pod.path[:-1], "metadata"))
    paths = ((*holder, key) for holder in holders for key in ("labels", "annotations"))
    hidden = any(hidden_below(resource, path) & {(), (RESTORE_TEST,)} for path in paths)
    return None if hidden else False


def _read(analyses: Analyses, job: BackupJob, container: Container) -> bool:
    """Add what a container does; returns whether it may do more than can be seen."""
    variables = environment(analyses, job.pod, container)
    given = words(job.pod, container, variables)
    found, uncertain = _commands(analyses, job.pod, container, given, variables)
    for command in _with_image(container, found):
        program, arguments = _program(command)
        # A script that is nothing but a variable (`sh -c "$(SCRIPT)"`) may be any.
        if program is None or (len(found) == len(command) == 1 and not command[0].known):
            uncertain = True
            continue
        job.uploads |= any(base_name(word) in _UPLOADERS for word in command)
        if program in DUMPERS and holds_data(program, arguments):
            job.certain = True
            job.dumps.append(read_dump(container, command, arguments, found, variables))
        elif program in _COPIERS:
            saves = _saves(program, arguments)
            job.certain, job.copies = job.certain or bool(saves), job.copies or saves is not False
            uncertain = uncertain or saves is None
    return uncertain or _has_hidden_program(job.pod, container)


def _commands(
    analyses: Analyses, pod: Pod, container: Container, given: list[Word], variables: Environment
) -> tuple[list[list[Word]], bool]:
    """The simple commands of a container, of a script that a ConfigMap brings, too; and whether there may be others."""
    hidden = False
    for word in given[:2]:
        if not word.known or not word.text.startswith("/"):
            continue
        file = file_in(analyses, pod, container, word.text)
        if file.text is not None and file.node is not None:
            inline = [Word("sh", file.node), Word("-c", file.node), Word(file.text, file.node)]
            return commands(inline, variables), False
        hidden = hidden or not file.known
    return commands(given, variables), hidden


def _with_image(container: Container, found: list[list[Word]]) -> list[list[Word]]:
    """The commands; without `command` the image's own program takes the arguments, if its name tells which."""
    image = image_name(container.body.get("image", "")) or ""
    if container.body.get("command") or image not in DUMPERS | _COPIERS.keys():
        return found
    arguments = found[0] if found else []
    if arguments and _program(arguments)[0] in DUMPERS | _COPIERS.keys():
        return found
    node = arguments[0].node if arguments else None
    return [[Word(image, node), *arguments]] if node else []


def _program(command: list[Word]) -> tuple[str | None, list[Word]]:
    """The program of a simple command and what follows it; None where it is not known."""
    for index, word in enumerate(command):
        if not _BEFORE.fullmatch(word.text):
            base = base_name(word)
            if base in REMOTE:
                return _behind_dashes(command, index)
            rest = command[index + 1 :]
            hidden = word.text == "${}" or is_hidden(word)
            if hidden or (base in _SHELLS and any(is_hidden(later) for later in rest)):
                return None, rest
            return base, rest
    return "", []


def _behind_dashes(command: list[Word], index: int) -> tuple[str, list[Word]]:
    """What `kubectl exec pod -- program` runs; the whole command stays its argument."""
    for later in range(index + 1, len(command)):
        if base_name(command[later]) in DUMPERS:
            return base_name(command[later]), command[later + 1 :]
    for word in command[index + 1 :]:
        for dumper in DUMPERS:
            if re.search(rf"\b{dumper}\b", word.text):  # kubectl exec pod -- sh -c 'pg_dump ...'
                return dumper, []
    return base_name(command[index]), command[index + 1 :]


def _has_hidden_program(pod: Pod, container: Container) -> bool:
    """Whether the image's own program runs, and it is not known which image that is."""
    if container.body.get("command"):
        return False
    hidden = (*container.path, "image") in pod.resource.invalid or not container.body.get("image")
    known = not hidden or pod.resource.is_known((*container.path, "image"))
    return image_name(container.body.get("image", "")) is None or not known


def _saves(program: str, arguments: list[Word]) -> bool | None:
    """Whether a copying tool saves something, rather than restoring, checking or pruning; None: not known."""
    given = {word.text for word in arguments}
    hidden = any(is_hidden(word) for word in arguments) or any(not word.known for word in arguments[:1])
    if program == "velero" and "restore" in given:
        return False
    if given & _COPIERS[program]:
        return None if program == "velero" and hidden else True
    return None if hidden else False


def destinations(job: BackupJob, dump: Dump) -> list[Volume | None]:
    """The volumes that a dump may be written to; None for each that is not known."""
    if dump.open:
        return [None]
    if dump.file is not None:
        # A name in the path may be unknown (`/dumps/$(date).dump`), the folder before it is not.
        return [volume_at(job.pod, dump.container, dump.file.partition("${")[0].rpartition("/")[0] or "/")]
    mounted = mounted_volumes(job.pod, dump.container)
    return [volume for volume in mounted if volume is None or volume.medium is not Medium.CONFIGURATION]
