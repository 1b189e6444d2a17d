"""Regular expressions that stand in manifests: matched against short texts, without being trusted.

They are Go expressions (golang.org/s/re2syntax). What Python reads otherwise, and what could run for long when it
backtracks, is not matched: the answer is then not known.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST = 300
_REPETITIONS = 6
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPETITION = re.compile(r"[*+{]")
_DIFFERENT = re.compile(r"\[\[:|\\[zQEpPCX]|\\x\{|\(\?[^:iP]|\(\?P[^<]")
_TEMPLATE = re.compile(r"\{(\w*)(?::((?:[^{}]|\{[^{}]*\})*))?\}")


@lru_cache(maxsize=1024)
def compiled(expression: str) -> re.Pattern[str] | None:
    """The expression, if it is safe and means the same here; None otherwise."""
    if len(expression) > _LONGEST or _REPEATED_GROUP.search(expression) or _DIFFERENT.search(expression):
        return None
    if len(_REPETITION.findall(expression)) > _REPETITIONS:
        return None
    try:
        return re.compile(expression, re.ASCII)
    except (re.error, OverflowError):
        return None


def search(expression: str, text: str) -> bool | None:
    """Whether the expression matches somewhere in the text; None where that is not known."""
    pattern = compiled(expression)
    return None if pattern is None else pattern.search(text) is not None


def replace(expression: str, replacement: str, text: str) -> str | None:
    """The text with every match replaced as Go does (`$1`, `${1}`); None where that is not known."""
    pattern = compiled(expression)
    if pattern is None:
        return None
    groups = re.compile(r"\$(?:(\d+)(?!\w)|\{(\d+)\})")
    if "$" in groups.sub("", replacement):
        return None  # names, or `$1x`, which Go takes as a name

    def filled(match: re.Match[str]) -> str:
        def group(reference: re.Match[str]) -> str:
            number = int(reference[1] or reference[2])
            return (match[number] or "") if number <= (match.re.groups) else ""

        return groups.sub(group, replacement)

    return pattern.sub(filled, text)


def is_template(text: str) -> bool:
    """Whether a text holds `{name}` or `{name:regex}` of Traefik v2's muxer."""
    match = _TEMPLATE.search(text)
    return match is not None and not re.fullmatch(r"\d*", match[1])


def host_template(text: str) -> str:
    """The expression that a host template of Traefik v2 stands for."""
    return "(?i:^" + _expression(text, "[^.]+") + "$)"


def path_template(text: str) -> str:
    """The expression of a path template of Traefik v2, open at its end."""
    return "^" + _expression(text, "[^/]+")


def _expression(text: str, default: str) -> str:
    made, end = [], 0
    for match in _TEMPLATE.finditer(text):
        made += [re.escape(text[end : match.start()]), "(?:", match[2] or default, ")"]
        end = match.end()
    return "".join([*made, re.escape(text[end:])])
