"""Processors and memory of the virtual machine sizes that node pools are made of, by their names.

A name says family, processors and features (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions);
memory follows from family and features (https://learn.microsoft.com/azure/virtual-machines/sizes/overview, the pages of
the D, E, F, L and B families). Large machines of the E family have somewhat less for each processor than small ones.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Size(NamedTuple):
    """A size: processors, and memory in GiB, at least and at most."""

    processors: int
    least: float
    most: float


_NAME = re.compile(r"standard_([a-z])([a-z]?)(\d+)(?:-(\d+))?([a-z]*)(?:_(v\d+))?", re.ASCII)

# The D family before version 3 counts sizes, not processors; DS is the same with other disks. So does B of version 1.
_NUMBERED = {
    **{
        ("d", number): size
        for number, size in zip("12345", ((1, 3.5), (2, 7), (4, 14), (8, 28), (16, 56)), strict=True)
    },
    **{
        ("d", f"1{number}"): size
        for number, size in zip("12345", ((2, 14), (4, 28), (8, 56), (16, 112), (20, 140)), strict=True)
    },
}
_BURSTABLE = {
    "1ls": (1, 0.5),
    "1s": (1, 1),
    "1ms": (1, 2),
    "2s": (2, 4),
    **{f"{number}ms": (number, 4 * number) for number in (2, 4, 8, 12, 16, 20)},
}
_LARGE = 48
_LARGEST = 128


def size_of(name: str) -> Size | None:
    """A size by its name in any case; None for one that is not known."""
    match = _NAME.fullmatch(name.lower())
    if match is None:
        return None
    family, sub, number, constrained, features, version = match.groups(default="")
    generation = int(version[1:] or 0) if version else 0
    processors = int(number)
    if family == "d" and generation < 3:
        # `Standard_DS2_v2`, `Standard_D2_v2`; promotional and confidential ones are others.
        found = _NUMBERED.get((family, number)) if sub in ("", "s") and not features and not constrained else None
    elif family == "b" and generation < 2:
        found = _BURSTABLE.get(number + features) if not sub and not constrained else None
    else:
        ratio = _ratio(family, sub, features, generation)
        return _of_ratio(processors, int(constrained or processors), ratio, family, features) if ratio else None
    return Size(found[0], found[1], found[1]) if found else None


def _ratio(family: str, sub: str, features: str, generation: int) -> float | None:
    """GiB for each processor; None for families that are not known."""
    if sub or generation > 6:
        return None
    if family == "d":
        return 2 if "l" in features else 4
    if family == "e" and generation >= 3:
        return 8
    if family == "f" and generation in (0, 2) and features in ("", "s"):
        return 2
    if family == "l" and generation in (2, 3):
        return 8
    if family == "b" and generation == 2:
        return 0.5 if "t" in features else 2 if "l" in features else 4
    return None


def _of_ratio(memory_of: int, processors: int, ratio: float, family: str, features: str) -> Size | None:
    """A size with fewer processors than its name begins with (`E32-8s_v5`) has the memory of the whole."""
    if memory_of > _LARGEST:
        return None
    most = memory_of * ratio
    if family == "e" and (memory_of > _LARGE or "p" in features):
        return Size(processors, memory_of * 6, most)
    if family == "d" and memory_of == 64 and "p" in features:
        return Size(processors, 208, most)
    return Size(processors, most, most)
