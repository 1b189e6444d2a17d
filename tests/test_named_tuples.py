"""The named tuples of the house against those of the standard library."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from typing import NamedTuple as TheirNamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.named_tuples import NamedTuple


class Ours(NamedTuple):
    """Three fields."""

    first: int
    second: str = "b"
    third: tuple[int, ...] = ()

    @property
    def doubled(self) -> int:
        return self.first * 2

    @classmethod
    def of(cls, first: int) -> Ours:
        return cls(first)


class Theirs(TheirNamedTuple):
    """Three fields."""

    first: int
    second: str = "b"
    third: tuple[int, ...] = ()


_VALUES = st.lists(st.integers(), max_size=4)
_NAMED = st.dictionaries(st.sampled_from(("first", "second", "third", "fourth")), st.integers(), max_size=4)


def _told(call: Any) -> Any:
    """What a call gives, as a plain tuple, or the kind of its error."""
    try:
        return tuple(call())
    except (TypeError, ValueError) as error:
        return "error" if isinstance(error, ValueError) else type(error).__name__


@given(_VALUES, _NAMED)
def test_arguments_are_taken_alike(values: list[Any], named: dict[str, Any]) -> None:
    assert _told(lambda: Ours(*values, **named)) == _told(lambda: Theirs(*values, **named))
    assert _told(lambda: Ours._make(values)) == _told(lambda: Theirs._make(values))


@given(st.integers(), _NAMED)
def test_copies_with_other_values(first: int, named: dict[str, Any]) -> None:
    theirs = _told(lambda: Theirs(first)._replace(**named))
    # ValueError up to Python 3.12, TypeError from 3.13 on.
    assert _told(lambda: Ours(first)._replace(**named)) == ("TypeError" if theirs == "error" else theirs)


def test_the_first_call_is_as_any_other() -> None:
    class Fresh(NamedTuple):
        first: int
        second: int = 2

    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'first'"):
        Fresh()  # type: ignore[call-arg]
    assert Fresh(1) == (1, 2)
    assert Fresh(second=3, first=1) == (1, 3)


def test_instances_are_tuples_with_names() -> None:
    one = Ours(1, third=(2,))
    assert repr(one) == "Ours(first=1, second='b', third=(2,))" == repr(Theirs(1, third=(2,))).replace("Theirs", "Ours")
    assert one._asdict() == {"first": 1, "second": "b", "third": (2,)}
    assert (one.first, one.second, one.third, one.doubled) == (1, "b", (2,), 2)
    assert Ours.of(3) == Ours(3)
    assert one == (1, "b", (2,)) and hash(one) == hash((1, "b", (2,)))
    assert not hasattr(one, "__dict__")
    with pytest.raises(AttributeError):
        Ours(1).first = 2  # type: ignore[misc]


def test_classes_tell_their_fields() -> None:
    for name in ("_fields", "_field_defaults", "__match_args__", "__doc__", "__slots__", "__bases__"):
        assert getattr(Ours, name) == getattr(Theirs, name), name


def test_instances_are_copied_and_pickled() -> None:
    one = Ours(1)
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other == one and type(other) is Ours


def test_patterns_take_them_apart() -> None:
    match Ours(1, "c"):
        case Ours(first, second=second):
            assert (first, second) == (1, "c")
