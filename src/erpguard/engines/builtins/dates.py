"""Times read by example, as https://pkg.go.dev/time#Parse reads them where the local zone is UTC."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date

from erpguard.engines.builtins.layouts import DAYS, MONTHS, NAMED, pieces

_EPOCH = date(1970, 1, 1).toordinal()
_GREGORIAN = 400
_DAYS_OF_400_YEARS = 146_097
_HOURS = r"[+-]0*(?:2[0-3]|1?[0-9])(?![0-9])"
_ZONE = re.compile(rf"UTC|ChST|MeST|GMT(?:{_HOURS})?|{_HOURS}")
_LETTERS = re.compile(r"[A-Z]{0,6}")
_OFFSET = re.compile(r"([+-])([0-9]{2})(:?)([0-9]{2})?(:?)([0-9]{2})?")
_FRACTION = re.compile(r"[.,]([0-9]+)")
_SHORT_DAYS, _SHORT_MONTHS = ([name[:3] for name in names] for names in (DAYS, MONTHS))
_NUMBERS = {
    "01": ("month", 2, 2), "1": ("month", 1, 2), "02": ("day", 2, 2), "2": ("day", 1, 2), "_2": ("day", 1, 2),
    "002": ("yearday", 3, 3), "__2": ("yearday", 1, 3), "15": ("hour", 1, 2), "03": ("hour", 2, 2),
    "3": ("hour", 1, 2), "04": ("minute", 2, 2), "4": ("minute", 1, 2), "05": ("second", 2, 2), "5": ("second", 1, 2),
    "2006": ("year", 4, 4), "06": ("year", 2, 2),
}  # fmt: skip
_RANGES = {"01": (1, 12), "1": (1, 12), "15": (0, 23), "03": (0, 12), "3": (0, 12)}
_SIXTY = (0, 59)


def days(year: int, month: int, day: int) -> int:
    """Days from 1970 on, for any year; the day may be outside the month."""
    cycles, within = divmod(year - 1, _GREGORIAN)
    return date(within + 1, month, 1).toordinal() + cycles * _DAYS_OF_400_YEARS - _EPOCH + day - 1


def parsed(layout: str, text: str) -> int:
    """Nanoseconds from 1970 on. ValueError for what is no time of this layout."""
    layout = NAMED.get(layout, layout)
    reading = _Reading(text)
    examples = list(pieces(layout))
    for place, (literal, example) in enumerate(examples):
        reading.skip(literal)
        if example:
            # Whether a fraction follows its seconds in the layout, directly or after other text.
            reading.read(example, examples[place + 1][1][:1] in (".", ",") if place + 1 < len(examples) else False)
    if reading.rest:
        raise ValueError("more than the layout has")
    return reading.nanoseconds()


class _Reading:
    """What is left of a text, and what was read."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self._found: dict[str, int] = {}
        self._offset: int | None = None
        self._half: str = ""

    def skip(self, literal: str) -> None:
        """What has to be there as it is; of white space, any amount."""
        while literal:
            if literal[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise ValueError("other text")
                literal, self.rest = literal.lstrip(" "), self.rest.lstrip(" ")
            elif self.rest[:1] != literal[0]:
                raise ValueError("other text")
            else:
                literal, self.rest = literal[1:], self.rest[1:]

    def read(self, example: str, has_fraction: bool) -> None:
        """What stands for one example."""
        if example in _NUMBERS:
            self._number(example)
            if example in ("05", "5") and not has_fraction:
                self._fraction()
        elif example in ("January", "Jan", "Monday", "Mon"):
            self._name(example)
        elif example in ("PM", "pm"):
            self._half = self._take(re.compile("AM|PM" if example == "PM" else "am|pm"))[0].upper()
        elif example == "MST":
            self._zone()
        elif example[0] in "-Z":
            self._numeric_zone(example)
        elif example[1] == "9":
            self._fraction()
        else:
            self._nanosecond(self._take(re.compile(f"[.,]([0-9]{{{len(example) - 1}}})"))[1])

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.rest)
        if not found:
            raise ValueError("other text")
        self.rest = self.rest[found.end() :]
        return found

    def _number(self, example: str) -> None:
        name, least, most = _NUMBERS[example]
        blanks = {"_2": 1, "__2": 2}.get(example, 0)
        while blanks and self.rest[:1] == " ":
            blanks, self.rest = blanks - 1, self.rest[1:]
        signed = "|[+-][0-9]" if example == "06" else ""
        value = int(self._take(re.compile(f"[0-9]{{{least},{most}}}{signed}"))[0])
        low, high = _RANGES.get(example, _SIXTY if name in ("minute", "second") else (-9, 9999))
        if not low <= value <= high:
            raise ValueError(f"no {name}")
        self._found[name] = value + (1900 if value >= 69 else 2000) if example == "06" else value

    def _name(self, example: str) -> None:
        names = {"January": MONTHS, "Jan": _SHORT_MONTHS, "Monday": DAYS, "Mon": _SHORT_DAYS}[example]
        for number, name in enumerate(names, 1):
            if self.rest[: len(name)].lower() == name.lower():
                self.rest = self.rest[len(name) :]
                if example[0] == "J":
                    self._found["month"] = number
                return
        raise ValueError("no name")

    def _fraction(self) -> None:
        if found := _FRACTION.match(self.rest):
            self.rest = self.rest[found.end() :]
            self._nanosecond(found[1])

    def _nanosecond(self, digits: str) -> None:
        self._found["nanosecond"] = int(digits[:9].ljust(9, "0"))

    def _zone(self) -> None:
        """A name, which says nothing of the time: https://pkg.go.dev/time#Parse fabricates a zone of that name."""
        found = _ZONE.match(self.rest) or _LETTERS.match(self.rest)
        name = found[0] if found else ""
        is_known = name in ("ChST", "MeST", "WITA") or name.startswith(("GMT", "+", "-"))
        if not is_known and len(name) != 3 and not (len(name) in (4, 5) and name.endswith("T")):
            raise ValueError("no zone")
        self.rest = self.rest[len(name) :]

    def _numeric_zone(self, example: str) -> None:
        if example[0] == "Z" and self.rest[:1] == "Z":
            self.rest, self._offset = self.rest[1:], 0
            return
        shape = re.sub("[0-9]{2}", "[0-9]{2}", example[1:])
        found = _OFFSET.fullmatch(self._take(re.compile(f"[+-]{shape}"))[0])
        if not found:
            raise ValueError("no zone")
        hours, minutes, seconds = (int(found[group] or 0) for group in (2, 4, 6))
        if hours > 24 or minutes > 60 or seconds > 60:
            raise ValueError("no zone")
        self._offset = (-1 if found[1] == "-" else 1) * ((hours * 60 + minutes) * 60 + seconds)

    def nanoseconds(self) -> int:
        """What all of it is. ValueError for a day that is not."""
        found = self._found
        year, hour = found.get("year", 0), found.get("hour", 0)
        if self._half == "PM" and hour < 12:
            hour += 12
        elif self._half == "AM" and hour == 12:
            hour = 0
        month, day = self._day(year)
        seconds = days(year, month, day) * 86400 + hour * 3600 + found.get("minute", 0) * 60 + found.get("second", 0)
        return (seconds - (self._offset or 0)) * 10**9 + found.get("nanosecond", 0)

    def _day(self, year: int) -> tuple[int, int]:
        month, day = self._found.get("month"), self._found.get("day")
        if "yearday" in self._found:
            number = self._found["yearday"]
            if not 1 <= number <= 365 + isleap(year):
                raise ValueError("no day of the year")
            of = date.fromordinal(date(2000 if isleap(year) else 2001, 1, 1).toordinal() + number - 1)
            if month not in (None, of.month) or day not in (None, of.day):
                raise ValueError("two days")
            return of.month, of.day
        month, day = month or 1, 1 if day is None else day
        if not 1 <= day <= monthrange(2000 if isleap(year) else 2001, month)[1]:
            raise ValueError("no day of the month")
        return month, day
