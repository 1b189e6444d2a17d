"""Collecting from the test server: with a clock that does not wait, and with an end that no test can miss."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from erpguard.sources.azure_live import AzureCollector
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.live import AzureConnection, Gap, Item, Run

ERP = Path(__file__).parent.parent.parent / "data" / "azure" / "erp"
PROD_ID = "3f2a9c64-7d1e-4b58-9c0a-5e8b1d6f4a20"
HUB_ID = "8c41d7e2-05b9-4f6a-b3d8-1a7e9f2c6b53"
PROD = f"/subscriptions/{PROD_ID}"
HUB = f"/subscriptions/{HUB_ID}"

LIMITS = Limits(connect=10, read=20, answer=30, size=4_000_000, pages=12)
"""Patient, for machines that are busy with other things; but not with sizes."""

IMPATIENT = LIMITS._replace(read=0.4, answer=0.8)
"""For servers that hang."""

DEADLINE = 60.0
"""Seconds after which a collection that has not ended is taken to hang."""

Result = TypeVar("Result")


class FastRun(Run):
    """Time passes when it sleeps, but nobody waits: `slept` has what was asked for, `spent` what that took."""

    def __init__(self, concurrency: int = 8, budget: float = 100_000) -> None:
        super().__init__(concurrency, budget)
        self._lock = threading.Lock()
        self.slept: list[float] = []
        self.spent = 0.0

    @property
    def remaining(self) -> float:
        """What is left after what was slept."""
        return max(0.0, super().remaining - self.spent)

    def sleep(self, seconds: float) -> bool:
        """Note it; False if there was not so much time."""
        with self._lock:
            allowed = min(seconds, self.remaining)
            self.slept.append(seconds)
            self.spent += allowed
            return not self.is_stopped and allowed >= seconds


class Collected(NamedTuple):
    """What came out of a collection, in order."""

    items: list[Item]
    gaps: list[Gap]

    @property
    def ids(self) -> list[str]:
        """The ids of all resources in lower case, sorted."""
        return sorted(item.body["id"].lower() for item in self.items)

    @property
    def told(self) -> list[tuple[str, str, str, int, str]]:
        """(operation, scope, reason, status, permission) of each gap, sorted."""
        return sorted((gap.operation, gap.scope, gap.reason, gap.status, gap.permission) for gap in self.gaps)


def collect(
    connection: AzureConnection,
    subscriptions: Sequence[str] = (PROD_ID,),
    run: Run | None = None,
    limits: Limits = LIMITS,
    **more: Any,
) -> Collected:
    """Everything that a collector finds; fails if it does not end."""
    collector = AzureCollector(connection, subscriptions, limits=limits, **more)
    return sorted_out(within(DEADLINE, lambda: list(collector.records(run or FastRun()))))


def sorted_out(records: Sequence[Item | Gap]) -> Collected:
    """Records by what they are."""
    return Collected(
        [record for record in records if isinstance(record, Item)],
        [record for record in records if isinstance(record, Gap)],
    )


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What the work gives; it is given up after a time, for a test must not hang with what it tests."""
    done: list[Result] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    assert done, f"it did not end within {seconds} seconds"
    return done[0]


def texts(value: Any) -> Iterator[str]:
    """All strings in a value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (*texts(key), *texts(inner))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts(inner)
