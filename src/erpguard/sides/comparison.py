"""What `--compare A,B` means: two sides, each a kind of source or an input by its name."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from erpguard.errors import UsageError
from erpguard.model import Resource
from erpguard.sources import Input
from erpguard.sources.discovery import Discovered, is_address
from erpguard.sources.live_resources import AZURE, KUBERNETES, LIVE
from erpguard.sources.recognition import PULUMI, SNAPSHOT, TERRAFORM

_PLAN = frozenset((TERRAFORM, PULUMI))
_WORDS = {
    "plan": "in the plan",
    "manifests": "in the manifests",
    "declared": "in what is declared",
    "live": "live",
    "snapshot": "in the snapshot",
}
"""What a side may be called -> how messages say that something is there."""

_FEW = 3
"""So many files are told by their names."""

_GENERAL = ("live", "declared")
"""Words that mean what the other side does not."""

Inputs = Mapping[str, Sequence[Input]]
"""By the name of the source that reads them."""


class Named(NamedTuple):
    """One of the two.

    kind     `live`, `plan`, `manifests` or `declared`: two of one kind are two versions of the same
    inputs   the names of the files, and the addresses; None for all of the kind
    """

    name: str
    kind: str
    inputs: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    @property
    def is_live(self) -> bool:
        """Whether it is what exists, not what is declared."""
        return self.kind == "live"

    @property
    def where(self) -> str:
        """How messages say that something is there."""
        return _WORDS.get(self.name, f"in {self.name}")

    def takes(self, resource: Resource) -> bool:
        """Whether a resource is of this side."""
        return self._takes(resource.source, resource.input or resource.origin.file, resource)

    def takes_input(self, source: str, given: Input) -> bool:
        """Whether an input is of this side."""
        return self._takes(source, given.name, None)

    def takes_address(self, address: str) -> bool:
        """Whether a live system is of this side."""
        return self._takes(SNAPSHOT, address, None)

    def _takes(self, source: str, name: str, resource: Resource | None) -> bool:
        if _kind(source) != self.kind and not (self.kind == "declared" and _kind(source) != "live"):
            return False
        if _is_among(name, self.without, resource):
            return False
        return self.inputs is None or _is_among(name, self.inputs, resource)


class Comparison(NamedTuple):
    """What is compared: what should be, or was (`reference`), and what is (`actual`)."""

    reference: Named
    actual: Named

    @property
    def is_versions(self) -> bool:
        """Whether both are of one kind, such as two snapshots: the first is only there to be compared with."""
        return self.reference.kind == self.actual.kind

    @property
    def is_apart(self) -> bool:
        """Whether both are declared, or both live: they are read as if the other was not there."""
        return self.reference.is_live == self.actual.is_live


def comparison(names: Sequence[str], found: Discovered, inputs: Inputs, in_memory: bool = False) -> Comparison:
    """The comparison that two names mean. Of a declared side and a live one the declared one is the reference.

    Raises UsageError for a name that means nothing here, with those that do.
    """
    if len(names) != 2 or names[0] == names[1]:
        raise UsageError(f"--compare {','.join(names)}: name two different sides, such as plan,live")
    one, other = (_side(name, found, inputs, in_memory) for name in names)
    one, other = _less(one, other, inputs), _less(other, one, inputs)
    if one.is_live and not other.is_live:
        one, other = other, one
    return Comparison(one, other)


def _side(name: str, found: Discovered, inputs: Inputs, in_memory: bool) -> Named:
    there = _present(found, inputs, in_memory)
    if name in _WORDS:
        if name not in there:
            raise UsageError(f"--compare: {name} is nothing in this scan: there is {', '.join(there)}")
        if name == "snapshot":
            return Named(name, "live", frozenset(one.name for one in inputs[SNAPSHOT]))
        return Named(name, name)
    if is_address(name) and name in found.addresses:
        return Named(name, "live", frozenset((name,)))
    taken = [(source, one.name) for source, given in inputs.items() for one in given if _is_named(name, one)]
    kinds = {_kind(source) for source, _ in taken}
    if not taken:
        raise UsageError(f"--compare: {name} is no input of this scan: there is {', '.join(there)}")
    if "live" in kinds and len(kinds) > 1:
        raise UsageError(f"--compare: {name} holds snapshots and other files: name one of them")
    kind = kinds.pop() if len(kinds) == 1 else "declared"
    return Named(name, kind, frozenset(one for _, one in taken))


def _less(side: Named, other: Named, inputs: Inputs) -> Named:
    """A general word leaves out what the other side means."""
    if side.name not in _GENERAL or (side.is_live != other.is_live):
        return side
    if other.inputs is not None:
        return side._replace(without=other.inputs)
    taken = frozenset(one.name for source, given in inputs.items() for one in given if _kind(source) == other.kind)
    return side._replace(without=taken)


def _present(found: Discovered, inputs: Inputs, in_memory: bool) -> list[str]:
    """The names that mean something here, the words first."""
    kinds = {_kind(source) for source, given in inputs.items() if given} | ({"manifests"} if in_memory else set())
    kinds |= {"live"} if found.addresses else set()
    words = {*kinds, *({"declared"} if kinds - {"live"} else ()), *({"snapshot"} if inputs.get(SNAPSHOT) else ())}
    files = [one.path or one.name or "-" for given in inputs.values() for one in given]
    others = files if len(files) <= _FEW else [f"each of the {len(files)} files and their folders"]
    return [*(word for word in _WORDS if word in words), *found.addresses, *others]


def _kind(source: str) -> str:
    """The kind of a source, by its name or by that of its resources."""
    if source in _PLAN:
        return "plan"
    return "live" if source in LIVE or source == SNAPSHOT else "manifests"


def _is_named(name: str, given: Input) -> bool:
    """Whether an argument is an input, or a folder that holds it."""
    if not given.path:
        return name in ("-", given.name)
    real, wanted = os.path.realpath(given.path), os.path.realpath(name)
    return name == given.name or real == wanted or real.startswith(wanted.rstrip(os.sep) + os.sep)


def _is_among(name: str, names: frozenset[str], resource: Resource | None) -> bool:
    if name in names:
        return True
    # All systems of a platform may have been read in one go: then the resource itself tells.
    return resource is not None and any(_is_of(address, resource) for address in names if address in name.split(", "))


def _is_of(address: str, resource: Resource) -> bool:
    platform, _, name = address.partition(":")
    if resource.source != {"azure": AZURE, "kubernetes": KUBERNETES}.get(platform):
        return False
    alone = sum(one.startswith(platform + ":") for one in resource.input.split(", ")) == 1
    return alone or name.lower() == resource.cluster.lower()
