"""What a plan tells beside its values: masks of the same shape, with `true` for what is unknown, or sensitive.

A mask may stop above its leaves: `true` means everything below. Sets have coarser masks than lists, for the order of
their items rests on their values (https://developer.hashicorp.com/terraform/internals/json-format#change-representation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from erpguard.model import Path, Step
from erpguard.normalize.scrubbing import Secrets, drop, secret_keys

Take = Callable[[Any, Path], bool]


class Masked(NamedTuple):
    """The paths that were taken out of values because they are not known, and because they are sensitive."""

    unknown: set[Path]
    sensitive: set[Path]


def mask(values: dict[str, Any], unknown: Any, sensitive: Any, secrets: Secrets) -> Masked:
    """Take out of `values`, in place, what the masks mark. What is both is unknown. Secrets are noted.

    What is sensitive but empty stays: that it is empty is no secret, and often the point.
    """
    found = Masked(set(), set())
    walk = _Walk(values, secrets)
    unknown, sensitive = _of_attributes(values, unknown), _of_attributes(values, sensitive)
    walk.run(values, sensitive, (), found.sensitive, walk.conceal)
    walk.run(values, unknown, (), found.unknown, walk.forget)
    found.sensitive.difference_update([path for path in found.sensitive if _is_below(path, found.unknown)])
    return found


def _of_attributes(values: dict[str, Any], mask: Any) -> dict[str, Any]:
    """A mask of attributes, from one that may be of all of them."""
    if isinstance(mask, dict):
        return mask
    return dict.fromkeys(values, True) if _marks(mask) else {}


def conceal_named(type_: str, values: dict[str, Any], secrets: Secrets) -> set[Path]:
    """Take out what is secret by its name: for files of a time, or of a kind, without marks."""
    found: set[Path] = set()
    for key in secret_keys(type_, values):
        if not _is_empty(values[key]):
            secrets.add(values.pop(key))
            found.add((key,))
    for key, value in values.items():
        for path, inner in _objects(value, (key,)):
            found |= {(*path, *below) for below in conceal_named("", inner, secrets)}
    return found


def _objects(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _objects(inner, (*path, index))


class _Walk:
    def __init__(self, root: dict[str, Any], secrets: Secrets) -> None:
        self.root = root
        self.secrets = secrets

    def run(self, value: Any, mask: Any, path: Path, found: set[Path], take: Take) -> None:
        """Call `take` for everything that a mask marks below a value; note the paths that it took."""
        if mask is True:
            if take(value, path):
                found.add(path)
            return
        parts = _parts(value, mask)
        if parts is None:
            # Its items cannot be told apart: all of them may be meant.
            if _marks(mask) and take(value, path):
                found.add(path)
            return
        for step, inner, inner_mask in parts:
            if inner_mask is not False:
                self.run(inner, inner_mask, (*path, step), found, take)

    def forget(self, value: Any, path: Path) -> bool:
        """Take out what is not known."""
        if value is not None:
            self.drop(path)
        return True

    def conceal(self, value: Any, path: Path) -> bool:
        """Take out what must not be shown."""
        if _is_empty(value):
            return False
        self.secrets.add(value, next((step for step in reversed(path) if isinstance(step, str)), ""))
        self.drop(path)
        return True

    def drop(self, path: Path) -> None:
        """Take out what stands at a path."""
        holder: Any = self.root
        for step in path[:-1]:
            holder = holder[step]
        drop(holder, path[-1])


def _parts(value: Any, mask: Any) -> list[tuple[Step, Any, Any]] | None:
    """The parts of a value with their masks; None where the mask is of the whole, or not of the value's shape."""
    if isinstance(mask, dict) and (isinstance(value, dict) or value is None):
        return [(key, value.get(key) if value else None, inner) for key, inner in mask.items()]
    if isinstance(mask, list) and (value is None or (isinstance(value, list) and len(value) == len(mask))):
        return [(index, value[index] if value else None, inner) for index, inner in enumerate(mask)]
    return None


def _marks(mask: Any) -> bool:
    """Whether a mask marks anything."""
    if isinstance(mask, dict):
        return any(_marks(inner) for inner in mask.values())
    if isinstance(mask, list):
        return any(_marks(inner) for inner in mask)
    return mask is True


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def _is_below(path: Path, paths: set[Path]) -> bool:
    return any(path[:length] in paths for length in range(len(path) + 1))
