"""YAML within a value of another format: the text of a `kubectl_manifest`."""

from __future__ import annotations

from typing import Any

from erpguard.sources.yaml_documents import load

_NO_FILE = "standard input, "


def documents(text: str) -> list[Any]:
    """The documents of a text, under the rules and bounds of manifests; ValueError tells what is wrong with it."""
    loaded = load(text.encode("utf-8", "replace"), "")
    if loaded.open_types:
        raise ValueError(loaded.problems[0].message.removeprefix(_NO_FILE))
    return [document.value for document in loaded.documents]
