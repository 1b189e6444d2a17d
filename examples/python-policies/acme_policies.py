"""Policies that Rego cannot say: this one needs the parser of Python."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

import erpguard


class ScriptDoesNotCompile:
    """Server actions and scheduled scripts of Odoo that stand in ConfigMaps."""

    metadata: Mapping[str, Any] = {
        "package": "erpguard.acme.script_does_not_compile",
        "title": "Script does not compile",
        "description": "A script in Python that does not compile fails when it runs for the first time, often at night.",
        "related_resources": [{"ref": "https://docs.python.org/3/library/ast.html#ast.parse"}],
        "custom": {
            "id": "ACME101",
            "severity": "high",
            "resource_types": ["core/ConfigMap"],
            "reads": ["data"],
            "message": "{kind} {name}: {file} does not compile: {reason}",
            "remediation": "Mend the script; `python3 -m py_compile FILE` says the same.",
        },
    }

    def deny(self, document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        """Each script once, at the line where its parser gives up."""
        for config_map in document["resources"].get("core/ConfigMap", {}).values():
            for file, text in (config_map["body"].get("data") or {}).items():
                if file.endswith(".py"):
                    yield from self._objections(config_map, file, text)

    def _objections(self, config_map: Mapping[str, Any], file: str, text: str) -> Iterable[Mapping[str, Any]]:
        try:
            ast.parse(text)
        except SyntaxError as error:
            where = {"resource": config_map["resource"], "path": ["data", file], "line": (error.lineno or 1) - 1}
            values = {"file": file, "reason": error.msg}
            yield erpguard.violation(config_map, ["data", file], values, at=where)


POLICIES = [ScriptDoesNotCompile()]
