"""What a scan was asked for, once defaults and configuration are settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from erpguard.config import Settings
from erpguard.model import Policy

if TYPE_CHECKING:
    from erpguard.collection import LiveOptions
    from erpguard.engines.child import Limits
    from erpguard.engines.opa_server import OpaConnection

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""


class Request(NamedTuple):
    """The question.

    policies   those that were selected, and are told
    judging    those to judge by: the same, without the rules of comparisons
    settings   the configuration
    compare    two sides, or nothing
    own        the digests of own packs, where results are kept
    limits     what policies of own packs may use
    """

    policies: dict[str, Policy]
    judging: dict[str, Policy]
    settings: Settings
    is_partial: bool
    is_strict: bool
    as_of: str
    type: str
    root: str
    source_dir: str
    trusted_config: bool
    compare: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    limits: Limits | None = None
    live: LiveOptions | None = None
    opa: OpaConnection | None = None

    def facts(self) -> list[Any]:
        """Everything that the result depends on besides files, live systems and servers."""
        settings = {**self.settings._asdict(), "line_of": None}
        return [list(self.policies), list(self.judging), settings, *self[3:-2]]
