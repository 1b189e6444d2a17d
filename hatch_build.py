"""Writes the index of the policies' METADATA and controls into the wheel, so that no scan has to parse them again."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PolicyIndex(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `erpguard/policies/index.json` to a wheel; an editable install reads the METADATA itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling's build hook interface."""
        if version == "editable":
            return
        sys.path.insert(0, os.path.join(self.root, "src"))
        from erpguard.packs import INDEX, make_index

        target = os.path.join(self.directory, INDEX)
        os.makedirs(self.directory, exist_ok=True)
        with open(target, "w", encoding="utf-8") as opened:
            json.dump(make_index(os.path.join(self.root, "policies")), opened, ensure_ascii=False)
        build_data["force_include"][target] = f"erpguard/policies/{INDEX}"
