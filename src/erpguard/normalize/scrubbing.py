"""Secrets leave the model: what is marked as sensitive, and every other occurrence of the same value.

A plan marks a value as sensitive where it comes from, and shows it in clear text there and wherever it went. So the
marked values are collected first, then removed by value: as they are, in base64, URL-encoded and escaped as in JSON,
also inside longer texts. From 8 characters on, and not in what must stay readable to be judged and found: ids, names,
regions and enumerations, which are told by the name of the attribute.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from json import dumps
from typing import Any

from erpguard.model import Path

REMOVED = "(removed)"
SHORTEST = 8
"""Characters that a value has at least, to be looked for elsewhere."""

_FEW = 1000
_PIECE = 1 << 16

_LABEL = re.compile(
    r"(?:.*_)?(?:name|names|id|ids|location|locations|region|type|types|kind|sku|tier|mode|version|zone|zones|protocol"
    r"|scope|environment|env|stage|family|action|direction|access|state|level|api_?version)"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET_NAME = re.compile(
    r"(?:.*_)?(?:password|passwd|passphrase|secret|token|private_key|private_key_pem|private_key_openssh"
    r"|access_key|account_key|shared_key|primary_key|secondary_key|client_key|connection_string|secret_value|bcrypt_hash"
    r"|sas_url|kube_config|kube_config_raw|kube_admin_config|kube_admin_config_raw|pfx_blob|certificate_data)"
)
_SECRET_PART = {
    "azurerm_key_vault_secret": ("value",),
    "kubernetes_secret": ("data", "binary_data"),
    "kubernetes_secret_v1": ("data", "binary_data"),
    "random_password": ("result",),
}
"""Type -> its attributes that are secret, whatever they are called."""

_PEM_LINE = re.compile(r"^[ \t]*([A-Za-z0-9+/=]{32,})[ \t]*\r?$", re.MULTILINE)
_ESCAPED_BY_GO = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@lru_cache(maxsize=4096)
def is_label(key: str) -> bool:
    """Whether what stands under a key is an id, a name, a region or a word of an enumeration, in any spelling."""
    return _LABEL.fullmatch(_HUMP.sub("_", key).lower()) is not None


def is_secret_name(key: str) -> bool:
    """Whether a name says that what stands there is a secret: for sources that mark nothing."""
    return _SECRET_NAME.fullmatch(_HUMP.sub("_", key).lower()) is not None


def secret_keys(type_: str, values: dict[str, Any]) -> list[str]:
    """The attributes of a resource whose names, or its type, say that they are secret."""
    own = _SECRET_PART.get(type_, ())
    return [key for key, value in values.items() if (key in own or is_secret_name(key)) and not isinstance(value, bool)]


class Secrets:
    """The values that are marked as sensitive."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: set[str] = set()

    def add(self, value: Any, key: str = "") -> None:
        """Note a value, or all texts within one, that stands under a key."""
        if isinstance(value, str):
            # The id of a resource is no secret, even where a whole object was marked.
            if len(value) >= SHORTEST and not is_label(key) and not value.startswith("/subscriptions/"):
                self._found.add(value)
        elif isinstance(value, dict):
            for inner, one in value.items():
                self.add(one, inner)
        elif isinstance(value, list):
            for one in value:
                self.add(one, key)

    def scrubber(self) -> Scrubber | None:
        """What removes the values that were noted; None if there are none."""
        return Scrubber(self._found) if self._found else None


