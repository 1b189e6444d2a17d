"""The engine that a scan asks for, open as long as it judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from erpguard.engines import PolicyEngine
from erpguard.model import Policy, Problem

if TYPE_CHECKING:
    from erpguard.engines.opa_server import OpaConnection


@contextmanager
def engine(
    connection: OpaConnection | None,
    folder: str,
    modules: Iterable[str],
    policies: Iterable[Policy],
    problems: list[Problem],
) -> Iterator[PolicyEngine]:
    """The server of a connection, or without one the embedded engine. What it tells at its end joins the problems.

    UsageError for a connection that cannot be used, PackError for a policy that does not compile in process.
    """
    made: PolicyEngine
    if connection is None:
        from erpguard.engines.embedded import EmbeddedEngine

        made = EmbeddedEngine(folder, modules, policies)
    else:
        from erpguard.engines.opa_server import OpaEngine

        made = OpaEngine(connection, folder, modules, policies)
    try:
        yield made
    finally:
        problems += made.close()
