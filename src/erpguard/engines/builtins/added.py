"""The functions behind `extensions.rego`."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from erpguard.engines.builtins import formatting, networks

Builtin = Callable[..., Any]


def _digest(algorithm: str) -> Builtin:
    return lambda text: hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


def _keyed(algorithm: str) -> Builtin:
    return lambda text, key: hmac.new(key.encode(), text.encode(), algorithm).hexdigest()


def _replace_n(patterns: Mapping[str, str], text: str) -> str:
    """Replaces from left to right, at each place the first in order that fits, and looks at nothing twice.

    An empty pattern fits once everywhere: https://pkg.go.dev/strings#NewReplacer.
    """
    ordered = [(pattern.encode(), patterns[pattern].encode()) for pattern in sorted(patterns)]
    source, made, place, was_empty = text.encode(), bytearray(), 0, False
    while place <= len(source):
        fits = (one for one in ordered if source.startswith(one[0], place) and not (was_empty and not one[0]))
        pattern, value = next(fits, (source[place : place + 1], None))
        was_empty = value is not None and not pattern
        made += pattern if value is None else value
        place += len(pattern) if value is not None else 1
    return made.decode()


_FUNCTIONS: Mapping[str, tuple[int, Builtin]] = {
    "crypto.hmac.md5": (2, _keyed("md5")),
    "crypto.hmac.sha1": (2, _keyed("sha1")),
    "crypto.hmac.sha256": (2, _keyed("sha256")),
    "crypto.hmac.sha512": (2, _keyed("sha512")),
    "crypto.md5": (1, _digest("md5")),
    "crypto.sha1": (1, _digest("sha1")),
    "crypto.sha256": (1, _digest("sha256")),
    "net.cidr_contains": (2, networks.contains),
    "net.cidr_intersects": (2, networks.intersects),
    "net.cidr_merge": (1, networks.merge),
    "sprintf": (2, formatting.sprintf),
    "strings.replace_n": (2, _replace_n),
}

ADDED = frozenset(_FUNCTIONS) | frozenset(
    {"array.flatten", "crypto.hmac.equal", "net.cidr_contains_matches", "strings.count", "strings.split_n"}
)
"""Builtins that the modules of others have beyond the engine's own, or instead of them."""


def _attempt(function: Builtin) -> Builtin:
    """What Rego takes for undefined where it is empty: the engine's functions have either a value or end the rule."""

    def attempted(*arguments: Any) -> list[Any]:
        try:
            return [function(*arguments)]
        except ValueError:
            return []

    return attempted


EXTENSIONS: Mapping[str, tuple[int, Builtin]] = MappingProxyType(
    {f"erpguard_functions.{name}": (arity, _attempt(function)) for name, (arity, function) in _FUNCTIONS.items()}
)
"""What the engine has to be given, by name: how many arguments, and the function."""
