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
_MARK = re.compile(r"\s*(?:#|//)\s*finding(?::\s*(?P<severity>critical|high|medium|low))?\s*$")
_FORMS = {"manifest": "manifest.yaml", "plan": "plan.json", "preview": "preview.json"}
"""Key of a case -> the file that its text is: manifests and ARM resources, a Terraform plan, a Pulumi preview."""

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

    def text(self, name: str) -> str:
        """A file as it is written: JSON has no comments, so that marks are taken out of it."""
        text = self.files[name]
        return "\n".join(_MARK.sub("", line) for line in text.split("\n")) if name.endswith(".json") else text

    @property
    def is_manifest(self) -> bool:
        """Whether all files are YAML."""
        return not any(name.endswith(".json") for name in self.files)


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
                files = case.get("files") or {_FORMS[form]: case[form] for form in _FORMS if form in case}
                options = {key: value for key, value in case.items() if key not in ("name", "files", *_FORMS)}
                yield Case(policy.id, outcome, case["name"], files, options)


def judge(case: Case, folder: str) -> erpguard.ScanResult:
    """Scan the files of an example, written into `folder`, with its one policy."""
    for name in case.files:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(case.text(name))
    config = {
        "parameters": {case.policy: case.options.get("parameters", {})},
        "estate": case.options.get("estate", {}),
    }
    return erpguard.scan(
        [folder], select=[case.policy], config=config, complete=not case.options.get("partial", False), root=folder
    )
