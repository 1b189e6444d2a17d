"""Amounts of resources, such as a container's limits, with three values: set, not set, not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from erpguard.analysis.values.quantities import parse_quantity
from erpguard.analysis.values.selectors import hidden_below
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

if TYPE_CHECKING:
    from fractions import Fraction


class Hidden(Enum):
    """The type of `HIDDEN`."""

    HIDDEN = "not known"


HIDDEN = Hidden.HIDDEN
"""An amount that is not known."""

Amount: TypeAlias = "Fraction | None | Literal[Hidden.HIDDEN]"
"""An amount of a resource: a number, None where it is not set, or `HIDDEN`."""


class Amounts(NamedTuple):
    """Resource name -> amount. `hidden` means that any name may stand in it."""

    amounts: Mapping[str, Amount] = MappingProxyType({})
    hidden: bool = False

    def get(self, name: str) -> Amount:
        """The amount of one resource."""
        return self.amounts.get(name, HIDDEN if self.hidden else None)


NOTHING = Amounts()


def read(resource: Resource, path: Path, given: Mapping[str, Any] | None) -> Amounts:
    """The amounts that stand at `path` of a resource's body."""
    amounts: dict[str, Amount] = {name: parse_quantity(value) for name, value in (given or {}).items()}
    hidden = hidden_below(resource, path) if resource.unknown or resource.invalid else ()
    amounts.update((str(below[0]), HIDDEN) for below in hidden if below)
    return Amounts(amounts, () in hidden or any(has_placeholder(name) for name in amounts))


def first(candidates: Iterable[Amount]) -> Amount:
    """The first that is set; `HIDDEN` where one before it is not known."""
    return next((amount for amount in candidates if amount is not None), None)


def smallest(candidates: Iterable[Amount]) -> Amount:
    """The smallest that is set; `HIDDEN` where any is not known."""
    given = [amount for amount in candidates if amount is not None]
    return HIDDEN if HIDDEN in given else min((amount for amount in given if amount is not HIDDEN), default=None)


def positive(amount: Amount) -> Amount:
    """The amount, None for zero: the kubelet and the computation of the QoS class take zero as not set."""
    return None if amount is not None and amount is not HIDDEN and amount <= 0 else amount


def number(amount: Fraction) -> int | float:
    """The amount as a JSON number: an integer where it is whole."""
    return int(amount) if amount.denominator == 1 else float(amount)


def spelled(amount: Fraction) -> str:
    """The amount as a person would write it: `500m`, `2`, `4Gi`."""
    if amount.denominator != 1:
        milli = amount * 1000
        return f"{int(milli)}m" if milli.denominator == 1 else str(float(amount))
    whole = int(amount)
    for power, suffix in ((6, "Ei"), (5, "Pi"), (4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")):
        if whole and whole % 1024**power == 0:
            return f"{whole // 1024**power}{suffix}"
    return str(whole)
