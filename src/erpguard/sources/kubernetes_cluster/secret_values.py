"""Secrets in objects: what is one as a whole is taken out and told by its path, what is part of a text is replaced.

Kubernetes has a kind for secrets; these are those that stand elsewhere: in variables of containers, in ConfigMaps, in
words of command lines, in headers of middlewares, in values of Helm charts, in annotations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from erpguard.model import Path
from erpguard.sources.kubernetes_cluster.secret_names import is_secret_field, is_secret_key, is_secret_variable
from erpguard.sources.kubernetes_cluster.secret_texts import MARK, without_secrets

DEEPEST = 60
"""Levels that an object may be nested; the API server allows more, policies cannot be asked about more."""

_EXPANDED = re.compile(r"(?:\$\([A-Za-z_][\w.-]*\)|\s)*")
_OPTION = re.compile(r"--?[A-Za-z][\w-]*")
_CLIENTS = re.compile(r"\b(?:redis|valkey|keydb)-cli\b")
_ODOO = re.compile(r"\b(?:odoo|odoo-bin|openerp-server)\b")
_URI = "://"


class TooDeepError(Exception):
    """An object is nested deeper than policies can be asked about."""


def remove_secrets(body: dict[str, Any]) -> list[Path]:
    """Take the secrets out of an object, in place; returns the paths of the values that are gone."""
    gone: list[Path] = []
    if body["kind"] == "ConfigMap" and body["apiVersion"] == "v1":
        _config_map(body, gone)
    _object(body, (), gone)
    return gone


def _config_map(body: dict[str, Any], gone: list[Path]) -> None:
    held = body.get("data")
    data = held if isinstance(held, dict) else {}
    for key in [key for key, value in data.items() if _is_secret(key, value, is_secret_key)]:
        del data[key]
        gone.append(("data", key))
    binary = body.get("binaryData")
    if isinstance(binary, dict):
        body["binaryData"] = dict.fromkeys(binary, "")  # nobody reads them; that there are any, counts


def _is_secret(name: str, value: Any, named: Callable[[str], bool]) -> bool:
    """Whether a value is a secret by its name; a connection that is a URI loses its password only."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not named(name):
        return False
    if not isinstance(value, str):
        return True
    if _EXPANDED.fullmatch(value) is not None or value.lower() in ("true", "false", "yes", "no"):
        return False
    return _URI not in value or "string" not in name.lower()


def _object(value: dict[str, Any], path: Path, gone: list[Path]) -> None:
    if len(path) > DEEPEST:
        raise TooDeepError
    name = value.get("name")
    if isinstance(name, str) and _is_secret(name, value.get("value"), is_secret_variable):
        del value["value"]  # a variable of a container, a header, a parameter
        gone.append((*path, "value"))
    for key, inner in list(value.items()):
        if isinstance(inner, str):
            if is_secret_field(key) and path != ("data",) and _is_secret(key, inner, is_secret_field):
                del value[key]
                gone.append((*path, key))
            else:
                value[key] = without_secrets(inner)
        elif isinstance(inner, dict):
            if path != ("metadata",) or key == "annotations":
                _object(inner, (*path, key), gone)
        elif isinstance(inner, list):
            _list(inner, (*path, key), gone, value)
        elif _is_secret(key, inner, is_secret_field):
            del value[key]
            gone.append((*path, key))


def _list(value: list[Any], path: Path, gone: list[Path], holder: dict[str, Any]) -> None:
    if len(path) > DEEPEST:
        raise TooDeepError
    if value and all(isinstance(word, str) for word in value):
        _words(value, _program(holder))
        return
    for index, inner in enumerate(value):
        if isinstance(inner, dict):
            _object(inner, (*path, index), gone)
        elif isinstance(inner, list):
            _list(inner, (*path, index), gone, holder)
        elif isinstance(inner, str):
            value[index] = without_secrets(inner)


def _program(container: dict[str, Any]) -> str:
    """What a container may run: its image, and its command."""
    command = container.get("command")
    words = [word for word in command if isinstance(word, str)] if isinstance(command, list) else []
    return " ".join((str(container.get("image", "")), *words))


def _words(words: list[str], program: str) -> None:
    """A command line: the word behind an option that takes a secret is one. Its place stays."""
    waiting = False
    whole = " ".join((program, *words))
    for index, word in enumerate(words):
        if waiting and not word.startswith("--") and _EXPANDED.fullmatch(word) is None:
            words[index] = MARK
        else:
            words[index] = _attached(word) if _ODOO.search(whole) else without_secrets(word)
        waiting = _takes_secret(word, whole)


def _attached(word: str) -> str:
    """Odoo's `-wSECRET`."""
    is_password = word.startswith("-w") and len(word) > 2 and not word.startswith("-w$(")
    return f"-w{MARK}" if is_password else without_secrets(word)


def _takes_secret(word: str, whole: str) -> bool:
    if _OPTION.fullmatch(word) is None:
        return False
    if word == "-a":
        return _CLIENTS.search(whole) is not None
    if word == "-w":
        return _ODOO.search(whole) is not None
    return is_secret_variable(word.lstrip("-")) or word == "--pass"
