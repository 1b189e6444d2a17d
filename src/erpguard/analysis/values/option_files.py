"""YAML and TOML configuration files inside of ConfigMaps: flat options and the lines where they stand.

Read from parser events, so that depth and aliases in a file that nobody vouches for cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

_SECTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"-]+)\s*=")


class Line(NamedTuple):
    """The value of an option (None for a mapping) and its 0-based line."""

    value: str | None
    line: int


Options = dict[str, Line]
"""Dotted key in lower case -> value and line. Items of a list are joined with commas."""


def yaml_options(text: str) -> Options | None:
    """The options of a YAML file; None where it is no mapping, or has anchors that would have to be followed."""
    try:
        return _flat(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return None


def _flat(events: Iterator[Any]) -> Options | None:
    options: Options = {}
    frames: list[_Frame] = []
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            return None
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            if not frames and not is_mapping:
                return None
            name = _taken(frames, None, _line(event), options)
            frames.append(_Frame(name, is_mapping))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            frames.pop()
            if not frames:
                return options
        elif isinstance(event, yaml.ScalarEvent):
            if not frames:
                return {} if not event.value else None
            _scalar(frames, event, options)
    return options


class _Frame:
    """An open mapping or sequence: its dotted name, and the key that waits for its value."""

    __slots__ = ("is_mapping", "key", "line", "name")

    def __init__(self, name: str, is_mapping: bool) -> None:
        self.name = name
        self.is_mapping = is_mapping
        self.key: str | None = None
        self.line = 0


def _taken(frames: list[_Frame], value: str | None, line: int, options: Options) -> str:
    """Note a value under the innermost key; returns its name."""
    if not frames:
        return ""
    frame = frames[-1]
    if not frame.is_mapping:
        before = options.get(frame.name)
        if value is not None and before is not None:
            joined = value if before.value is None else f"{before.value},{value}"
            options[frame.name] = Line(joined, before.line)
        return frame.name + "[]"
    key, frame.key = frame.key or "", None
    name = f"{frame.name}.{key}" if frame.name else key
    options[name] = Line(value, frame.line)
    return name


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark is not None else 0


def _scalar(frames: list[_Frame], event: Any, options: Options) -> None:
    frame = frames[-1]
    if frame.is_mapping and frame.key is None:
        frame.key, frame.line = event.value.lower(), _line(event)
        return
    empty = event.implicit[0] and event.value in ("", "~", "null")
    _taken(frames, None if empty else event.value, _line(event), options)


def toml_options(text: str) -> Options | None:
    """The options of a TOML file; None where it is none."""
    import tomllib

    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    lines = dict(_toml_lines(text))
    return {name: Line(value, _nearest(name, lines)) for name, value in flat_values(values)}


def flat_values(values: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The dotted names of a mapping in lower case, with their values as texts: as `Options` has them."""
    waiting: list[tuple[str, Any]] = [(str(key).lower(), value) for key, value in values.items()]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            yield name, None
            waiting += [(f"{name}.{str(key).lower()}", inner) for key, inner in value.items()]
        elif isinstance(value, list):
            yield name, ",".join(map(_text, value))
        else:
            yield name, None if value is None else _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _toml_lines(text: str) -> Iterator[tuple[str, int]]:
    section = ""
    for number, line in enumerate(text.split("\n")):
        header = _SECTION.fullmatch(line)
        if header:
            section = _plain(header[1])
            yield section, number
            continue
        key = _KEY.match(line)
        if key:
            yield (f"{section}.{_plain(key[1])}" if section else _plain(key[1])), number


def _plain(name: str) -> str:
    return ".".join(part.strip().strip('"') for part in name.split(".")).lower()


def _nearest(name: str, lines: Mapping[str, int]) -> int:
    while name and name not in lines:
        name = name.rpartition(".")[0]
    return lines.get(name, 0)
