"""Writes into the wheel what no scan has to make again: the index of METADATA and controls, and the rules of SARIF."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PolicyIndex(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `index.json` and `sarif-rules.txt` to `erpguard/policies`; an editable install does without."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling's build hook interface."""
        if version == "editable":
            return
        sys.path.insert(0, os.path.join(self.root, "src"))
        from erpguard.packs import INDEX, load, make_index
        from erpguard.reporters.sarif_packaged import FILE, packaged

        policies = os.path.join(self.root, "policies")
        made = {
            INDEX: json.dumps(make_index(policies), ensure_ascii=False),
            FILE: packaged(load(policies).policies.values()),
        }
        os.makedirs(self.directory, exist_ok=True)
        for name, text in made.items():
            target = os.path.join(self.directory, name)
            with open(target, "w", encoding="utf-8", newline="") as opened:
                opened.write(text)
            build_data["force_include"][target] = f"erpguard/policies/{name}"
