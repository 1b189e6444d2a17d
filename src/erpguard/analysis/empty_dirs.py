"""The emptyDir volumes of workloads (kubernetes.io/docs/concepts/storage/volumes/#emptydir)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.amounts import HIDDEN, Amount, positive
from erpguard.analysis.pods import Pod, all_pods
from erpguard.analysis.quantities import parse_quantity
from erpguard.analysis.selectors import hidden_below
from erpguard.model import Path


def empty_dirs(analyses: Analyses) -> View:
    """One row per emptyDir volume, at the volume.

    Fields: volume (its name), bounded (whether it has a sizeLimit; 0 is none, as for the kubelet's eviction manager).
    """
    view = View()
    for pod in all_pods(analyses):
        for path, name, limit in _volumes(pod):
            hidden = ["bounded"] if limit is HIDDEN else []
            view.add(pod.resource, path, {"volume": name, "bounded": limit is not None}, hidden)
    return view


def _volumes(pod: Pod) -> Iterator[tuple[Path, str, Amount]]:
    """(path, name, sizeLimit) of every volume that is, or may be, an emptyDir."""
    for index, volume in enumerate(pod.spec.get("volumes") or ()):
        path: Path = (*pod.path, "volumes", index)
        is_empty_dir = _is_empty_dir(volume) if pod.resource.is_known(path) else None
        if is_empty_dir is False:
            continue
        given = volume.get("emptyDir") or {}
        hidden = {below[:1] for below in hidden_below(pod.resource, path)} - {("name",)}
        if "emptyDir" in volume and not hidden_below(pod.resource, (*path, "emptyDir", "sizeLimit")):
            hidden = set()
        elif any(key not in ("name", "emptyDir") for key in volume) and ("emptyDir",) not in hidden:
            continue  # another source, part of which is not known
        yield path, volume.get("name", ""), HIDDEN if hidden else positive(parse_quantity(given.get("sizeLimit")))
    if () in hidden_below(pod.resource, (*pod.path, "volumes")) and not pod.operator:
        yield (*pod.path, "volumes"), "", HIDDEN


def _is_empty_dir(volume: dict[str, Any]) -> bool:
    """Whether a volume is an emptyDir: it says so, or names no source at all (`SetDefaults_Volume`)."""
    return "emptyDir" in volume or not any(value is not None for key, value in volume.items() if key != "name")
