"""Property values: what is not known yet, what is secret, and what is no plain value.

Pulumi writes these as special strings and as objects with a signature
(github.com/pulumi/pulumi, sdk/go/common/resource/sig and sdk/go/common/apitype/property-values.json).
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from json import JSONDecodeError, loads
from typing import Any

from erpguard.model import Path
from erpguard.normalize.scrubbing import Secrets, is_label, is_secret_name

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that tells an object with a meaning from a plain one."""

_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_BLINDED = "[secret]"

# Of text, a number, true or false, a list, an object, an asset, an archive.
_UNKNOWN = re.compile(
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9|3eeb2bf0-c639-47a8-9e75-3b44932eb421|1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
    "|6a19a0b0-7e62-4c92-b797-7f8e31da9cc2|dd056dcd-154b-4c76-9bd3-c8f88648b5ff|030794c1-ac77-496b-92df-f27374a8bd58"
    "|e48ece36-62e2-4504-bad9-02848725956a"
)
_SHORTEST = 36

# What providers keep for themselves among the properties.
_OWN = frozenset(
    (
        "__defaults",
        "__fieldManager",
        "__initialApiVersion",
        "__initialKind",
        "__inputs",
        "__meta",
        "__provider",
        "__pulumi_raw_state_delta",
    )
)
_EMPTY: tuple[Any, ...] = ("", [], {}, None)


class _Absent:
    """Nothing stands there: the value is not known, or must not be."""


_ABSENT = _Absent()


def is_unknown(value: Any) -> bool:
    """Whether a value is not known before apply, as a whole or in a part of its text."""
    return isinstance(value, str) and len(value) >= _SHORTEST and _UNKNOWN.search(value) is not None


class Properties:
    """The properties of one resource, read.

    values      what is known and may be shown
    unknown, sensitive
                paths where something was taken out, because it is not known, or because it is secret
    dependencies
                path -> the URNs that the value there rests on, where the value itself says so
    """

    __slots__ = ("_by_name", "_secrets", "dependencies", "sensitive", "unknown", "values")

    def __init__(self, given: dict[str, Any], secrets: Secrets, by_name: bool = True, hidden: Any = ()) -> None:
        """`hidden` are names of properties that are secret; `by_name`: so is what is called a secret."""
        self._secrets = secrets
        self._by_name = by_name
        self.unknown: set[Path] = set()
        self.sensitive: set[Path] = set()
        self.dependencies: dict[Path, tuple[str, ...]] = {}
        names = {name for name in hidden if isinstance(name, str)} if isinstance(hidden, list) else set()
        self.values = self._object(given, (), names)

    def _object(self, given: dict[str, Any], path: Path, hidden: set[str]) -> dict[str, Any]:
        result = {}
        for key, value in given.items():
            if value is None or (key in _OWN and (not path or key == "__defaults")):
                continue
            if key in hidden or (self._by_name and _is_secret(key, value)):
                found = self._conceal(value, (*path, key))
            else:
                found = self._value(value, (*path, key))
            if found is not _ABSENT:
                result[key] = found
        return result

    def _value(self, value: Any, path: Path) -> Any:
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, dict):
            return self._special(value, path) if SIGNATURE in value else self._object(value, path, set())
        if isinstance(value, list):
            items = [self._value(item, (*path, index)) for index, item in enumerate(value)]
            return [None if item is _ABSENT else item for item in items]
        return value

    def _text(self, value: str, path: Path) -> Any:
        if value == _BLINDED:
            self.sensitive.add(path)
            return _ABSENT
        if is_unknown(value):
            return self._forget(path)
        return value

    def _special(self, value: dict[str, Any], path: Path) -> Any:
        kind = value[SIGNATURE]
        if kind == _SECRET:
            return self._conceal(_plain(value), path)
        if kind == _REFERENCE:
            return self._reference(value, path)
        if kind == _OUTPUT:
            return self._output(value, path)
        return self._forget(path)  # an asset, an archive, bytes: nothing that properties are judged by

    def _reference(self, value: dict[str, Any], path: Path) -> Any:
        """A resource as a value: its id, once it has one."""
        id_, urn = value.get("id"), value.get("urn")
        if isinstance(id_, str) and id_ and not is_unknown(id_):
            return id_
        if isinstance(urn, str):
            self.dependencies[path] = (urn,)
        return self._forget(path)

    def _output(self, value: dict[str, Any], path: Path) -> Any:
        needed = value.get("dependencies")
        if isinstance(needed, list) and needed:
            self.dependencies[path] = tuple(urn for urn in needed if isinstance(urn, str))
        if value.get("secret") is True:
            return self._conceal(value.get("value"), path)
        return self._value(value["value"], path) if value.get("value") is not None else self._forget(path)

    def _conceal(self, value: Any, path: Path) -> Any:
        """Take a secret out; that it is empty is no secret, and often the point."""
        if value in _EMPTY and value is not None:
            return value
        if is_unknown(value):
            return self._forget(path)
        if value != _BLINDED:
            self._secrets.add(_bare(value), str(path[-1]))
        self.sensitive.add(path)
        return _ABSENT

    def _forget(self, path: Path) -> Any:
        self.unknown.add(path)
        return _ABSENT


def note_kubernetes_secret(values: dict[str, Any], secrets: Secrets) -> None:
    """Note what a Kubernetes Secret holds: it leaves the Secret later, and everything else as well."""
    for part in ("data", "stringData"):
        held = values.get(part)
        for value in held.values() if isinstance(held, dict) else ():
            secrets.add(value)
            if part == "data" and isinstance(value, str):
                secrets.add(_decoded(value))


def _is_secret(key: str, value: Any) -> bool:
    """Whether a property that nobody marked is called a secret: programs often pass passwords as plain text."""
    return isinstance(value, str) and is_secret_name(key) and not is_label(key)


def _plain(value: dict[str, Any]) -> Any:
    """The value of a secret that is in the file in clear text; None where it is encrypted."""
    if "value" in value:
        return value["value"]
    text = value.get("plaintext")
    if not isinstance(text, str):
        return None
    try:
        return loads(text)
    except (JSONDecodeError, RecursionError):
        return text


def _bare(value: Any) -> Any:
    """A value without the signatures in it."""
    if isinstance(value, dict):
        return _bare(_plain(value)) if SIGNATURE in value else {key: _bare(inner) for key, inner in value.items()}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _decoded(text: str) -> str:
    from base64 import b64decode

    try:
        return b64decode(text, validate=True).decode()
    except (Base64Error, UnicodeDecodeError, ValueError):
        return ""
