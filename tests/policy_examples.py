"""Reads the examples beside the policies and judges them; shared by the tests."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

import erpguard
from erpguard.packs import Library, load
from erpguard.shipped import shipped

OUTCOMES = ("fail", "pass", "undetermined", "not_applicable")
_MARK = re.compile(r"#\s*finding(?::\s*(?P<severity>critical|high|medium|low))?\s*$")
LIBRARY: Library = load()


@dataclass(frozen=True)
class Case:
    """One example: files by name, and the settings that it asks for."""

    policy: str
    outcome: str
    name: str
    files: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.policy}-{self.outcome}-{self.name}".replace(" ", "_")

    def expected(self) -> list[tuple[str, int, str]]:
        """(file, line, severity or nothing) of every marked line."""
        marks = [
            (name, number, match["severity"] or "")
            for name, text in self.files.items()
            for number, line in enumerate(text.split("\n"), 1)
            if (match := _MARK.search(line))
        ]
        first = next(iter(self.files))
        return sorted(marks + [(first, number, "") for number in self.options.get("lines", ())])


def cases(policy_id: str | None = None) -> Iterator[Case]:
    """All examples, or those of one policy."""
    for policy in LIBRARY.policies.values():
        if policy_id not in (None, policy.id):
            continue
        path = os.path.join(shipped("policies"), policy.file.removesuffix(".rego") + ".yaml")
        if not os.path.isfile(path):
            continue  # test_contracts tells
        with open(path, encoding="utf-8") as opened:
            given = yaml.safe_load(opened) or {}
        for outcome in OUTCOMES:
            for case in given.get(outcome) or ():
                files = case.get("files") or {"manifest.yaml": case["manifest"]}
                options = {key: value for key, value in case.items() if key not in ("name", "files", "manifest")}
                yield Case(policy.id, outcome, case["name"], files, options)


def judge(case: Case, folder: str) -> erpguard.ScanResult:
    """Scan the files of an example, written into `folder`, with its one policy."""
    for name, text in case.files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(text)
    config = {
        "parameters": {case.policy: case.options.get("parameters", {})},
        "estate": case.options.get("estate", {}),
    }
    return erpguard.scan(
        [folder], select=[case.policy], config=config, complete=not case.options.get("partial", False), root=folder
    )
