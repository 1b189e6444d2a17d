"""Which volume holds a directory of a container, and whether what is written there outlives the pod.

kubernetes.io/docs/concepts/storage/volumes/ and kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.model import Path, Resource


class Medium(StrEnum):
    """What lies behind a volume."""

    CLAIM = "claim"
    """A PersistentVolumeClaim, of a volume or a template."""
    HOST = "host"
    """A hostPath: the node's own disk."""
    SCRATCH = "scratch"
    """An emptyDir or a generic ephemeral volume: goes away with the pod."""
    CONFIGURATION = "configuration"
    """A ConfigMap, a Secret, or what Kubernetes itself projects."""
    OTHER = "other"
    """A file share or disk that the pod names itself, such as nfs or azureFile."""
    CONTAINER = "container"
    """No volume: the container's own layer."""


_SCRATCH = ("emptyDir", "ephemeral")
_CONFIGURATION = ("configMap", "secret", "projected", "downwardAPI", "image", "gitRepo")
TEMPLATES: Path = ("spec", "volumeClaimTemplates")


class Volume(NamedTuple):
    """A volume of a pod. `path` leads to the node that says what it is; `claim` is the name of the claim.

    For a claim template the claims' names begin with `claim` and a hyphen, and `template` is the template's index.
    """

    medium: Medium
    name: str
    path: Path
    claim: str = ""
    template: int | None = None


def volume_at(pod: Pod, container: Container, directory: str) -> Volume | None:
    """The volume that holds a directory of a container; None where that is not known."""
    mounted = _mounts(pod, container)
    if mounted is None:
        return None
    directory = posixpath.normpath(directory)
    inside = [(target, name) for target, name in mounted if _is_within(directory, target)]
    if not inside:
        key: Path = ("volumeMounts",) if container.body.get("volumeMounts") else ()
        return Volume(Medium.CONTAINER, "", (*container.path, *key))
    return volume_named(pod, max(inside, key=lambda mount: len(mount[0]))[1])


def volumes_below(pod: Pod, container: Container, directory: str) -> list[Volume] | None:
    """The volumes that are mounted somewhere below a directory; None where that is not known."""
    mounted = _mounts(pod, container)
    if mounted is None:
        return None
    directory = posixpath.normpath(directory)
    found = [
        volume_named(pod, name) for target, name in mounted if target != directory and _is_within(target, directory)
    ]
    known = [volume for volume in found if volume is not None]
    return known if len(known) == len(found) else None


def mounted_volumes(pod: Pod, container: Container) -> Iterator[Volume | None]:
    """Every volume that a container mounts; None for each that is not known."""
    for index, mount in enumerate(container.body.get("volumeMounts") or ()):
        known = pod.resource.is_known((*container.path, "volumeMounts", index, "name"))
        yield volume_named(pod, mount.get("name", "")) if known else None
    if not _is_listed(pod, container):
        yield None


def _is_listed(pod: Pod, container: Container) -> bool:
    return () not in hidden_below(pod.resource, (*container.path, "volumeMounts"))


def _mounts(pod: Pod, container: Container) -> list[tuple[str, str]] | None:
    """(path, name of the volume) of every mount; None where one of them is not known."""
    if not _is_listed(pod, container):
        return None
    mounts = []
    for index, mount in enumerate(container.body.get("volumeMounts") or ()):
        where = (*container.path, "volumeMounts", index)
        if not all(pod.resource.is_known((*where, key)) for key in ("mountPath", "name")):
            return None
        mounts.append((posixpath.normpath(mount.get("mountPath", "/")), mount.get("name", "")))
    return mounts


def _is_within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def volume_named(pod: Pod, name: str) -> Volume | None:
    """The volume of that name; None where that is not known, or where there is none."""
    for index, template in enumerate(_templates(pod)):
        if (template.get("metadata") or {}).get("name") == name:
            return Volume(Medium.CLAIM, name, (*TEMPLATES, index), f"{name}-{pod.resource.name}", index)
    if hidden_below(pod.resource, TEMPLATES) - _harmless(pod):
        return None
    for index, volume in enumerate(pod.spec.get("volumes") or ()):
        if volume.get("name") == name:
            return _volume(pod, volume, index)
    return None


def _templates(pod: Pod) -> list[dict[str, Any]]:
    """The claim templates of a StatefulSet: they take the place of volumes with their names."""
    if pod.resource.type != "apps/StatefulSet":
        return []
    return (pod.resource.body.get("spec") or {}).get("volumeClaimTemplates") or []


def _harmless(pod: Pod) -> set[Path]:
    """Hidden nodes of claim templates that say nothing about names."""
    hidden = hidden_below(pod.resource, TEMPLATES)
    return {path for path in hidden if len(path) > 1 and path[1] == "spec" or path[1:3] == ("metadata", "labels")}


def _volume(pod: Pod, body: dict[str, Any], index: int) -> Volume | None:
    path = (*pod.path, "volumes", index)
    if any(below[:1] != ("emptyDir",) or len(below) == 1 for below in hidden_below(pod.resource, path)):
        return None
    name = body.get("name", "")
    if "persistentVolumeClaim" in body:
        claim = body["persistentVolumeClaim"].get("claimName", "")
        return Volume(Medium.CLAIM, name, (*path, "persistentVolumeClaim"), claim)
    for keys, medium in (
        (("hostPath",), Medium.HOST),
        (_SCRATCH, Medium.SCRATCH),
        (_CONFIGURATION, Medium.CONFIGURATION),
    ):
        for key in keys:
            if key in body:
                return Volume(medium, name, (*path, key))
    others = [key for key in body if key != "name"]
    # Without any source it is an emptyDir: `SetDefaults_Volume` of Kubernetes.
    return Volume(Medium.OTHER if others else Medium.SCRATCH, name, (*path, *others[:1]))


def claim_object(analyses: Analyses, pod: Pod, volume: Volume) -> Resource | None:
    """The PersistentVolumeClaim of a volume, if it stands in the estate and is the only one that may be meant."""
    if volume.template is not None or not volume.claim:
        return None
    return analyses.estate.find(pod.resource, "core/PersistentVolumeClaim", pod.resource.namespace, volume.claim).found
