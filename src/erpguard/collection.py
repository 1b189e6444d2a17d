"""Collecting from live systems: the collectors that addresses name, and snapshots of what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

from erpguard.errors import UsageError
from erpguard.sources import Collected
from erpguard.sources.live import AzureConnection, Collector, Gap, Item, KubernetesConnection, Progress, Run, remark
from erpguard.sources.live_resources import add
from erpguard.sources.snapshot.lines import Header
from erpguard.sources.snapshot.writing import write
from erpguard.version import VERSION


class LiveOptions(NamedTuple):
    """How to read live systems, and how much of them.

    management_groups  their subscriptions are read too
    resource_groups    only these, of all subscriptions
    namespaces         only these, of all clusters
    directory          ask Microsoft Graph which holders of roles still exist (it needs Directory.Read.All)
    concurrency        how many calls at a time
    time_budget        seconds for all calls together, 0 for no limit; what is not read by then is a gap
    """

    azure: AzureConnection = AzureConnection()
    kubernetes: KubernetesConnection = KubernetesConnection()
    management_groups: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    directory: bool = False
    concurrency: int = 8
    time_budget: float = 0

    def run(self, progress: Progress | None = None) -> Run:
        """A run with these bounds."""
        return Run(self.concurrency, self.time_budget, progress)


class Collection(NamedTuple):
    """What a snapshot holds: how many objects of each platform, and what could not be read.

    notes  what the user should be told of the connections, a line each
    """

    items: dict[str, int]
    gaps: tuple[Gap, ...]
    interrupted: bool
    notes: tuple[str, ...] = ()


def collect(
    addresses: Sequence[str],
    file: IO[bytes],
    *,
    options: LiveOptions | None = None,
    run: Run | None = None,
    taken: str = "",
) -> Collection:
    """Read live systems into a snapshot, which is written to `file`.

    addresses  `azure:SUBSCRIPTION`, `kubernetes:CONTEXT` (`kubernetes:` for the current context)
    run        bounds and progress; `run.stop()` from another thread or a signal handler ends it early: the snapshot
               holds what was read, and a gap for everything else
    taken      when it was taken, ISO 8601 in UTC; now by default

    Raises UsageError for what has to be mended before anything can be read. What goes wrong later is a gap.
    """
    options = options or LiveOptions()
    run = run or options.run()
    collectors = named(addresses, options)
    targets = tuple(target for one in collectors for target in one.targets())
    notes = tuple(note for one in collectors for note in one.notes())
    counts: Counter[str] = Counter()
    gaps: list[Gap] = []

    def counted() -> Iterator[Item | Gap]:
        for one in collectors:
            for record in one.records(run):
                if isinstance(record, Gap):
                    gaps.append(record)
                else:
                    counts[record.platform] += 1
                yield record

    write(file, Header(taken or _now(), VERSION, targets, notes), counted())
    return Collection(dict(sorted(counts.items())), tuple(gaps), run.is_stopped, notes)


def read_live(
    addresses: Iterable[str],
    options: LiveOptions | None,
    settings: Mapping[str, Any],
    collected: Collected,
    progress: Progress | None = None,
) -> None:
    """Add what live systems hold to what was collected, without a file in between."""
    options = options or LiveOptions()
    run = options.run(progress)
    for collector in named(addresses, options):
        collected.problems += map(remark, collector.notes())
        add(", ".join(addresses), collector.targets(), collector.records(run), settings, collected)


def named(addresses: Iterable[str], options: LiveOptions) -> list[Collector]:
    """The collectors for addresses, one for each platform; management groups stand for their subscriptions."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        platform, _, name = address.partition(":")
        if platform not in ("azure", "kubernetes") or (platform == "azure" and not name):
            raise UsageError(f"{address}: not a live system: use azure:SUBSCRIPTION or kubernetes:CONTEXT")
        found.setdefault(platform, []).append(name)
    collectors: list[Collector] = []
    if "azure" in found or options.management_groups:
        from erpguard.sources.azure_live import AzureCollector

        subscriptions = found.get("azure", [])
        collectors.append(
            AzureCollector(
                options.azure,
                subscriptions,
                options.management_groups,
                options.resource_groups,
                directory=options.directory,
            )
        )
    if "kubernetes" in found:
        from erpguard.sources.kubernetes_cluster import KubernetesCollector

        contexts = [name for name in found["kubernetes"] if name]
        collectors.append(KubernetesCollector(options.kubernetes, contexts, options.namespaces))
    return collectors


def _now() -> str:
    import datetime

    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
