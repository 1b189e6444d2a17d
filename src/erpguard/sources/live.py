"""Live systems: how to reach them, and what collecting from them gives: items, and gaps where something was not read.

A collector reads one platform and yields records as they come in. It never raises for what a server does: every
refusal, fault and malformed answer ends as a `Gap`, and the rest goes on. It reads only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple, Protocol

from erpguard.model import Path, Problem

Platform = Literal["azure", "kubernetes"]

Reason = Literal[
    "unauthorized",  # 401: no token, or an expired one that could not be renewed
    "forbidden",  # 403
    "not-found",  # 404 on what must exist: a subscription, a parent
    "throttled",  # 429 until the budget was spent
    "server-error",  # 5xx
    "unreachable",  # no connection, a reset, a certificate that is not trusted
    "timeout",
    "malformed",  # truncated, no JSON, or not the shape that the API documents
    "refused-link",  # a next page on another host, or pages in a circle
    "too-large",  # more pages, or larger answers, than any real system gives
    "not-registered",  # 409: the resource provider or API is not switched on
    "not-listed",  # a type that exists there, and that no list reads
    "budget",  # the time budget was spent before its turn
    "interrupted",  # the user asked to stop before its turn
]

PLATFORMS: tuple[Platform, ...] = ("azure", "kubernetes")


class Gap(NamedTuple):
    """Something that could not be read.

    operation   what was asked for: `Microsoft.Storage/storageAccounts/blobServices`, `deployments.apps`
    scope       where: the subscription or the parent's ARM id; the cluster, or `cluster/namespace`
    types       the canonical types of which resources may be missing now; `*` for any of the platform
    status      the HTTP status; 0 where there was no answer
    permission  what the identity lacks, or would need: an Azure action, or `list deployments.apps`
    detail      what the server said, in one line, without secrets
    """

    platform: Platform
    operation: str
    scope: str
    types: tuple[str, ...]
    reason: Reason
    status: int = 0
    permission: str = ""
    detail: str = ""


class Item(NamedTuple):
    """One object as the platform's GET shows it; `cluster` names the cluster of a Kubernetes object.

    `sensitive` are the paths of values that were taken out before the item left the collector.
    """

    platform: Platform
    body: dict[str, Any]
    cluster: str = ""
    sensitive: tuple[Path, ...] = ()


class Target(NamedTuple):
    """What a collection reads: a subscription, or a cluster by its name.

    `scope` is the part of it that is read (resource groups, namespaces); where it is not empty, what lies elsewhere is
    not known.
    """

    platform: Platform
    name: str
    scope: tuple[str, ...] = ()


class AzureConnection(NamedTuple):
    """How to reach Azure.

    credential  an object with `get_token` (azure-core's TokenCredential), or the kind of azure-identity: `default`,
                `cli`, `environment`, `managed-identity`, `workload-identity`, `developer-cli`, `powershell`,
                `interactive`
    cloud       `public`, `china` or `us-government`
    endpoint    the ARM endpoint instead of the cloud's, for private clouds: `https://management.local.example`
    authority   the login endpoint instead of the cloud's
    ca_file     the certificates to trust instead of the system's
    """

    credential: Any = "default"
    cloud: str = "public"
    endpoint: str = ""
    authority: str = ""
    ca_file: str = ""


class KubernetesConnection(NamedTuple):
    """How to reach clusters.

    kubeconfig  the file; by default what `KUBECONFIG` names, else `~/.kube/config`; never one of the scanned tree
    allow_exec  whether programs that the file names may be run to get credentials
    """

    kubeconfig: str = ""
    allow_exec: bool = False


Progress = Callable[[str, int, int], None]
"""Told the stage, how many calls are done, and of how many that are known by now."""


class Run:
    """One collection: how much it does at a time, how long it may take, and whether it was asked to stop.

    `budget` is in seconds, 0 for none.
    """

    def __init__(self, concurrency: int = 8, budget: float = 0, progress: Progress | None = None) -> None:
        self.concurrency = max(1, concurrency)
        self._end = time.monotonic() + budget if budget > 0 else float("inf")
        self._stopped = threading.Event()
        self._progress = progress

    def stop(self) -> None:
        """Ask it to stop: what was collected is kept, the rest becomes gaps. Safe in a signal handler."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopped.is_set()

    @property
    def remaining(self) -> float:
        """Seconds that are left of the budget; infinite without one."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> Reason | None:
        """Why nothing more may be started: `interrupted` or `budget`; None while there is no reason."""
        if self.is_stopped:
            return "interrupted"
        return "budget" if self.remaining <= 0 else None

    def sleep(self, seconds: float) -> bool:
        """Wait, but no longer than the budget and the user allow; False if the whole time was not to be had."""
        allowed = min(seconds, self.remaining)
        return not self._stopped.wait(allowed) and allowed >= seconds

    def report(self, stage: str, done: int, total: int) -> None:
        """Tell how far it is."""
        if self._progress is not None:
            self._progress(stage, done, total)


class Collector(Protocol):
    """Reads one platform."""

    def targets(self) -> list[Target]:
        """What it reads."""

    def notes(self) -> list[str]:
        """What the user should be told of the connections, a line each; nothing is asked for it."""

    def records(self, run: Run) -> Iterator[Item | Gap]:
        """Everything that it finds, as it comes in, from the calling thread; each gap once.

        Raises UsageError before the first call for what the user has to mend: an extra that is not installed, no
        credential, a context that does not exist.
        """


_TEXT: Mapping[Reason, str] = {
    "unauthorized": "the credential was refused",
    "forbidden": "no permission",
    "not-found": "it does not exist",
    "throttled": "too many requests for the time there was",
    "server-error": "the server failed",
    "unreachable": "the server could not be reached",
    "timeout": "the server did not answer in time",
    "malformed": "the answer is not what the API documents",
    "refused-link": "the next page was refused",
    "too-large": "the answer has no end",
    "not-registered": "the service is not switched on there",
    "not-listed": "no list reads this type",
    "budget": "the time budget was spent",
    "interrupted": "interrupted",
}


def is_accepted(gap: Gap, globs: Iterable[str]) -> bool:
    """Whether `accept_gaps` of the configuration names a gap: by operation, `operation@scope`, or type, as globs."""
    names = [name.lower() for name in (gap.operation, f"{gap.operation}@{gap.scope}", *gap.types)]
    return any(fnmatchcase(name, glob.lower()) for name in names for glob in globs)


def remark(note: str) -> Problem:
    """What a collector notes of a connection, as a problem of the scan."""
    return Problem("connection", note, level="warning")


def problem(gap: Gap, accepted: bool = False) -> Problem:
    """A gap as a problem of the scan; one that the configuration accepts does not make it incomplete."""
    status = f" (HTTP {gap.status})" if gap.status else ""
    detail = f": {gap.detail}" if gap.detail else ""
    needs = f"; it needs {gap.permission}" if gap.permission and gap.reason in ("forbidden", "unauthorized") else ""
    text = f"{gap.operation} of {gap.scope} was not read: {_TEXT[gap.reason]}{status}{needs}{detail}"
    return Problem(f"gap-{gap.reason}", text, level="warning" if accepted else "error")
