"""`json.*` where the engine does otherwise than OPA: texts, and paths into values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from erpguard.engines.builtins import written
from erpguard.engines.builtins.floats import short
from erpguard.engines.builtins.unsupported import Unsupported

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSIGNED = 1 << 64
_LARGEST_EXPONENT = 30_102
"""Of ten: https://github.com/open-policy-agent/opa has 100,000 of two."""
_LEAF: None = None
_SPACE = " \t\r\n"

Segment = str | int | float | bool | None


def unmarshal(text: str) -> Any:
    """The value. ValueError for what is no JSON: https://www.rfc-editor.org/rfc/rfc8259.

    OPA sees nothing behind it where the next token is `null` (v1/util/json.go).
    """
    decoder = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_constant)
    value, end = decoder.raw_decode(text.lstrip(_SPACE))
    rest = text.lstrip(_SPACE)[end:].lstrip(_SPACE)
    if rest and not rest.startswith("null"):
        raise ValueError("more than one value")
    return _clean(value) if "\\u" in text else value


def is_valid(text: str) -> bool:
    """Whether it is JSON."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_constant)
    except ValueError:
        return False
    return True


def _integer(digits: str) -> int | float:
    value = int(short(digits))
    if not -_UNSIGNED // 2 <= value < _UNSIGNED:
        raise Unsupported(f"the number {digits}")
    return written.made(digits)


def _float(digits: str) -> int | float:
    value, exact = float(digits), Decimal(digits)
    if exact and abs(exact.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError("no number that OPA takes")
    if value in (float("inf"), float("-inf")) or (exact and not value):
        raise Unsupported(f"the number {digits}")
    return written.made(digits)


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _clean(value: Any) -> Any:
    """Halves of characters are none: Go has U+FFFD for them."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return list(map(_clean, value))
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    return value


def keep(value: Any, paths: Iterable[str | Sequence[Segment]]) -> Any:
    """What is at some paths of an object: `json.filter`."""
    written.blur()
    return _kept(value, _tree(paths))


def remove(value: Any, paths: Iterable[str | Sequence[Segment]]) -> Any:
    """What is not at some paths of an object: `json.remove`."""
    written.blur()
    return _left(value, _tree(paths))


def _tree(paths: Iterable[str | Sequence[Segment]]) -> dict[Any, Any]:
    """The paths as one tree, in which a path ends what goes on from it, in their order."""
    root: dict[Any, Any] = {}
    for path in paths:
        *way, last = _segments(path) or [None]
        node: dict[Any, Any] | None = root if _segments(path) else None
        for segment in way:
            node = node.setdefault(_key(segment), {}) if node is not None else None
        if node is not None:
            node[_key(last)] = _LEAF
    return root


def _segments(path: str | Sequence[Segment]) -> list[Segment]:
    if not isinstance(path, str):
        return list(path)
    parts = path.lstrip("/").split("/") if path else []
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def _key(value: Any) -> Any:
    """What stands for a value of Rego: 1 and true are two of them there."""
    return (type(value) is bool, value)


def _kept(value: Any, tree: dict[Any, Any] | None) -> Any:
    if tree is None:
        return value
    if isinstance(value, dict):
        return {key: _kept(inner, tree[_key(key)]) for key, inner in value.items() if _key(key) in tree}
    if isinstance(value, list):
        return [_kept(one, tree[_key(str(at))]) for at, one in enumerate(value) if _key(str(at)) in tree]
    if isinstance(value, set):
        return {_kept(one, tree[_key(one)]) for one in value if _key(one) in tree}
    return value


def _left(value: Any, tree: dict[Any, Any] | None) -> Any:
    if not tree:
        return value
    if isinstance(value, dict):
        return {key: _left(inner, tree.get(_key(key), {})) for key, inner in value.items() if not _ends(tree, key)}
    if isinstance(value, list):
        return [_left(one, tree.get(_key(str(at)), {})) for at, one in enumerate(value) if not _ends(tree, str(at))]
    if isinstance(value, set):
        return {one for one in value if not _ends(tree, one)}
    return value


def _ends(tree: dict[Any, Any], segment: Any) -> bool:
    return tree.get(_key(segment), {}) is _LEAF
