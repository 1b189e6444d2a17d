"""The types that exist and the API versions that each of them has: `tests/data/azure/api-versions.json`.

What a type lists there, or else its namespace's `versions`; from the folders of github.com/Azure/azure-rest-api-specs.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).parent.parent.parent / "data" / "azure" / "api-versions.json"


class KnownType(NamedTuple):
    """A type in ARM's case, and its versions."""

    type: str
    versions: tuple[str, ...]


@cache
def known_types() -> dict[str, KnownType]:
    """All types by their name in lower case."""
    found = {}
    for namespace, entry in json.loads(_FILE.read_text(encoding="utf-8")).items():
        for name, versions in entry["types"].items():
            type_ = f"{namespace}/{name}"
            found[type_.lower()] = KnownType(type_, tuple(versions or entry["versions"]))
    return found
