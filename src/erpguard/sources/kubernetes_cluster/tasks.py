"""What is done for one cluster, in pieces that several threads do at a time: discovery first, then the lists.

Each task yields what it found: items, gaps, and further tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.kinds import KINDS, Kind
from erpguard.sources.kubernetes_cluster.objects import SECRET, WrongShapeError, item
from erpguard.sources.kubernetes_cluster.pages import LIMIT, METADATA_ONLY, pages
from erpguard.sources.kubernetes_cluster.secret_values import TooDeepError
from erpguard.sources.kubernetes_cluster.served import Listing, Unread, groups, listings, resources, url
from erpguard.sources.kubernetes_cluster.transport import Failure
from erpguard.sources.live import Gap, Item, Reason

NAMESPACE = "core/Namespace"

_HOPELESS: frozenset[Reason] = frozenset(("unauthorized", "unreachable", "timeout", "refused-link"))
"""What goes wrong with the whole cluster, if the first call fails by it."""


class Scope(NamedTuple):
    """What is read of which cluster; no namespaces: all of them."""

    cluster: str
    namespaces: tuple[str, ...] = ()


class Estimate(NamedTuple):
    """How many calls a task will still make."""

    calls: int


class Task(Protocol):
    """A piece of work."""

    def run(self, calls: Calls) -> Iterator[Yield]:
        """Do it."""

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        """What is missing where it failed, or was not done."""


Yield = Item | Gap | Task | Estimate


class Discovery(NamedTuple):
    """Which groups and versions there are. Where not even that is answered, nothing more is asked."""

    scope: Scope

    def run(self, calls: Calls) -> Iterator[Yield]:
        """The tasks of the groups."""
        core = resources(calls, "v1")
        if isinstance(core, Failure) and core.reason in _HOPELESS:
            yield from self.gaps(core)
            return
        offered = groups(calls)
        for group in dict.fromkeys(kind.group for kind in KINDS):
            kinds = tuple(kind for kind in KINDS if kind.group == group)
            if not group:
                yield GroupDiscovery(self.scope, kinds, ("v1",))
            elif isinstance(offered, Failure):
                yield GroupDiscovery(self.scope, kinds, None)
            elif group in offered:
                yield GroupDiscovery(self.scope, kinds, offered[group])

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        """Nothing was read."""
        yield _gap("*", self.scope.cluster, ("*",), failure)


class GroupDiscovery(NamedTuple):
    """Which of the kinds of one group there are, and in which version to read them."""

    scope: Scope
    kinds: tuple[Kind, ...]
    offered: tuple[str, ...] | None

    def run(self, calls: Calls) -> Iterator[Yield]:
        """The lists to read."""
        for found in listings(calls, self.kinds, self.offered):
            if isinstance(found, Unread):
                detail = f"it is served as {', '.join(found.versions)} only"
                yield _gap(found.kind.name, self.scope.cluster, (found.kind.type,), Failure("not-listed", 0, detail))
            else:
                yield from _tasks(self.scope, found)

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        """None of the kinds was read."""
        for kind in self.kinds:
            yield _gap(kind.name, self.scope.cluster, (kind.type,), failure)


def _tasks(scope: Scope, found: Listing) -> Iterator[Task]:
    if not scope.namespaces or not (found.kind.namespaced or found.kind.type == NAMESPACE):
        yield List(scope.cluster, found.kind, found.served)
    elif found.kind.type == NAMESPACE:
        yield from (OneNamespace(scope.cluster, found.kind, name) for name in scope.namespaces)
    else:
        yield from (List(scope.cluster, found.kind, found.served, name) for name in scope.namespaces)


class List(NamedTuple):
    """All objects of a kind, in the cluster or in a namespace."""

    cluster: str
    kind: Kind
    served: str
    namespace: str = ""

    def run(self, calls: Calls) -> Iterator[Yield]:
        """The items, page by page."""
        secret = self.kind.type == SECRET
        accept = METADATA_ONLY if secret else "application/json"
        list_kind = "PartialObjectMetadataList" if secret else f"{self.kind.kind}List"
        wrong = 0
        for page in pages(calls, url(self.served, self.kind.resource, self.namespace), accept, list_kind):
            if isinstance(page, Failure):
                yield from self.gaps(page)
                break
            for raw in page.objects:
                try:
                    found = item(raw, self.kind, self.served, self.cluster)
                except (WrongShapeError, TooDeepError):
                    wrong += 1
                    continue
                if found is not None:
                    yield found
            yield Estimate(-(-page.remaining // LIMIT))
        if wrong:
            yield from self.gaps(Failure("malformed", 200, f"{wrong} of its objects cannot be read"))

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        """Some of the objects were not read."""
        where = f"{self.cluster}/{self.namespace}" if self.namespace else self.cluster
        yield _gap(self.kind.name, where, (self.kind.type,), failure)


class OneNamespace(NamedTuple):
    """The one Namespace object that was asked for; others are none of its business."""

    cluster: str
    kind: Kind
    name: str

    def run(self, calls: Calls) -> Iterator[Yield]:
        """The item."""
        answer = calls.get(url(self.kind.served[0], self.kind.resource, name=self.name))
        if isinstance(answer, Failure):
            yield from self.gaps(answer)
            return
        try:
            found = item(answer, self.kind, self.kind.served[0], self.cluster)
        except (WrongShapeError, TooDeepError):
            yield from self.gaps(Failure("malformed", 200, "no Namespace"))
            return
        if found is not None:
            yield found

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        """The object was not read."""
        yield _gap(self.kind.name, f"{self.cluster}/{self.name}", (self.kind.type,), failure, "get")


def _gap(operation: str, scope: str, types: tuple[str, ...], failure: Failure, verb: str = "list") -> Gap:
    permission = "" if operation == "*" else f"{verb} {operation}"
    return Gap("kubernetes", operation, scope, types, failure.reason, failure.status, permission, failure.detail)
