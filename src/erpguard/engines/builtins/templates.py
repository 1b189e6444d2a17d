"""Templates of `regex.replace` and `regex.template_match`."""

from __future__ import annotations

import re

from erpguard.engines.builtins.regexes import Translated, literal, pattern, translated
from erpguard.engines.builtins.unsupported import Unsupported


def replacement(text: str, template: str) -> str:
    """A template of Go for what a pattern finds, as the engine reads it: https://pkg.go.dev/regexp#Regexp.Expand."""
    known = translated(text)
    return re.sub(r"\$(\$|\{\w+\}|\w+)?", lambda found: _reference(found[1], known), template)


def _reference(name: str | None, known: Translated) -> str:
    if name in (None, "$"):
        return "$$"
    name = str(name).strip("{}")
    number = int(name) if name.isdecimal() and name.isascii() else known.names.get(name)
    if number == 0 and not name.isdecimal():
        raise Unsupported(f"the group {name}, which is there twice,")
    return f"${{{number}}}" if number is not None and number <= known.groups else ""


def template(text: str, start: str, end: str) -> str:
    """The pattern for the engine of a template with patterns between delimiters."""
    if len(start.encode()) != 1 or len(end.encode()) != 1:
        raise ValueError("a delimiter is one character of ASCII")
    made, level, after, opened = ["^"], 0, 0, 0
    for place, character in enumerate(text):
        if character == start:
            level += 1
            if level == 1:
                opened = place
        elif character == end:
            level -= 1
            if level == 0:
                inner = text[opened + 1 : place]
                translated(f"^{inner}$")
                made += (_quoted(text[after:opened]), f"({inner})")
                after = place + 1
        if level < 0:
            raise ValueError("delimiters are not in pairs")
    if level:
        raise ValueError("delimiters are not in pairs")
    return pattern("".join([*made, _quoted(text[after:]), "$"]))


def _quoted(text: str) -> str:
    return "".join(map(literal, text))
