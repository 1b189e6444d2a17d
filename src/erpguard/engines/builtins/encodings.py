"""`base64`, `base64url`, `hex`, `urlquery` and digests, as Go reads and writes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

from erpguard.engines.builtins.texts import exact, shown

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_URLSAFE = str.maketrans("-_+/", "+/!!")
_BREAKS = str.maketrans("", "", "\r\n")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def digest(algorithm: str) -> Callable[[str], str]:
    """What hashes a text to hexadecimal digits."""
    return lambda text: hashlib.new(algorithm, exact(text), usedforsecurity=False).hexdigest()


def keyed(algorithm: str) -> Callable[[str, str], str]:
    """What hashes a text with a key."""
    return lambda text, key: hmac.new(exact(key), exact(text), algorithm).hexdigest()


def base64_encode(text: str) -> str:
    """With padding: https://pkg.go.dev/encoding/base64#StdEncoding."""
    return base64.b64encode(exact(text)).decode()


def base64url_encode(text: str) -> str:
    """With padding: https://pkg.go.dev/encoding/base64#URLEncoding."""
    return base64.urlsafe_b64encode(exact(text)).decode()


def base64url_encode_no_pad(text: str) -> str:
    """Without padding."""
    return base64url_encode(text).rstrip("=")


def base64_decode(text: str) -> str:
    """Line breaks anywhere mean nothing, nor do the last bits. ValueError for what is none."""
    joined = text.translate(_BREAKS)
    if not _BASE64.fullmatch(joined):
        raise ValueError("no base64")
    return shown(base64.b64decode(joined))


def base64_is_valid(text: str) -> bool:
    """Whether it can be decoded."""
    return _BASE64.fullmatch(text.translate(_BREAKS)) is not None


def base64url_decode(text: str) -> str:
    """Padding may be missing: https://www.rfc-editor.org/rfc/rfc7515#appendix-C."""
    if not text.endswith("="):
        text += {0: "", 2: "==", 3: "="}.get(len(text.encode()) % 4, "!")
    return base64_decode(text.translate(_URLSAFE))


def hex_encode(text: str) -> str:
    """Two digits for a byte."""
    return exact(text).hex()


def hex_decode(text: str) -> str:
    """ValueError for what is not digits in pairs."""
    if not _HEXADECIMAL.fullmatch(text):
        raise ValueError("no hexadecimal digits")
    return shown(bytes.fromhex(text))


def urlquery_encode(text: str) -> str:
    """As https://pkg.go.dev/net/url#QueryEscape."""
    return quote_plus(exact(text))


def urlquery_decode(text: str) -> str:
    """As https://pkg.go.dev/net/url#QueryUnescape."""
    if _BAD_PERCENT.search(text):
        raise ValueError("no percent encoding")
    return shown(unquote_to_bytes(text.replace("+", " ")))


def urlquery_encode_object(values: Mapping[str, Any]) -> str:
    """Keys in their order, each with a text, or with each of some. ValueError for other values."""
    pairs = [(key, value) for key in sorted(values) for value in _texts(values[key])]
    return "&".join(f"{urlquery_encode(key)}={urlquery_encode(value)}" for key, value in pairs)


def _texts(value: Any) -> Iterable[str]:
    texts = [value] if isinstance(value, str) else sorted(value) if isinstance(value, set) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("no text, nor texts")
    return texts


def urlquery_decode_object(text: str) -> dict[str, list[str]]:
    """As https://pkg.go.dev/net/url#ParseQuery: a semicolon separates nothing, and is an error."""
    found: dict[str, list[str]] = {}
    for part in filter(None, text.split("&")):
        if ";" in part:
            raise ValueError("a semicolon")
        key, _, value = part.partition("=")
        found.setdefault(urlquery_decode(key), []).append(urlquery_decode(value))
    return found
