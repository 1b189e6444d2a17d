"""A folder of packs as `policies new` makes it, and how to break it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from erpguard.authoring.scaffold import new

POLICY, EXAMPLES, TESTS = "owner_missing.rego", "owner_missing.yaml", "owner_missing_test.rego"


class Pack:
    """The pack `acme` with the one policy `owner_missing`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        new(str(folder), "acme/owner_missing", "apps/Deployment")

    def file(self, name: str) -> Path:
        """A file of the pack."""
        return self.folder / "acme" / name

    def line(self, name: str, text: str) -> int:
        """The number of the first line with a text."""
        lines = self.file(name).read_text().split("\n")
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def replace(self, name: str, old: str, wanted: str) -> None:
        """Replace what a regular expression finds, which has to be there."""
        text, count = re.subn(old, lambda _: wanted, self.file(name).read_text(), flags=re.MULTILINE)
        assert count, f"{name} has no {old}"
        self.file(name).write_text(text)

    def append(self, name: str, text: str) -> None:
        """Add lines to the end of a file."""
        self.file(name).write_text(f"{self.file(name).read_text()}\n{text}")


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """A pack whose tests and examples pass."""
    return Pack(tmp_path / "policies")


def tree(text: str) -> Any:
    """The syntax tree of a module."""
    import json

    import regorus

    engine = regorus.Engine()
    engine.add_policy("module.rego", text)
    return json.loads(engine.get_ast_as_json())[0]
