"""Explicit tags (`!!str`), and the error of a document that is YAML but cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from erpguard.sources.yaml_scalars import finite_float, integer, resolve_plain

_YAML = "tag:yaml.org,2002:"


class Refused(Exception):
    """The document cannot be used; `index` is the offset into its text, or -1."""

    def __init__(self, code: str, message: str, index: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.index = index


def offset_of(event: Any) -> int:
    """Where an event begins in the text."""
    return int(event.start_mark.index)


def tagged(event: Any) -> Any:
    """The value of a scalar event with an explicit tag; only those of YAML's own schema that JSON can hold."""
    text: str = event.value
    name = event.tag.removeprefix(_YAML) if event.tag.startswith(_YAML) else ""
    if name in ("str", "timestamp"):
        return text
    value: Any = resolve_plain(text)
    if name == "bool" and isinstance(value, bool):
        return value
    if name == "null" and value is None:
        return None
    if name == "int" and (number := integer(text.replace("_", ""))) is not None:
        return number
    if name == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return finite_float(str(value))
    what = "does not fit its value" if name in ("bool", "null", "int", "float") else "is not supported: remove it"
    raise Refused("yaml-tag", f"the tag {_shown(event.tag)} {what}", offset_of(event))


def check_collection_tag(event: Any, expected: str) -> None:
    """Refuse a mapping or list with a tag other than its own."""
    if event.tag not in ("!", _YAML + expected):
        raise Refused("yaml-tag", f"the tag {_shown(event.tag)} is not supported: remove it", offset_of(event))


def without_local_tags(get_event: Callable[[], Any]) -> Callable[[], Any]:
    """The events, where a tag of an application (`!Ref`) says no more than that a scalar is a string.

    goyaml.v2 has it so (`resolve` in resolve.go), and with it conftest.
    """

    def get() -> Any:
        event = get_event()
        tag = getattr(event, "tag", None)
        if tag is not None and not tag.startswith(_YAML):
            event.tag = "!"
        return event

    return get


def _shown(tag: str) -> str:
    return ("!!" + tag[len(_YAML) :] if tag.startswith(_YAML) else tag)[:80]
