"""One call -> items, gaps, and the calls that follow from what was found."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from erpguard.model.arm_ids import parse
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.pages import Body, read
from erpguard.sources.azure_live.secrets import take_secrets
from erpguard.sources.azure_live.table import Call, children
from erpguard.sources.live import Gap, Item, Run

if TYPE_CHECKING:
    from erpguard.sources.azure_live.arm import Arm

Found = tuple[list[Item | Gap], list[Call]]

_GONE = frozenset(("subscriptionnotfound", "resourcegroupnotfound", "parentresourcenotfound", "resourcenotfound"))
"""Codes of a 404 that says of a list that the subscription, the group or the parent is not there."""


class Reader:
    """Does calls. Each resource comes once, however many lists show it."""

    def __init__(self, arm: Arm, run: Run, limits: Limits, groups: Iterable[str] = ()) -> None:
        self._arm = arm
        self._run = run
        self._limits = limits
        self._groups = frozenset(group.lower() for group in groups)
        self._seen: set[bytes] = set()
        self._lock = threading.Lock()

    def work(self, call: Call) -> Iterator[Found]:
        """What a call finds, page by page, and the gap that it leaves."""
        try:
            for bodies in self.pages(call):
                kept = self.wanted(call, [body for body in bodies if call.service.keeps(body)])
                following = [one for body in kept for one in _following(call, body)]
                yield items(call, kept), following
        except Fault as fault:
            if not _is_absence(call, fault):
                yield [self.gap(call, fault)], []

    def pages(self, call: Call) -> Iterator[list[Body]]:
        """The pages of a call; raises Fault."""
        return read(self._arm, call, self._limits)

    def wanted(self, call: Call, bodies: list[Body]) -> list[Body]:
        """Those that were not there before, and are in a group that is read, or above all groups.

        What lists of different things call by one id is kept, whichever comes first: no server should do that.
        """
        of = f"{call.service.type} {call.parent.lower()} "
        return [body for body in bodies if self._is_wanted(of, body["id"].rstrip("/").lower())]

    def gap(self, call: Call, fault: Fault) -> Gap:
        """The gap that a fault leaves."""
        service, reason = call.service, fault.reason
        if reason == "timeout" and self._run.over is not None:
            reason = self._run.over
        return Gap(
            "azure", service.type, call.where, service.missing(), reason, fault.status, service.action, fault.detail
        )

    def _is_wanted(self, of: str, id_: str) -> bool:
        group = parse(id_).group
        if self._groups and group and group not in self._groups:
            return False
        mark = hashlib.blake2b((of + id_).encode(errors="replace"), digest_size=16).digest()
        with self._lock:
            known = mark in self._seen
            self._seen.add(mark)
        return not known


def items(call: Call, bodies: list[Body]) -> list[Item | Gap]:
    """The items of bodies; lists of what belongs to a resource leave the type out."""
    for body in bodies:
        if not isinstance(body.get("type"), str):
            body["type"] = call.service.type
    return [Item("azure", body, sensitive=take_secrets(body)) for body in bodies]


def _is_absence(call: Call, fault: Fault) -> bool:
    """Whether a fault says that there is nothing to read."""
    absent = call.service.absent
    if fault.code == "InvalidResourceNamespace":  # the service is not part of that cloud
        return True
    if fault.reason in absent or (fault.code and fault.code in absent):
        return True
    if fault.status == 404 and fault.code.lower() in _GONE and not call.is_object:
        return False
    return fault.status in absent


def _following(call: Call, body: Body) -> list[Call]:
    """The calls for what belongs to a resource."""
    return [
        Call(service, call.subscription, call.group, body["id"])
        for service in children(call.service.type)
        if service.asks(body)
    ]
