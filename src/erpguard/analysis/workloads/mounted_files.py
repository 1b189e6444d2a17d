"""What stands in a file of a container, where a ConfigMap brings it.

Volumes, items, subPath and projected sources as in kubernetes.io/docs/concepts/storage/volumes/ and
kubernetes.io/docs/concepts/storage/projected-volumes/.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.pods import Container, Pod


class MountedFile(NamedTuple):
    """The content of a file in a container.

    text and node: a ConfigMap holds it. Neither, and known: no volume holds it, the image may. Not known: it may be
    there with any content (a Secret, a claim, a ConfigMap that is not in the estate).
    """

    text: str | None = None
    known: bool = True
    node: Node | None = None


_ANYTHING = MountedFile(known=False)
_NOTHING = MountedFile()


def file_in(analyses: Analyses, pod: Pod, container: Container, path: str) -> MountedFile:
    """The file at an absolute path of a container."""
    path = posixpath.normpath(path)
    if (*container.path, "volumeMounts") in pod.resource.invalid:
        return _ANYTHING
    best: tuple[str, int] | None = None
    for index, mount in enumerate(container.body.get("volumeMounts") or ()):
        where = (*container.path, "volumeMounts", index)
        target = mount.get("mountPath")
        if target is None or not pod.resource.is_known((*where, "mountPath")):
            return _ANYTHING
        target = posixpath.normpath(target)
        inside = path == target or path.startswith(target.rstrip("/") + "/")
        if inside and (best is None or len(target) > len(best[0])):
            best = (target, index)
    if best is None:
        return _NOTHING
    target, index = best
    mount = container.body["volumeMounts"][index]
    if mount.get("subPathExpr") or not pod.resource.is_known((*container.path, "volumeMounts", index)):
        return _ANYTHING
    file = posixpath.normpath(posixpath.join(mount.get("subPath") or ".", posixpath.relpath(path, target)))
    return _in_volume(analyses, pod, mount.get("name", ""), file)


def config_files(analyses: Analyses, pod: Pod, container: Container) -> Iterator[tuple[str, MountedFile]]:
    """(path, file) of every file that a ConfigMap brings into the container, what is not known of it included."""
    for mount in container.body.get("volumeMounts") or ():
        target = mount.get("mountPath")
        for inside in _names(analyses, pod, mount.get("name", "")) if target else ():
            within = posixpath.relpath(inside, mount.get("subPath") or ".")
            if within.startswith(".."):
                continue
            path = posixpath.normpath(posixpath.join(target, within))
            found = file_in(analyses, pod, container, path)
            if found != _NOTHING:
                yield path, found


def _sources(pod: Pod, name: str) -> list[Mapping[str, Any]] | None:
    """The projections of a volume; None for a volume that holds what its users write, or that is not known."""
    for index, volume in enumerate(pod.spec.get("volumes") or ()):
        if volume.get("name") != name:
            continue
        if not pod.is_known("volumes", index):
            return None
        if "projected" in volume:
            sources = volume["projected"].get("sources")
            return [source for source in sources or () if isinstance(source, dict)]
        return [volume] if "configMap" in volume or "secret" in volume else None
    return None


def _in_volume(analyses: Analyses, pod: Pod, volume: str, inside: str) -> MountedFile:
    sources = _sources(pod, volume)
    if sources is None:
        return _ANYTHING
    result = _NOTHING
    for source in sources:  # a later source wins
        found = _in_source(analyses, pod, source, inside)
        result = result if found is _NOTHING else found
    return result


def _in_source(analyses: Analyses, pod: Pod, source: Mapping[str, Any], inside: str) -> MountedFile:
    reference = source.get("configMap")
    projection = reference if isinstance(reference, dict) else source.get("secret")
    if not isinstance(projection, dict):
        return _NOTHING  # serviceAccountToken, downwardAPI, clusterTrustBundle: no configuration
    items = _items(projection)
    key = inside if items is None else items.get(inside)
    if key is None:
        return _NOTHING
    if projection is not reference:
        return _ANYTHING
    return config_map_value(analyses, pod, str(reference.get("name", "")), key)


def config_map_value(analyses: Analyses, pod: Pod, name: str, key: str) -> MountedFile:
    """What a ConfigMap of the pod's namespace holds under a key."""
    lookup = analyses.estate.find(pod.resource, "core/ConfigMap", pod.resource.namespace, name)
    if lookup.found is None:
        return _ANYTHING
    path = ("data", key)
    if not lookup.found.is_known(path) or key in (lookup.found.body.get("binaryData") or {}):
        return _ANYTHING
    text = (lookup.found.body.get("data") or {}).get(key)
    return _NOTHING if text is None else MountedFile(text, True, Node(lookup.found, path))


def _items(projection: Mapping[str, Any]) -> dict[str, str] | None:
    """path -> key of the items; None where all keys are projected."""
    items = projection.get("items")
    if not isinstance(items, list) or not items:
        return None
    pairs = ((item.get("path"), item.get("key")) for item in items if isinstance(item, dict))
    return {posixpath.normpath(path): key for path, key in pairs if isinstance(path, str) and isinstance(key, str)}


def _names(analyses: Analyses, pod: Pod, volume: str) -> Iterator[str]:
    for source in _sources(pod, volume) or ():
        reference = source.get("configMap")
        if not isinstance(reference, dict):
            continue
        items = _items(reference)
        if items is not None:
            yield from items
            continue
        name = str(reference.get("name", ""))
        lookup = analyses.estate.find(pod.resource, "core/ConfigMap", pod.resource.namespace, name)
        if lookup.found is not None:
            yield from lookup.found.body.get("data") or ()
            hidden = (*lookup.found.unknown, *lookup.found.invalid)
            yield from {str(path[1]) for path in hidden if path[0] == "data" and len(path) > 1}
