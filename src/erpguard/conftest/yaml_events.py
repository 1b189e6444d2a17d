"""What conftest makes of the events of YAML: of keys that are no texts, and of tags of applications.

JSON has no keys but texts. So `on: push` has the key `true`, where `on` is not in quotes, and `08: x` the key `8`
(`convertToJSONableObject` of sigs.k8s.io/yaml 1.6, yaml.go). Data is read by OPA, for which `on` and `yes` are texts
(`YAMLToJSON` of its internal/yaml).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from math import isinf
from typing import Any

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from erpguard.sources.yaml_scalars import PlainScalars, Scalar, integer, resolve_plain
from erpguard.sources.yaml_tags import without_local_tags
from erpguard.sources.yaml_values import events as written

_ODD_KEY = re.compile(r"\?\s|(?:^|[\s{\[,-])(?:y|yes|true|on|n|no|false|off|[-+.\d][\w.+-]*)\s*:", re.IGNORECASE)
_NODES = (AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent)
_MOST_DIGITS = 9
"""So many tell all numbers of 32 bits apart."""


def resolve_data(text: str) -> Scalar:
    """The value of a plain scalar in a file of data."""
    value = resolve_plain(text)
    return text if isinstance(value, bool) and text.lower() not in ("true", "false") else value


class DataScalars(PlainScalars):
    """From the text of a plain scalar in files of data to its value."""

    def __missing__(self, text: str) -> Scalar:
        return resolve_data(text)


def events(text: str, resolve: Callable[[str], Scalar] = resolve_plain) -> Callable[[], Any]:
    """A function that returns the next event, as `erpguard.sources.yaml_values.events` does."""
    get_event = written(text)
    if "!" in text:
        get_event = without_local_tags(get_event)
    return _with_text_keys(get_event, resolve) if _ODD_KEY.search(text) else get_event


def _with_text_keys(get_event: Callable[[], Any], resolve: Callable[[str], Scalar]) -> Callable[[], Any]:
    keys_next: list[bool | None] = []  # of each collection that is open, whether a key comes next; None for a list

    def get() -> Any:
        event = get_event()
        if isinstance(event, CollectionEndEvent):
            keys_next.pop()
        elif isinstance(event, _NODES):
            is_key = bool(keys_next and keys_next[-1])
            if keys_next and keys_next[-1] is not None:
                keys_next[-1] = not is_key
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                keys_next.append(True if isinstance(event, MappingStartEvent) else None)
            elif is_key and isinstance(event, ScalarEvent) and event.implicit[0] and event.tag is None:
                event.value = key(event.value, resolve)
        return event

    return get


def key(text: str, resolve: Callable[[str], Scalar] = resolve_plain) -> str:
    """The text that a plain scalar is as a key; null stays as it is written, and is none for conftest."""
    value = resolve(text)
    if value is None or isinstance(value, str):
        return text
    if isinstance(value, bool):
        return str(value).lower()
    whole = integer(text.replace("_", ""))
    return str(whole) if whole is not None else _float(float(value))


def _float(number: float) -> str:
    """A number in the fewest digits that 32 bits need (pkg.go.dev/strconv#FormatFloat, 'g')."""
    near = _of_32_bits(number)
    if isinf(near):
        return ".inf" if near > 0 else "-.inf"
    texts = (f"{near:.{digits}e}" for digits in range(_MOST_DIGITS))
    mantissa, _, exponent = next(text for text in texts if _of_32_bits(float(text)) == near).partition("e")
    if -4 <= int(exponent) < 6:
        return format(Decimal(f"{mantissa}e{exponent}"), "f")
    return f"{mantissa}e{exponent}"


def _of_32_bits(number: float) -> float:
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return rounded
