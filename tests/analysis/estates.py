"""Small estates for the tests of analyses, without files."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.model import Path, Place, Resource, pointer
from erpguard.normalize import kubernetes


@dataclass(frozen=True)
class FakeOrigin:
    """An origin that knows its file only."""

    file: str = "manifest.yaml"

    def place(self, path: Path) -> Place:
        return Place(file=self.file, pointer=pointer(path))

    def place_of_line(self, path: Path, line: int) -> Place:
        return Place(file=self.file, line=line, pointer=pointer(path))

    def text(self, path: Path) -> str:
        return ""


def resource(api_version: str, kind: str, name: str, file: str = "manifest.yaml", **fields: Any) -> Resource:
    """A normalized object in namespace `erp`; `metadata` among the fields adds to its metadata."""
    metadata = {"name": name, "namespace": "erp", **fields.pop("metadata", {})}
    body = deepcopy({"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields})  # it is changed in place
    made = kubernetes.resource(body, FakeOrigin(file)).resource
    assert made is not None
    return made


def analyses(text: str = "", files: dict[str, str] | None = None, settings: dict[str, Any] | None = None) -> Analyses:
    """The analyses of YAML documents, in one file or in several."""
    made = []
    for file, documents in (files or {"manifest.yaml": text}).items():
        for body in yaml.safe_load_all(documents):
            made.append(kubernetes.resource(body, FakeOrigin(file)).resource)
    return Analyses(Estate([one for one in made if one is not None]), settings)
