"""Times written and read by example: https://pkg.go.dev/time#pkg-constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

NAMED = {
    "ANSIC": "Mon Jan _2 15:04:05 2006",
    "UnixDate": "Mon Jan _2 15:04:05 MST 2006",
    "RubyDate": "Mon Jan 02 15:04:05 -0700 2006",
    "RFC822": "02 Jan 06 15:04 MST",
    "RFC822Z": "02 Jan 06 15:04 -0700",
    "RFC850": "Monday, 02-Jan-06 15:04:05 MST",
    "RFC1123": "Mon, 02 Jan 2006 15:04:05 MST",
    "RFC1123Z": "Mon, 02 Jan 2006 15:04:05 -0700",
    "RFC3339": "2006-01-02T15:04:05Z07:00",
    "RFC3339Nano": "2006-01-02T15:04:05.999999999Z07:00",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_STANDARD = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm"
    r"|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])"
)


class Moment(NamedTuple):
    """A time as a clock on the wall shows it. A weekday counts from Sunday, the offset is in seconds."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    weekday: int
    yearday: int
    offset: int
    zone: str


def pieces(layout: str) -> Iterator[tuple[str, str]]:
    """A layout in pairs: what stands as it is, and the example after it; that is empty at the end."""
    place = 0
    for found in _STANDARD.finditer(layout):
        yield layout[place : found.start()], found[0]
        place = found.end()
    yield layout[place:], ""


def written(moment: Moment, layout: str) -> str:
    """A time by example."""
    return "".join(text + (_one(moment, example) if example else "") for text, example in pieces(layout))


def _one(moment: Moment, example: str) -> str:
    if example in _WRITTEN:
        return _WRITTEN[example](moment)
    if example[0] in "-Z":
        return _offset(moment.offset, example)
    digits = f"{moment.nanosecond:09}"[: len(example) - 1].ljust(len(example) - 1, "0")
    if example[1] == "0":
        return example[0] + digits
    return (example[0] + digits.rstrip("0")).rstrip(".,")


def _offset(offset: int, example: str) -> str:
    if example[0] == "Z" and offset == 0:
        return "Z"
    # Go takes the minutes' sign, and cuts towards zero.
    minutes, seconds = abs(offset) // 60, abs(offset) % 60
    sign = "-" if offset < 0 and minutes else "+"
    if sign == "+" and offset < 0:
        seconds = -seconds
    colon = ":" if ":" in example else ""
    made = f"{sign}{minutes // 60:02}"
    count = sum(character.isdigit() for character in example)
    if count > 2:
        made += f"{colon}{minutes % 60:02}"
    return made + f"{colon}{seconds:02}" if count > 4 else made


def _zone(moment: Moment) -> str:
    return moment.zone or _offset(moment.offset, "-0700")


_WRITTEN: dict[str, Callable[[Moment], str]] = {
    "January": lambda moment: MONTHS[moment.month - 1],
    "Jan": lambda moment: MONTHS[moment.month - 1][:3],
    "1": lambda moment: str(moment.month),
    "01": lambda moment: f"{moment.month:02}",
    "Monday": lambda moment: DAYS[moment.weekday],
    "Mon": lambda moment: DAYS[moment.weekday][:3],
    "2": lambda moment: str(moment.day),
    "_2": lambda moment: f"{moment.day:2}",
    "02": lambda moment: f"{moment.day:02}",
    "__2": lambda moment: f"{moment.yearday:3}",
    "002": lambda moment: f"{moment.yearday:03}",
    "15": lambda moment: f"{moment.hour:02}",
    "3": lambda moment: str(moment.hour % 12 or 12),
    "03": lambda moment: f"{moment.hour % 12 or 12:02}",
    "4": lambda moment: str(moment.minute),
    "04": lambda moment: f"{moment.minute:02}",
    "5": lambda moment: str(moment.second),
    "05": lambda moment: f"{moment.second:02}",
    "2006": lambda moment: f"{moment.year:04}",
    "06": lambda moment: f"{moment.year % 100:02}",
    "PM": lambda moment: "PM" if moment.hour >= 12 else "AM",
    "pm": lambda moment: "pm" if moment.hour >= 12 else "am",
    "MST": _zone,
}
