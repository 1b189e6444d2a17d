"""Where resources come from: the contract of a source, and the table of the built-in ones.

A source reads inputs and gives resources. What goes wrong is data: problems, counted reasons for what is no input by
design, and the types that the unreadable parts may have held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from erpguard.errors import UsageError
from erpguard.model import Problem, Resource

if TYPE_CHECKING:
    from erpguard.sources.inline_ignores import InlineIgnore

BUILT_IN = {
    "kubernetes_manifest": "erpguard.sources.kubernetes_manifest:KubernetesManifests",
    "pulumi": "erpguard.sources.pulumi:Pulumi",
    "snapshot": "erpguard.sources.snapshot:Snapshots",
    "terraform_plan": "erpguard.sources.terraform:TerraformPlans",
}
"""Name of a source -> module and class. One new source is one new line."""


class Input(NamedTuple):
    """Something to read: a file, or bytes that are there already (standard input).

    `path` opens the file, and is empty for bytes. `name` is what places show: relative to the scan's root, with
    forward slashes; empty where there is no file.
    """

    name: str
    path: str = ""
    data: bytes | None = None


class Collected:
    """What a source found.

    resources   in the order of the inputs
    not_judged  by reason: how many documents or files are no input by design
    open_types  the types that unreadable parts may have held, `*` for any
    ignores     the comments that switch policies off for a line
    documents   how many non-empty documents were read
    deleted     the ids of Kubernetes objects that a plan deletes; of ARM resources, resources tell
    """

    __slots__ = ("deleted", "documents", "ignores", "not_judged", "open_types", "problems", "resources")

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.problems: list[Problem] = []
        self.not_judged: dict[str, int] = {}
        self.open_types: set[str] = set()
        self.ignores: list[InlineIgnore] = []
        self.documents = 0
        self.deleted: set[str] = set()

    def skip(self, reason: str, times: int = 1) -> None:
        """Count more documents or files that are not judged."""
        self.not_judged[reason] = self.not_judged.get(reason, 0) + times

    def merge(self, other: Collected) -> None:
        """Add what was found elsewhere, such as in another shard."""
        self.resources += other.resources
        self.problems += other.problems
        for reason, count in other.not_judged.items():
            self.skip(reason, count)
        self.open_types |= other.open_types
        self.ignores += other.ignores
        self.documents += other.documents
        self.deleted |= other.deleted


class Source(Protocol):
    """Reads inputs of one format."""

    name: str

    def collect(self, inputs: Iterable[Input], settings: Mapping[str, Any] | None = None) -> Collected:
        """Everything that the inputs hold; `settings` is the `estate` section of the configuration."""


def source(name: str) -> Source:
    """The built-in source of that name; raises UsageError if there is none."""
    if name not in BUILT_IN:
        raise UsageError(f"there is no source {name!r}: use one of {', '.join(sorted(BUILT_IN))}")
    from importlib import import_module

    module, _, attribute = BUILT_IN[name].partition(":")
    made: Source = getattr(import_module(module), attribute)()
    return made
