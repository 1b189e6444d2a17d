"""The value of a rule to messages, as conftest reads it (`query` of its policy/engine.go and output/result.go).

A rule that judges is a set of texts, or of objects with a text `msg` and whatever else they tell. What is no list says
nothing, nor does an empty text. `exception` is a set of lists of names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Message(NamedTuple):
    """One message, and what was told with it."""

    text: str
    details: Mapping[str, Any] = _NOTHING


class AnswerError(Exception):
    """A rule gives what is no message; its text says what."""


def messages(value: Any) -> list[Message]:
    """The messages of a rule, in their order; AnswerError for an object without a text `msg`."""
    found = [_message(one) for one in value] if isinstance(value, list) else []
    return [one for one in found if one is not None and one.text]


def _message(value: Any) -> Message | None:
    if isinstance(value, str):
        return Message(value)
    if not isinstance(value, dict):
        return None
    text = value.get("msg")
    if not isinstance(text, str):
        raise AnswerError("gives an object whose `msg` is missing or no text")
    return Message(text, {key: inner for key, inner in value.items() if key != "msg"})


def excepted(value: Any) -> frozenset[str]:
    """The names that `exception` holds: `data.main.exception[_][_]`."""
    return frozenset(name for names in _items(value) for name in _items(names) if isinstance(name, str))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
