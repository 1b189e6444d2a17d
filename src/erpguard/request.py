"""What a scan was asked for, once defaults and configuration are settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from erpguard.config import Settings
from erpguard.model import Policy

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""


class Request(NamedTuple):
    """The question; `policies` are the selected ones, `settings` the configuration."""

    policies: dict[str, Policy]
    settings: Settings
    is_partial: bool
    is_strict: bool
    as_of: str
    type: str
    root: str
    source_dir: str
    trusted_config: bool

    def facts(self) -> list[Any]:
        """Everything that the result depends on besides the files."""
        settings = {**self.settings._asdict(), "line_of": None}
        return [list(self.policies), settings, *self[2:]]
