"""One collection from Azure: the calls that there are, the threads that make them, and the gaps of those not made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.inventory import Inventory, ancestors
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.reader import Found, Reader, items
from erpguard.sources.azure_live.table import DESCENDANTS, EVERYTHING, GRAPH, Call, roots
from erpguard.sources.crew import Crew
from erpguard.sources.live import Gap, Item, Reason, Run

if TYPE_CHECKING:
    from erpguard.sources.azure_live.arm import Arm

_STOPS: tuple[Reason, ...] = ("not-found", "unauthorized", "unreachable", "timeout", "interrupted", "budget")
"""Why nothing more is asked of a subscription or a group whose own object was not read."""


class Collection:
    """What is open while Azure is read; to be used with `with`."""

    def __init__(self, arm: Arm, run: Run, limits: Limits, groups: tuple[str, ...]) -> None:
        self._arm = arm
        self._run = run
        self._limits = limits
        self._groups = groups
        self._reader = Reader(arm, run, limits, groups)

    def __enter__(self) -> Collection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._arm.close()

    def subscriptions_of(self, management_group: str) -> tuple[list[str], list[Gap]]:
        """The ids of the subscriptions below a management group
        (https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants)."""
        id_ = f"/providers/Microsoft.Management/managementGroups/{management_group}"
        call = Call(DESCENDANTS, "", parent=id_)
        found: list[str] = []
        try:
            for bodies in self._reader.pages(call):
                found += [body["id"].rpartition("/")[2].lower() for body in bodies if _is_subscription(body["id"])]
        except Fault as fault:
            return found, [self._reader.gap(call, fault)._replace(types=EVERYTHING)]
        return found, []

    def records(self, subscriptions: Iterable[str]) -> Iterator[Item | Gap]:
        """Everything in the subscriptions; each gap once."""
        gates = [service for service in roots() if service.gate]
        first = [Call(gate, f"/subscriptions/{id_}") for id_ in subscriptions for gate in gates]
        crew: Crew[Call] = Crew(self._run, self._work, self._report, lambda call: call.service.late)
        told: set[tuple[str, str]] = set()
        for record in crew.records(first):
            if isinstance(record, Item) or (record.operation, record.scope) not in told:
                yield record
            if isinstance(record, Gap):
                told.add((record.operation, record.scope))
        yield from _left(crew.left, self._run.over or "interrupted")

    def _work(self, call: Call) -> Iterator[Found]:
        if call.service is GRAPH:
            yield from self._count(call)
            return
        stopped = False
        for found, following in self._reader.work(call):
            gaps = [one for one in found if isinstance(one, Gap)]
            if _is_gate(call) and any(gap.reason in _STOPS for gap in gaps):
                stopped = True
                found = [gap._replace(types=EVERYTHING) for gap in gaps]
            elif call.service.gate:
                found = [*found, *self._add_ancestors(call, found)]
            yield found, following
        if _is_gate(call) and not stopped:
            yield [], self._inside(call)

    def _report(self, done: int, total: int) -> None:
        self._run.report("reading Azure", done, total)

    def _inside(self, call: Call) -> list[Call]:
        """The calls for what is in a subscription, or in a group."""
        rows = [service for service in roots() if not service.gate]
        if call.group:
            return [Call(row, call.subscription, call.group) for row in rows if not row.wide and not row.group_path]
        if not self._groups:
            return [*(Call(row, call.subscription) for row in rows), Call(GRAPH, call.subscription)]
        own = [row for row in rows if row.group_path]
        return [
            *(Call(row, call.subscription) for row in rows if row.wide),
            *(Call(row, call.subscription, group) for group in self._groups for row in own),
            Call(GRAPH, call.subscription),
        ]

    def _add_ancestors(self, call: Call, found: list[Item | Gap]) -> list[Gap]:
        """Say of a subscription which management groups are above it."""
        bodies = [one.body for one in found if isinstance(one, Item)]
        try:
            chain = ancestors(self._arm, call.subscription, self._limits) if bodies else None
        except Fault as fault:
            return [self._reader.gap(Call(GRAPH, call.subscription), fault)]
        if chain is not None:
            for body in bodies:
                body["properties"] = {"managementGroupAncestorsChain": chain}
        return []

    def _count(self, call: Call) -> Iterator[Found]:
        """What no list reads."""
        inventory = Inventory(self._arm, call.subscription, self._groups, self._limits)
        try:
            for bodies in inventory.pages():
                yield items(call, self._reader.wanted(call, bodies)), []
        except Fault as fault:
            yield [self._reader.gap(call, fault)], []
        yield list(inventory.gaps()), []


def _is_gate(call: Call) -> bool:
    """Whether a call asks for the subscription itself, or for the group."""
    return call.service.gate or call.is_group


def _left(calls: list[Call], reason: Reason) -> Iterator[Gap]:
    """One gap for all calls of a kind in a subscription that were not made, or not to their end."""
    kinds: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        kinds.setdefault((call.service.type, call.subscription), []).append(call)
    for (type_, subscription), same in kinds.items():
        service = same[0].service
        types = EVERYTHING if _is_gate(same[0]) else service.missing()
        where = same[0].where if len(same) == 1 else subscription
        detail = f"{len(same)} calls" if len(same) > 1 else ""
        yield Gap("azure", type_, where, types, reason, 0, service.action, detail)


def _is_subscription(id_: str) -> bool:
    return id_.lower().startswith("/subscriptions/") and id_.count("/") == 2
