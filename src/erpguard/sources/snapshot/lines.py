"""The lines of a snapshot: JSON objects, told apart by `record`. Their schema is `schemas/snapshot.schema.json`."""

from __future__ import annotations

from typing import Any, NamedTuple, cast, get_args

from erpguard.model import Path, pointer
from erpguard.sources.live import PLATFORMS, Gap, Item, Platform, Reason, Target

VERSION = 1

_REASONS = frozenset(get_args(Reason))


class Header(NamedTuple):
    """What the first line says: when the snapshot was taken (ISO 8601, UTC), by which version, and of what.

    `notes` are what the user was told of the connections.
    """

    taken: str
    erpguard: str
    targets: tuple[Target, ...]
    notes: tuple[str, ...] = ()


class End(NamedTuple):
    """What the last line says. `digest` is the SHA-256, in hexadecimal, of the bytes of all lines before it."""

    items: int
    gaps: int
    digest: str


class LineError(Exception):
    """A line is not what the schema says."""


def header_value(header: Header) -> dict[str, Any]:
    """The first line."""
    targets = [{"platform": one.platform, "name": one.name, "scope": list(one.scope)} for one in header.targets]
    return {
        "record": "snapshot",
        "version": VERSION,
        "taken": header.taken,
        "erpguard": header.erpguard,
        "targets": targets,
        **({"notes": list(header.notes)} if header.notes else {}),
    }


def record_value(record: Item | Gap) -> dict[str, Any]:
    """The line of an item or a gap."""
    if isinstance(record, Gap):
        return {"record": "gap", **record._asdict(), "types": list(record.types)}
    value: dict[str, Any] = {"record": record.platform}
    if record.cluster:
        value["cluster"] = record.cluster
    value["body"] = record.body
    if record.sensitive:
        value["sensitive"] = [pointer(path) for path in sorted(record.sensitive, key=str)]
    return value


def end_value(end: End) -> dict[str, Any]:
    """The last line."""
    return {"record": "end", "items": end.items, "gaps": end.gaps, "sha256": end.digest}


def header(value: Any) -> Header:
    """The header that a first line holds. Raises LineError."""
    if not isinstance(value, dict) or value.get("record") != "snapshot":
        raise LineError("the first line is not the header of a snapshot")
    if value.get("version") != VERSION:
        raise LineError(
            f"version {value.get('version')!r} of the format is not known here, only {VERSION}: update erpguard"
        )
    targets = value.get("targets")
    if not isinstance(targets, list):
        raise LineError("`targets` must be a list")
    notes = _texts(value, "notes") if "notes" in value else ()
    return Header(_text(value, "taken"), _text(value, "erpguard"), tuple(map(_target, targets)), notes)


def record(value: Any) -> Item | Gap | End:
    """What a later line holds. Raises LineError."""
    kind = value.get("record") if isinstance(value, dict) else None
    if kind in PLATFORMS:
        return _item(value, kind)
    if kind == "gap":
        return _gap(value)
    if kind == "end":
        return End(_number(value, "items"), _number(value, "gaps"), _text(value, "sha256"))
    raise LineError(f"a record {kind!r} is not known: expected one of {', '.join(PLATFORMS)}, gap, end")


def _item(value: dict[str, Any], platform: Platform) -> Item:
    body = value.get("body")
    if not isinstance(body, dict):
        raise LineError("`body` must be an object")
    hidden = value.get("sensitive", [])
    if not isinstance(hidden, list) or not all(isinstance(one, str) for one in hidden):
        raise LineError("`sensitive` must be a list of JSON pointers")
    return Item(platform, body, str(value.get("cluster") or ""), tuple(_path(one, body) for one in hidden))


def _gap(value: dict[str, Any]) -> Gap:
    platform, reason = value.get("platform"), cast(Reason, value.get("reason"))
    if reason not in _REASONS or platform not in PLATFORMS:
        raise LineError(f"a gap of reason {reason!r} on platform {platform!r} is not known")
    return Gap(
        platform,
        _text(value, "operation"),
        _text(value, "scope"),
        _texts(value, "types"),
        reason,
        _number(value, "status"),
        _text(value, "permission"),
        _text(value, "detail"),
    )


def _target(value: Any) -> Target:
    if not isinstance(value, dict) or value.get("platform") not in PLATFORMS:
        raise LineError("a target needs the platform azure or kubernetes")
    return Target(value["platform"], _text(value, "name"), _texts(value, "scope"))


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    if not isinstance(found, str):
        raise LineError(f"`{key}` must be a text")
    return found


def _texts(value: dict[str, Any], key: str) -> tuple[str, ...]:
    found = value.get(key)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise LineError(f"`{key}` must be a list of texts")
    return tuple(found)


def _number(value: dict[str, Any], key: str) -> int:
    found = value.get(key)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise LineError(f"`{key}` must be a number")
    return found


def _path(text: str, body: Any) -> Path:
    """The path of a JSON pointer (RFC 6901); a step into a list is an index."""
    path: list[str | int] = []
    for step in text.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(body, list):
            if not key.isdecimal():
                raise LineError(f"{text} leads into a list, but {key!r} is no index")
            path.append(int(key))
            body = body[int(key)] if int(key) < len(body) else None
        else:
            path.append(key)
            body = body.get(key) if isinstance(body, dict) else None
    return tuple(path)
