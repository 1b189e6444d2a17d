"""What an instruction of a Dockerfile may be like (buildkit's `frontend/dockerfile/instructions/parse.go`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from erpguard.conftest.parsers.dockerfile_instructions import Instruction
from erpguard.conftest.parsers.go_texts import SPACE
from erpguard.conftest.parsers.heredocs import heredoc
from erpguard.conftest.parsers.parsed import NotParsedError

_TEXT, _TEXTS, _TRUTH = "text", "texts", "truth"
_FLAGS: Mapping[str, Mapping[str, str]] = {
    "add": {
        **dict.fromkeys(("chown", "chmod", "checksum"), _TEXT),
        **dict.fromkeys(("link", "keep-git-dir", "unpack"), _TRUTH),
        "exclude": _TEXTS,
    },
    "copy": {
        **dict.fromkeys(("chown", "chmod", "from"), _TEXT),
        **dict.fromkeys(("link", "parents"), _TRUTH),
        "exclude": _TEXTS,
    },
    "from": {"platform": _TEXT},
    "healthcheck": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _TEXT),
    "run": {"mount": _TEXTS, "device": _TEXTS, "network": _TEXT, "security": _TEXT},
}
_STAGE = re.compile(r"[a-z][a-z0-9_.-]*")
_ONE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)", re.ASCII)
_SECONDS = {"ns": 1e-9, "us": 1e-6, "\u00b5s": 1e-6, "\u03bcs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_COUNT = re.compile(r"\+?\d+|-0+", re.ASCII)
_MOST = 2**31 - 1


def check(made: Instruction, line: int) -> None:
    """NotParsedError for an instruction that there is not, or not in this way."""
    kind = made.name.lower()
    if kind not in _CHECKS:
        raise NotParsedError(line, f"there is no instruction {made.name[:40]!r}")
    wrong = _CHECKS[kind](made)
    has_flags = kind not in ("arg", "stopsignal") and not (kind == "healthcheck" and _is_none(made))
    wrong = wrong or (_wrong_flag(made.flags or (), _FLAGS.get(kind, {})) if has_flags else "")
    if wrong:
        raise NotParsedError(line, f"{kind.upper()} {wrong}")


def _wrong_flag(flags: Sequence[str], known: Mapping[str, str]) -> str:
    seen = set()
    for flag in flags:
        name, sign, value = flag.partition("=")
        kind = known.get(name[2:])
        if kind is None:
            return f"has no flag {name[:40]}"
        if name in seen and kind != _TEXTS:
            return f"has the flag {name} twice"
        seen.add(name)
        if kind == _TRUTH and (value.lower() not in ("true", "false", "") or (sign and not value)):
            return f"takes true or false for {name}"
        if kind != _TRUTH and not sign:
            return f"needs a value for {name}"
    return ""


def _at_least_one(made: Instruction) -> str:
    return "" if made.values else "needs an argument"


def _exactly_one(made: Instruction) -> str:
    return "" if len(made.values) == 1 else "needs one argument"


def _pairs(made: Instruction) -> str:
    return "" if made.values and all(made.values[::3]) else "needs a name and a value"


def _names(made: Instruction) -> str:
    return "" if made.values and not any(one.startswith("=") for one in made.values) else "needs a name"


def _from(made: Instruction) -> str:
    values = made.values
    if len(values) == 3 and values[1].lower() == "as":
        return "" if _STAGE.fullmatch(values[2].lower()) else "needs a name of letters, digits and . _ - after AS"
    return "" if len(values) == 1 else "takes an image, or an image AS a name"


def _copy(made: Instruction) -> str:
    if len(made.values) < 2:
        return "needs a source and a destination"
    return "takes no here-document as its destination" if heredoc(made.values[-1]) else ""


def _volume(made: Instruction) -> str:
    return "" if made.values and all(one.strip(SPACE) for one in made.values) else "needs folders"


def _onbuild(made: Instruction) -> str:
    if made.inner is None:
        return "needs an instruction"
    kind = made.inner.name.upper()
    return f"takes no {kind}" if kind in ("ONBUILD", "MAINTAINER", "FROM") else ""


def _shell(made: Instruction) -> str:
    return "" if made.is_json and made.values else "needs an array in JSON"


def _is_none(made: Instruction) -> bool:
    return bool(made.values) and made.values[0].upper() == "NONE"


def _healthcheck(made: Instruction) -> str:
    if not made.values:
        return "needs an argument"
    if _is_none(made):
        return "NONE takes no argument" if len(made.values) > 1 else ""
    if made.values[0].upper() != "CMD" or len(made.values) < 2:
        return "takes NONE, or CMD and a command"
    given = dict(flag[2:].partition("=")[::2] for flag in made.flags or ())
    retries = given.pop("retries", "")
    if retries and not (_COUNT.fullmatch(retries) and len(retries) < 20 and int(retries) <= _MOST):
        return "takes a count for --retries"
    return "" if all(map(_is_interval, given.values())) else "takes durations from 1ms, such as 30s"


def _is_interval(text: str) -> bool:
    """Whether a text is a duration of nothing, or of a millisecond at least (pkg.go.dev/time#ParseDuration)."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if text == "" or unsigned == "0":
        return True
    parts = _ONE.findall(unsigned)
    if not parts or "".join(number + unit for number, unit in parts) != unsigned:
        return False
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return seconds == 0 or (seconds >= 1e-3 and not text.startswith("-"))


def _anything(made: Instruction) -> str:
    return ""


_CHECKS: Mapping[str, Callable[[Instruction], str]] = {
    **dict.fromkeys(("add", "copy"), _copy),
    **dict.fromkeys(("cmd", "entrypoint", "run"), _anything),
    **dict.fromkeys(("env", "label"), _pairs),
    **dict.fromkeys(("maintainer", "stopsignal", "user", "workdir"), _exactly_one),
    "arg": _names,
    "expose": _at_least_one,
    "from": _from,
    "healthcheck": _healthcheck,
    "onbuild": _onbuild,
    "shell": _shell,
    "volume": _volume,
}
