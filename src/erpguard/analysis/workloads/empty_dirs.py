"""The emptyDir volumes of workloads (kubernetes.io/docs/concepts/storage/volumes/#emptydir)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.values.quantities import parse_quantity
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path


def empty_dirs(analyses: Analyses) -> View:
    """One row per emptyDir volume, at the volume.

    Fields: volume (its name), bounded (whether it has a sizeLimit; 0 is none, as for the kubelet's eviction manager).
    """
    view = View()
    for pod in all_pods(analyses):
        if pod.operator:
            continue
        for path, name, bounded in _volumes(pod):
            view.add(pod.resource, path, {"volume": name, "bounded": bounded}, ["bounded"] if bounded is None else [])
    return view


def _volumes(pod: Pod) -> Iterator[tuple[Path, str, bool | None]]:
    """(path, name, whether it is bounded) of every volume that is, or may be, an emptyDir."""
    for index, volume in enumerate(pod.spec.get("volumes") or ()):
        path: Path = (*pod.path, "volumes", index)
        others = any(value is not None for key, value in volume.items() if key not in ("name", "emptyDir"))
        if "emptyDir" in volume or not others:
            yield path, volume.get("name", ""), _is_bounded(pod, path, volume)
    if () in hidden_below(pod.resource, (*pod.path, "volumes")):
        yield (*pod.path, "volumes"), "", None


def _is_bounded(pod: Pod, path: Path, volume: dict[str, Any]) -> bool | None:
    """Whether an emptyDir has a sizeLimit. A volume that names no source at all is one, too (`SetDefaults_Volume`)."""
    if "emptyDir" not in volume:
        return None if hidden_below(pod.resource, path) - {("name",)} else False
    if hidden_below(pod.resource, (*path, "emptyDir", "sizeLimit")):
        return None
    limit = parse_quantity(volume["emptyDir"].get("sizeLimit"))
    return limit is not None and limit > 0
