"""JSON that a server sent: only what any later step can hold, and what a snapshot can keep and give back unchanged."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any

from erpguard.sources.json_documents import is_deep, json_float, json_integer, no_constant, without_lone_surrogates


def parsed(data: bytes) -> Any:
    """The value of a text in UTF-8. Raises ValueError for what is no JSON, or nested deeper than any API answers."""
    value = parsed_of_any_depth(data)
    if is_deep(value):
        raise ValueError("nested too deeply")
    return value


def parsed_of_any_depth(data: bytes) -> Any:
    """The same for a caller who checks how deep the parts are, to keep the others.

    Numbers beyond 64 bits become floats, as they do in files; of keys that stand twice the last one counts.
    """
    try:
        return _DECODER.decode(without_lone_surrogates(data.decode("utf-8-sig")))
    except RecursionError:
        raise ValueError("nested too deeply") from None


_DECODER = JSONDecoder(parse_int=json_integer, parse_float=json_float, parse_constant=no_constant)
