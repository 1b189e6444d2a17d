"""Patches of Kustomize: parts of objects, which become manifests only when their kustomization is built.

kubectl.docs.kubernetes.io/references/kustomize/kustomization/ (patches, patchesStrategicMerge, patchesJson6902). What a
kustomization names is in its own folder or below, as Kustomize asks for by default (--load-restrictor).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from erpguard.sources import Input

FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
PATCH = "patch of a Kustomization (render it with `kustomize build DIR | erpguard scan -`)"


class KustomizePatches:
    """Tells which files are patches; asks the file system once for each folder, up to the root of the scan."""

    def __init__(self) -> None:
        self._seen: dict[str, frozenset[str]] = {}

    def reason(self, given: Input) -> str:
        """Why a file is not judged; empty if no kustomization names it as a patch."""
        if not given.path:
            return ""
        named = self._named(os.path.dirname(given.path), given.name.count("/"))
        return PATCH if named and os.path.abspath(given.path) in named else ""

    def _named(self, folder: str, depth: int) -> frozenset[str]:
        """The patches that a folder's kustomization names, and those of `depth` folders above it."""
        if folder not in self._seen:
            above = self._named(os.path.dirname(os.path.abspath(folder)), depth - 1) if depth > 0 else frozenset()
            self._seen[folder] = above.union(_patches(folder))
        return self._seen[folder]


def _patches(folder: str) -> Iterator[str]:
    """The absolute paths of the patches that the kustomization of a folder names."""
    for name in FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            for named in _named_in(Input(name, path)):
                yield os.path.abspath(os.path.join(folder, named))


def _named_in(kustomization: Input) -> Iterator[str]:
    from erpguard.sources.input_files import read
    from erpguard.sources.yaml_documents import load

    data = read(kustomization)
    for document in load(data, kustomization.name).documents if isinstance(data, bytes) else ():
        content: Any = document.value if isinstance(document.value, dict) else {}
        for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
            listed = content.get(key)
            for entry in listed if isinstance(listed, list) else ():
                named = entry.get("path") if isinstance(entry, dict) else entry
                if isinstance(named, str):
                    yield named
