"""What to write instead of what the parser of the embedded engine does not know, and OPA does."""

from __future__ import annotations

import re

from erpguard.engines.syntax.places import offset_of

_PLACE = re.compile(r"[^:\n]*:(\d+):(\d+): ")
_ABOVE_RULES = re.compile(rb"(?:(?:package|import)\b.*|\s*#.*|\s*)(?:\n|\Z)")
_LATE_IMPORT = "an import below a rule is not known here: write it above the rules"
_UNKNOWN = (
    (re.compile(rb'\$["`]'), "string interpolation is not known here: write `sprintf`"),
    (re.compile(rb"and\b"), "`and` is not known here: write the two statements one after the other"),
    (re.compile(rb"or\b"), "`or` is not known here: write a rule for each of the two"),
    (re.compile(rb"import\s"), _LATE_IMPORT),
    (re.compile(rb"not\s*\{"), "a body in `not` is not known here: write `not name`, with a rule that has the body"),
)
_REASONS = {
    "else cannot be used with set rules": "two bodies of one set are not known here: write a rule for each of them",
    "rule must have a body or assignment": "a head alone is not known here: write `f(x) := true`",
}


def advised(message: str, text: str) -> str:
    """An error of syntax, `name:line:column: reason`, with what to write instead, where that is known."""
    place = _PLACE.match(message)
    if place is None:
        return message
    source = text.encode()
    offset = offset_of(source, int(place[1]), int(place[2]))
    found = [advice for pattern, advice in _UNKNOWN if pattern.match(source, offset)]
    if _LATE_IMPORT in found and all(map(_ABOVE_RULES.fullmatch, source[:offset].splitlines(keepends=True))):
        found.remove(_LATE_IMPORT)  # the name of the package is missing
    found += [advice for reason, advice in _REASONS.items() if message.endswith(reason)]
    return f"{place[0]}{found[0]}" if found else message