class Scrubber:
    """Removes values from texts."""

    def __init__(self, secrets: set[str]) -> None:
        self._whole: set[str] = set()
        # Of those that begin alike, as all connection strings do, only their lengths: there may be thousands.
        self._lengths: dict[str, set[int]] = {}
        for secret in secrets:
            for form in _forms(secret):
                self._whole.add(form)
                self._lengths.setdefault(form[:SHORTEST], set()).add(len(form))
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """A text without the values; `(removed)` stands for each."""
        if len(text) < SHORTEST:
            return text
        found = self._known.get(text)
        if found is None:
            found = self._cleaned(text)
            if len(text) <= 200 and len(self._known) < 100_000:
                self._known[text] = found
        return found

    def values(self, values: dict[str, Any]) -> set[Path]:
        """Remove the values from what a resource has, in place; returns the paths where nothing was left."""
        return set(_scrubbed(values, "", self, ()))

    def _cleaned(self, text: str) -> str:
        if text in self._whole:
            return REMOVED
        found = {
            text[at : at + length]
            for start in self._starts(text)
            for at in _occurrences(start, text)
            for length in self._lengths[start]
        }
        for form in sorted(found & self._whole, key=lambda form: (-len(form), form)):
            text = text.replace(form, REMOVED)
        return text

    def _starts(self, text: str) -> Iterable[str]:
        """The beginnings of values that a text has: in time linear in the text, however many values there are."""
        if len(self._lengths) < min(len(text), _FEW):
            return [start for start in self._lengths if start in text]
        found: set[str] = set()
        for begin in range(0, len(text), _PIECE):
            piece = text[begin : begin + _PIECE + SHORTEST - 1]
            found |= {piece[at : at + SHORTEST] for at in range(len(piece) - SHORTEST + 1)} & self._lengths.keys()
        return found


def _occurrences(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _scrubbed(value: Any, key: str, scrubber: Scrubber, path: Path) -> Iterator[Path]:
    """Walk a value and change it in place; yields the paths of what was removed as a whole."""
    items: Any = ()
    if isinstance(value, dict):
        _scrub_keys(value, scrubber)
        items = list(value.items())
    elif isinstance(value, list):
        items = enumerate(value)
    for step, inner in items:
        name = step if isinstance(step, str) else key
        if isinstance(inner, (dict, list)):
            yield from _scrubbed(inner, name, scrubber, (*path, step))
        elif isinstance(inner, str) and not is_label(name):
            cleaned = scrubber.text(inner)
            if cleaned.strip() == REMOVED:
                drop(value, step)
                yield (*path, step)
            elif cleaned is not inner:
                value[step] = cleaned


def _scrub_keys(value: dict[str, Any], scrubber: Scrubber) -> None:
    for key in [key for key in value if len(key) >= SHORTEST and scrubber.text(key) != key]:
        value[scrubber.text(key)] = value.pop(key)


def drop(holder: Any, step: str | int) -> None:
    """Take a value out; the items behind it in a list keep their places."""
    if isinstance(holder, dict):
        holder.pop(step, None)
    elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
        holder[step] = None


def _forms(secret: str) -> set[str]:
    """How a value may be written where it went."""
    from urllib.parse import quote, quote_plus

    plain = {secret, secret.strip(), *_PEM_LINE.findall(secret)}
    forms = set(plain)
    for one in plain:
        forms |= {quote(one), quote(one, safe=""), quote_plus(one), quote_plus(one, safe="/:")}
        escaped = dumps(one, ensure_ascii=False)[1:-1]
        forms |= {escaped, escaped.translate(_ESCAPED_BY_GO), dumps(one)[1:-1]}
        forms |= _in_base64(one.encode("utf-8", "surrogatepass"))
    return {form for form in forms if len(form) >= SHORTEST}


def _in_base64(data: bytes) -> set[str]:
    """A value in base64: on its own, and what is certain of it within a longer text, at each of three alignments."""
    forms = set()
    for altchars in (b"+/", b"-_"):
        whole = b64encode(data, altchars).decode()
        forms |= {whole, whole.rstrip("=")}
        for shift in range(3):
            bits = 8 * (shift + len(data))
            inner = b64encode(b"\0" * shift + data, altchars).decode()
            forms.add(inner[-(-8 * shift // 6) : bits // 6])
    return forms
