"""Fixtures of the collector's tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from erpguard.sources.azure_live import AzureCollector, Limits
from erpguard.sources.live import AzureConnection, Gap, Item, Run
from tests.sources.azure_live.stand_in import ENDPOINT, SUBSCRIPTION, Credential, StandIn

QUICK = Limits(first_wait=0, longest_wait=0)

Collect = Callable[..., tuple[list[Item], list[Gap]]]


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The ARM that collectors of this test talk to."""
    made = StandIn()
    monkeypatch.setattr("erpguard.sources.azure_live.arm.Transport", lambda *_: made)
    return made


@pytest.fixture
def collector(arm: StandIn) -> Callable[..., AzureCollector]:
    """Makes collectors that talk to `arm`."""

    def made(
        subscriptions: Sequence[str] = (SUBSCRIPTION,),
        credential: object = None,
        limits: Limits = QUICK,
        **options: Any,
    ) -> AzureCollector:
        connection = AzureConnection(credential=credential or Credential(), endpoint=ENDPOINT)
        return AzureCollector(connection, subscriptions, limits=limits, **options)

    return made


@pytest.fixture
def collect(collector: Callable[..., AzureCollector]) -> Collect:
    """Collects from `arm`: items by id, and gaps by operation and scope."""

    def found(run: Run | None = None, **options: object) -> tuple[list[Item], list[Gap]]:
        records = list(collector(**options).records(run or Run(2)))
        items = [record for record in records if isinstance(record, Item)]
        gaps = [record for record in records if isinstance(record, Gap)]
        return sorted(items, key=lambda item: item.body["id"]), sorted(gaps, key=lambda gap: (gap.operation, gap.scope))

    return found
