"""Reads subscriptions of Azure, whole or by resource groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from erpguard.errors import UsageError
from erpguard.sources.azure_live.connection import cloud_of, connect, credential_of
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.live import AzureConnection, Gap, Item, Run, Target

if TYPE_CHECKING:
    from erpguard.sources.azure_live.collection import Collection

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RESOLVING = 120
"""Seconds to find the subscriptions of management groups."""

_NAME = re.compile(r"[\w().-]{1,90}")
"""Names of resource groups, and of management groups
(https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules)."""


class AzureCollector:
    """Reads subscriptions, and those of management groups; with `resource_groups` only these of each of them.

    directory  whether to ask Microsoft Graph which holders of roles still exist; an address to ask instead of the
               cloud's

    Raises UsageError for names that cannot be any. Nothing is asked before `targets` (where there are management
    groups) or `records`.
    """

    def __init__(
        self,
        connection: AzureConnection,
        subscriptions: Sequence[str],
        management_groups: Sequence[str] = (),
        resource_groups: Sequence[str] = (),
        limits: Limits | None = None,
        directory: bool | str = False,
    ) -> None:
        cloud_of(connection)
        self._connection = connection
        self._credential: Any = None
        self._subscriptions = _each_once(_subscription(one) for one in subscriptions)
        self._management_groups = _each_once(_named(one, "management group") for one in management_groups)
        self._groups = _each_once(_named(one, "resource group") for one in resource_groups)
        self._limits = limits or Limits()
        self._directory = directory
        self._gaps: list[Gap] | None = None
        if not self._subscriptions and not self._management_groups:
            raise UsageError("name a subscription or a management group of Azure")

    def targets(self) -> list[Target]:
        """The subscriptions. Those of management groups are asked for, once; what cannot be read of them is a gap."""
        if self._management_groups and self._gaps is None:
            run = Run(concurrency=1, budget=_RESOLVING)
            with self._opened(run) as collection:
                self._resolve(collection)
        return [Target("azure", one, self._groups) for one in self._subscriptions]

    def notes(self) -> list[str]:
        """Nothing: what is not verified is not used."""
        return []

    def records(self, run: Run) -> Iterator[Item | Gap]:
        """Everything that is found there, and a gap for what was not read."""
        with self._opened(run) as collection:
            if self._gaps is None:
                self._resolve(collection)
            yield from self._gaps or ()
            holders: set[str] = set()
            for record in collection.records(self._subscriptions):
                if isinstance(record, Item) and self._directory:
                    holders |= _holders(record)
                yield record
            if self._directory:
                yield from self._exist(holders, run)

    def _opened(self, run: Run) -> Collection:
        if self._credential is None:  # one for all calls: a user may have to log in for it
            self._credential = credential_of(self._connection)
        arm = connect(self._connection, self._credential, run, self._limits)
        from erpguard.sources.azure_live.collection import Collection

        return Collection(arm, run, self._limits, self._groups)

    def _exist(self, holders: set[str], run: Run) -> Iterator[Item | Gap]:
        from erpguard.sources.azure_live.directory import principals

        endpoint = self._directory if isinstance(self._directory, str) else ""
        yield from principals(holders, self._connection, self._credential, run, self._limits, endpoint)

    def _resolve(self, collection: Collection) -> None:
        self._gaps = []
        for group in self._management_groups:
            found, gaps = collection.subscriptions_of(group)
            self._subscriptions = _each_once((*self._subscriptions, *found))
            self._gaps += gaps


def _holders(item: Item) -> set[str]:
    """The object id of whom an assignment of a role is for."""
    type_, properties = str(item.body["type"]).lower(), item.body.get("properties")
    if not type_.startswith("microsoft.authorization/role") or not isinstance(properties, dict):
        return set()
    holder = properties.get("principalId")
    return {holder} if isinstance(holder, str) else set()


def _subscription(given: str) -> str:
    name = given.strip().lower().removeprefix("/subscriptions/")
    if not _GUID.fullmatch(name):
        raise UsageError(f"{given}: a subscription is named by its id, as `az account list` shows it")
    return name


def _named(given: str, what: str) -> str:
    if not _NAME.fullmatch(given) or given.endswith("."):
        raise UsageError(f"{given}: no name of a {what}")
    return given


def _each_once(names: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    """Names that differ in more than case, in the order in which they came."""
    return tuple({name.lower(): name for name in reversed(tuple(names))}.values())[::-1]
