"""Sets of operations, as role definitions write them: patterns with `*`, some granted, some taken out again.

What a role allows is, over its permissions, everything that a pattern of `actions` matches and none of `notActions` of
the same permission does. `*` stands for any characters, `/` among them, and case does not matter
(https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

_MOST_STATES = 20_000

_State = tuple[int, ...]
_Steps = dict[_State, tuple[_State, str] | None]


class Permission(NamedTuple):
    """One element of a role's permissions."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()


class TooManyStatesError(Exception):
    """The patterns are too tangled to compare."""


def allows(permissions: Iterable[Permission], operation: str) -> bool:
    """Whether a role with these permissions allows an operation."""
    return any(
        any(matches(pattern, operation) for pattern in permission.actions)
        and not any(matches(pattern, operation) for pattern in permission.not_actions)
        for permission in permissions
    )


def matches(pattern: str, operation: str) -> bool:
    """Whether a pattern takes in an operation."""
    expression = ".*".join(re.escape(part) for part in pattern.lower().split("*"))
    return re.fullmatch(expression, operation.lower(), re.DOTALL) is not None


def example(within: Sequence[str], outside: Iterable[str] = ()) -> str | None:
    """A shortest operation that all patterns of `within` match and none of `outside` does; None if there is none.

    Exact for any patterns. Raises `TooManyStatesError` where that would take too long.
    """
    left = [pattern for pattern in dict.fromkeys(outside) if _search([*within, pattern], all) is not None]
    count = len(within)
    return _search([*within, *left], lambda matched: all(matched[:count]) and not any(matched[count:]))


def _search(patterns: Sequence[str], accepted: Callable[[list[bool]], bool]) -> str | None:
    """A shortest text for which `accepted` holds of the answers which of the patterns match it."""
    machines = [_Machine(pattern) for pattern in patterns]
    alphabet = sorted({char for machine in machines for char in machine.text if char != "*"})
    alphabet.append(next(char for char in map(chr, range(97, 500)) if char not in alphabet))  # stands for all others
    start = tuple(machine.start for machine in machines)
    before: _Steps = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if accepted([machine.accepts(held) for machine, held in zip(machines, state, strict=True)]):
            return "".join(reversed(list(_spelled(before, state))))
        waited = {char for machine, held in zip(machines, state, strict=True) for char in machine.waits_for(held)}
        other = next(char for char in alphabet if char not in waited)  # all that nobody waits for lead to one state
        for char in (char for char in alphabet if char in waited or char == other):
            following = tuple(machine.after(held, char) for machine, held in zip(machines, state, strict=True))
            if following not in before:
                if len(before) > _MOST_STATES:
                    raise TooManyStatesError
                before[following] = (state, char)
                queue.append(following)
    return None


def _spelled(before: _Steps, state: _State) -> Iterator[str]:
    while (step := before[state]) is not None:
        state, char = step
        yield char


class _Machine:
    """Reads a text and knows all the places of its pattern where it may be by now, one bit for each."""

    __slots__ = ("_places", "_stars", "start", "text")

    def __init__(self, pattern: str) -> None:
        self.text = re.sub(r"\*+", "*", pattern.lower())
        self._places: dict[str, int] = {}
        for index, char in enumerate(self.text):
            self._places[char] = self._places.get(char, 0) | 1 << index
        self._stars = self._places.get("*", 0)
        self.start = self._closed(1)

    def accepts(self, state: int) -> bool:
        """Whether the text that led to this state matches."""
        return bool(state >> len(self.text) & 1)

    def waits_for(self, state: int) -> Iterator[str]:
        """The characters, besides stars, at the places of a state."""
        held = state & ~self._stars & ((1 << len(self.text)) - 1)
        while held:
            yield self.text[held.bit_length() - 1]
            held ^= 1 << held.bit_length() - 1

    def after(self, state: int, char: str) -> int:
        """The state after one more character."""
        return self._closed(state & self._stars | (state & self._places.get(char, 0)) << 1)

    def _closed(self, state: int) -> int:
        """With a star's place comes the one behind it; what stands before the last star reached adds nothing."""
        state |= (state & self._stars) << 1
        reached = state & self._stars
        return state >> (reached.bit_length() - 1) << (reached.bit_length() - 1) if reached else state
