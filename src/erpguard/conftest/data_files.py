"""What `data` holds besides the packages: YAML and JSON files, placed as OPA places them.

The contents of a file stand below the names of the folders that hold it, counted from the one that was given; the name
of the file does not matter. `a.b:PATH` puts all of it below `a` and `b` (openpolicyagent.org/docs/cli).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from math import isfinite
from typing import Any

from erpguard.conftest.modules import shown
from erpguard.conftest.yaml_events import DataScalars, events, resolve_data
from erpguard.errors import UsageError
from erpguard.model import Problem
from erpguard.sources import Input
from erpguard.sources.input_files import read
from erpguard.sources.yaml_documents import load

SUFFIXES = (".yaml", ".yml", ".json")

Json = dict[str, Any]

_events = partial(events, resolve=resolve_data)


def data_of(paths: Iterable[str]) -> Json:
    """What the files of some paths hold together.

    UsageError, with file and line, for what does not exist, cannot be read, or says of one value two things.
    """
    found: Json = {}
    for given in paths:
        prefix, path = split(given)
        for name, file, steps in _files(path):
            _merge(found, _below((*prefix, *steps), _value(name, file), name), name)
    return found


def number_forms(paths: Iterable[str]) -> list[str]:
    """The numbers of JSON files in forms of their own: OPA shows `1.0` and `0.10` as they are there.

    In YAML they are floats of Go, which has one form for each.
    """
    found: set[str] = set()
    for given in paths:
        for name, file, _ in _files(split(given)[1]):
            if name.endswith(".json"):
                data = read(Input(name, file))
                with suppress(ValueError):  # YAML that is called JSON
                    json.loads(data if isinstance(data, bytes) else "null", parse_float=found.add)
    return sorted(text for text in found if isfinite(float(text)) and text != repr(float(text)).removesuffix(".0"))


def split(given: str, folder: str = "") -> tuple[tuple[str, ...], str]:
    """The names before the colon, and the path, which is relative to a folder."""
    prefix, colon, path = given.partition(":")
    if not colon or not prefix or os.path.exists(os.path.join(folder, given)):
        return (), given
    return tuple(prefix.split(".")), path


def _files(path: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(name that is shown, file, names of the folders that hold it) of the data files of a path."""
    if os.path.isfile(path):
        if not path.endswith(SUFFIXES):
            raise UsageError(f"{path}: data is YAML or JSON: name the file .yaml or .json")
        yield shown(path), path, ()
        return
    if not os.path.isdir(path):
        raise UsageError(f"{path}: no such file or folder (--data)")
    inside = os.path.join(os.path.realpath(path), "")
    for where, folders, names in os.walk(path):
        folders.sort()
        steps = () if where == path else tuple(os.path.relpath(where, path).split(os.sep))
        for name in sorted(names):
            file = os.path.join(where, name)
            if name.endswith(SUFFIXES):
                if not os.path.realpath(file).startswith(inside):
                    raise UsageError(f"{shown(file, path)}: a symbolic link that leads out of {shown(path)}")
                yield shown(file, path), file, steps


def _value(name: str, path: str) -> Any:
    data = read(Input(name, path))
    loaded = None if isinstance(data, Problem) else load(data, name, DataScalars(), _events)
    problems = [data] if isinstance(data, Problem) else loaded.problems if loaded else []
    for problem in problems:
        if problem.level == "error":
            raise UsageError(f"{problem.place}: {problem.message}")
    value = loaded.documents[0].value if loaded and loaded.documents else None
    return _with_floats(value, data) if isinstance(data, bytes) and name.endswith(".json") else value


def _with_floats(value: Any, data: bytes) -> Any:
    """A value of JSON with floats for numbers with a point, also `1.0`: the interpreter tells them from integers."""
    try:
        return json.loads(data, parse_float=_float)
    except ValueError:  # YAML that is called JSON
        return value


def _float(text: str) -> float | str:
    """A float; a text where it is beyond all of them, as in YAML."""
    return float(text) if isfinite(float(text)) else text


def _below(steps: tuple[str, ...], value: Any, name: str) -> Json:
    for step in reversed(steps):
        value = {step: value}
    if not isinstance(value, dict):
        raise UsageError(f"{name}: data at the top has to be a mapping: put the file into a folder, which names it")
    return value


def _merge(into: Json, given: Json, name: str, path: tuple[str, ...] = ()) -> None:
    """Add what a file says; two values for one thing are no data, not even if they are the same."""
    for key, value in given.items():
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, dict):
            _merge(into[key], value, name, (*path, key))
        else:
            raise UsageError(f"{name}: data.{'.'.join((*path, key))} is set by another data file as well")
