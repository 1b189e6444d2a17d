"""The value of a rule in JSON as OPA has it: its numbers, and keys that are no texts."""

from __future__ import annotations

import json
import re
from typing import Any

from erpguard.engines.builtins import written
from erpguard.engines.builtins.unsupported import Unsupported

_MAY_BE_NO_TEXT = re.compile(r'[{,]\s*"[-\[{0-9]')
_HTML = re.compile("[<>&\u2028\u2029]")


def checked(text: str) -> str:
    """A value as the engine writes it. Unsupported where it may have a key that is another one in OPA."""
    if _MAY_BE_NO_TEXT.search(text):
        json.loads(text, object_pairs_hook=_object)
    return written.as_written(text)


def _object(pairs: list[tuple[str, Any]]) -> None:
    for key, _ in pairs:
        if key[:1] in "-[{0123456789" and not _is_certain(key):
            raise Unsupported(f"the key {key} of a value")


def _is_certain(key: str) -> bool:
    """Whether it is the same in OPA, be it a text or what it may stand for."""
    try:
        json.loads(key, parse_int=_same, parse_float=_same)
    except ValueError:
        return True
    except Unsupported:
        return False
    return key[0] not in "[{" or not _HTML.search(key)


def _same(digits: str) -> None:
    if written.form(digits) != digits:
        raise Unsupported(digits)
