"""One resource instance of a plan or state, as it was read, and what is left of a file once it was read."""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.model import Path, Problem
from erpguard.normalize.scrubbing import Secrets

Json = dict[str, Any]


class Instance:
    """A resource instance.

    start, prefix  where the text has it, and where its attributes are below that
    values         the attributes; what is unknown or sensitive has been taken out
    unknown, sensitive
                   the paths of what was taken out
    mask           the mask of what is unknown, as the plan has it
    change         `create`, `update`, `replace`, `delete`, `no-op`
    before         the attributes as they are now, for `update`, `replace` and `delete`
    """

    __slots__ = (
        "address",
        "before",
        "change",
        "mask",
        "prefix",
        "provider",
        "sensitive",
        "start",
        "type",
        "unknown",
        "values",
    )

    def __init__(
        self,
        address: str,
        type_: str,
        provider: str,
        start: int,
        prefix: Path,
        values: Json,
        *,
        unknown: set[Path] | None = None,
        sensitive: set[Path] | None = None,
        mask: Any = None,
        change: str = "no-op",
        before: Json | None = None,
    ) -> None:
        self.address = address
        self.type = type_
        self.provider = provider
        self.start = start
        self.prefix = prefix
        self.values = values
        self.unknown = unknown if unknown is not None else set()
        self.sensitive = sensitive if sensitive is not None else set()
        self.mask = mask
        self.change = change
        self.before = before


class Contents:
    """What a plan or state holds.

    keys        what stands at the top of the file
    broken      whether the file could not be read to its end, or is no plan and no state
    skipped     reason -> how many entries are no resources of the estate
    deferred    the types of resources that a later plan will have, or of which nothing is known yet
    has_planned_resources
                whether `planned_values` shows resources, planned or not
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.broken = False
        self.instances: list[Instance] = []
        self.secrets = Secrets()
        self.variables: Json = {}
        self.configuration: Any = None
        self.problems: list[Problem] = []
        self.skipped: dict[str, int] = {}
        self.errored = False
        self.complete = True
        self.deferred: set[str] = set()
        self.has_planned_resources = False

    def skip(self, reason: str) -> None:
        """Count an entry that is no resource of the estate."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


class Seen(NamedTuple):
    """The identity of an entry: one address may have several deposed objects."""

    address: str
    deposed: str


def provider_of(name: Any, type_: str) -> str:
    """The short name of a provider: `azurerm` of `registry.terraform.io/hashicorp/azurerm`."""
    if isinstance(name, str) and name:
        return name.removeprefix('provider["').partition('"]')[0].rpartition("/")[2]
    return type_.partition("_")[0]
