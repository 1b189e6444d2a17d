"""What an OPA answers, in plain values.

Whatever a server sends ends in a value of these types, or in one of the exceptions `MALFORMED`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

MALFORMED = (AttributeError, KeyError, TypeError, ValueError, RecursionError)
"""What is raised for an answer that no OPA gives."""

_SMALLEST, _LARGEST = -(2**63), 2**64


class Answer(NamedTuple):
    """The value of a rule (None where it has none), the server's version, and the bundles that it has loaded."""

    value: Any
    version: str
    revisions: Mapping[str, str]


class Loaded(NamedTuple):
    """A module that a server has."""

    id: str
    package: str
    text: str


class Spot(NamedTuple):
    """A place in a module of a server. What it does not tell of it is 0."""

    file: str
    row: int
    column: int


class Complaint(NamedTuple):
    """What an OPA objects to, in one line, and the places on the stack, innermost first."""

    message: str
    spots: Sequence[Spot] = ()


class Refusal(Exception):
    """An answer that is no success: the status, and what OPA says in it, each possibly empty."""

    def __init__(self, status: int, retry_after: str, said: Any) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after
        told = _mapping(said)
        self.message = _line(told.get("message", ""))
        errors = told.get("errors")
        self.complaints = [complaint(one) for one in (errors if isinstance(errors, list) else ())]

    @property
    def is_of_size(self) -> bool:
        """Whether less would be taken: by OPA, or by what stands before it."""
        return self.status == 413 or "body too large" in self.message

    def __str__(self) -> str:
        return f"{self.status}{': ' if self.message else ''}{self.message}"


def complaint(given: Any) -> Complaint:
    """An item of `errors`."""
    told = _mapping(given)
    frames = told.get("stack_trace")
    places = [_mapping(_mapping(one).get("location")) for one in (told, *(frames if isinstance(frames, list) else ()))]
    spots = [
        Spot(str(one["file"]), _count(one.get("row")), _count(one.get("col"))) for one in places if one.get("file")
    ]
    return Complaint(_line(told.get("message", "")), list(dict.fromkeys(spots)))


def answer(given: Any) -> Answer:
    """The answer of the Data API, with `provenance`."""
    told = given.get("provenance", {})
    bundles = {str(name): str(one.get("revision", "")) for name, one in told.get("bundles", {}).items()}
    if told.get("revision"):
        bundles["bundle"] = str(told["revision"])
    return Answer(_as_embedded(given.get("result")), str(told.get("version", "")), bundles)


def loaded(given: Any) -> list[Loaded]:
    """The answer of the Policy API."""
    return list(map(_module, given["result"]))


def _module(given: Mapping[str, Any]) -> Loaded:
    path = _mapping(_mapping(given.get("ast")).get("package")).get("path", ())
    return Loaded(str(given["id"]), ".".join(str(part["value"]) for part in path[1:]), str(given.get("raw", "")))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _line(text: Any) -> str:
    return " ".join(str(text).split())


def _as_embedded(value: Any) -> Any:
    """Numbers as the embedded engine gives them, for OPA keeps `1.0` as it was written."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode().decode()  # half of a surrogate pair is no text
    if isinstance(value, dict):
        return {_as_embedded(key): _as_embedded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_embedded(one) for one in value]
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int) and not _SMALLEST <= value < _LARGEST:
        return float(value)
    return value


def _number(value: float) -> float | int:
    if not isfinite(value):
        raise ValueError("a number that is none")
    if value.is_integer() and _SMALLEST <= value < _LARGEST and str(value) != "-0.0":
        return int(value) if abs(value) < 2**53 else _digits(value)
    return value


def _digits(value: float) -> int:
    """The shortest digits that mean this number, as they are printed."""
    from decimal import Decimal

    return int(Decimal(repr(value)))
