"""Secrets in texts: configuration files of ConfigMaps, scripts, words of command lines, connection strings.

Only the value goes; in its place stands a text with a placeholder, which analyses take for something that is not known:
a verdict that would rest on it becomes undetermined, and everything around it is judged as before. Lines stay where
they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from erpguard.sources.kubernetes_cluster.secret_names import is_secret_variable

MARK = "removed-${removed}"
"""What stands for a secret. As a whole word it is not a bare placeholder, which could be an option or a program."""
_STARTED = "removed-${"

# What every pattern below needs: most texts have none of it, and are left alone.
_HINT = re.compile(
    r"pass|pwd|secret|token|key|auth|credential|connection|private|basic|bearer|sig=|://|user[ \t]|-cli|odoo|openerp"
    r"|\$2|\$apr1|\$[156y]\$|\$argon2|\$scrypt|\$pbkdf2|\{S?SHA|SCRAM|md5|eyJ|gh[pousr]_|github_pat|glpat|xox|code=",
    re.IGNORECASE,
)

_clean: set[str] = set()

_REFERENCE = re.compile(r"[\"']?(?:\$[({]?\w+[)}]?|\$\{[^}]*\}|\{\{.*\}\}|%\(?\w+\)?s?)[\"']?")
_PLAIN = frozenset(("", "true", "false", "yes", "no", "on", "off", "none", "null", "~", '""', "''", "{}", "[]"))

_PEM = re.compile(
    r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)(.*?)(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
# The password of a URI: behind the first colon of what stands before the last `@`. Where what follows the colon is no
# port, a `/` may be part of a password that nobody encoded.
_PASSWORD = re.compile(r"(://[^\s/?#:@\"'`]{0,100}:)((?![0-9]{1,5}(?:[/?#\s]|$))[^\s\"'`]{0,256})(?=@)")
_LOGIN = re.compile(r"(https?://)([^\s/?#:@\"'`]{8,256})(?=@)")
_PARAMETER = re.compile(
    r"([?&](?:sig|signature|password|passwd|pwd|token|access_token|api_?key|client_secret|secret|sslpassword|code)=)"
    r"([^&\s\"'`#]+)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b((?:bearer|basic)\s+)([A-Za-z0-9+/=._~-]{8,})", re.IGNORECASE)
_SHAPED = re.compile(
    r"\$(?:2[abxy]?|apr1|[156y]|argon2\w*|scrypt|pbkdf2(?:-\w+)?)\$[^\s\"':]{8,}|\{S?SHA\d*\}[A-Za-z0-9+/=]{8,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-)[A-Za-z0-9_-]{10,}|\bmd5[0-9a-f]{32}\b|\bSCRAM-SHA-256\$\S+"
)
# `name = value`, `name: value`, `"name": "value"`, `--name value`: the name is looked at afterwards. Nothing here may
# look far ahead or back: the text is anybody's, and may be long.
_NAME = r"(?P<name>[\"']?(?:--?)?[A-Za-z_][\w.-]{1,80}[\"']?)"
_QUOTED = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
_WHOLE_LINE = re.compile(
    rf"(?P<before>^[ \t]*(?:-[ \t]+)?){_NAME}(?P<is>[ \t]*:[ \t]+|[ \t]+=[ \t]*|[ \t]*=[ \t]+)"
    r"(?P<value>(?![|>\[{&*\"'])[^\s][^\n]*)",
    re.MULTILINE,
)
_WITHIN = re.compile(
    rf"(?P<before>^|[\s{{,;?&(\"'`]){_NAME}(?P<is>[ \t]*=>?[ \t]*|[ \t]*:[ \t]*)"
    rf"(?P<value>{_QUOTED}|[^\s\"',;{{}}()\[\]&|`][^\s\"',;}}\])&|`]*)",
    re.MULTILINE,
)
_OPTION = re.compile(
    rf"(?P<before>^|[\s\"'`])(?P<name>--?[A-Za-z][\w-]{{2,60}})(?P<is>[ \t]+)(?P<value>{_QUOTED}|[^\s-]\S*)"
)
_DIRECTIVE = re.compile(
    r"^(?P<before>[ \t]*)(?P<name>requirepass|masterauth|primaryauth|tls-key-file-pass|tls-client-key-file-pass"
    r"|sentinel[ \t]+(?:auth-pass[ \t]+\S+|sentinel-pass))(?P<is>[ \t]+)(?P<value>\S[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_ACL = re.compile(r"(^[ \t]*user[ \t]+\S[^\n]*)", re.MULTILINE)
_ACL_PASSWORD = re.compile(r"(?<=\s)([>#<!])\S+")
# `redis-cli -a PASSWORD`, `odoo -w PASSWORD`
_SHORT = re.compile(
    r"(\b(?:(?:redis|valkey|keydb)-cli\b[^\n|;&]{0,300}?\s-a|(?:odoo|openerp)[\w-]*\b[^\n|;&]{0,300}?\s-w)[ \t]+)"
    rf"({_QUOTED}|[^\s\"']+)"
)
# Of `name=value` without blanks only names in small letters: others are variables of a script, whose lines are its own.
_HEAD = re.compile(
    r"[ \t]*(?:-[ \t]+)?[\"']?(?P<name>[A-Za-z_][\w.-]{1,80})[\"']?"
    r"(?:[ \t]*:[ \t]+|[ \t]+=[ \t]*|=[ \t]+|(?<=[a-z0-9])=)\S"
)
_COMMENT = re.compile(r"[ \t]#")


def without_secrets(text: str) -> str:
    """The text with `MARK` for each value that is a secret; the same object where there is none."""
    if len(text) < 4 or text in _clean:
        return text
    if _HINT.search(text) is None:
        return _remembered(text)
    cleaned = _blocks(_PEM.sub(_pem, text))
    for pattern, replace in _STEPS:
        cleaned = pattern.sub(replace, cleaned)
    return _remembered(text) if cleaned == text else cleaned


def _remembered(text: str) -> str:
    """Take note that a text is clean: a cluster says the same things thousands of times."""
    if len(text) <= 200 and len(_clean) < 100_000:
        _clean.add(text)
    return text


def _marked(value: str) -> str:
    """The mark, quoted as the value was; numbers become text, so that the file stays well-formed."""
    quote = value[0] if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1 else ""
    if not quote and value.replace(".", "", 1).isdigit():
        quote = '"'
    return f"{quote}{MARK}{quote}"


def _is_harmless(value: str) -> bool:
    """Whether a value is a reference to something else, a flag, or was replaced before."""
    return value.lower() in _PLAIN or _REFERENCE.fullmatch(value) is not None or _STARTED in value


def _named(match: re.Match[str]) -> str:
    name, value = match["name"].strip("\"'").lstrip("-"), match["value"]
    if not is_secret_variable(name) or _is_harmless(value):
        return match[0]
    return f"{match['before']}{match['name']}{match['is']}{_marked(value)}"


def _line(match: re.Match[str]) -> str:
    """A value that goes to the end of its line, or to a comment."""
    if not is_secret_variable(match["name"].strip("\"'").lstrip("-")):
        return match[0]
    value = _COMMENT.split(match["value"], maxsplit=1)[0].rstrip()
    if _is_harmless(value):
        return match[0]
    return match[0][: match.start("value") - match.start()] + _marked(value) + match["value"][len(value) :]


def _directive(match: re.Match[str]) -> str:
    return match[0] if _is_harmless(match["value"]) else match[0][: match.start("value") - match.start()] + MARK


def _second(match: re.Match[str]) -> str:
    return match[0] if _is_harmless(match[2]) else match[1] + MARK


def _pem(match: re.Match[str]) -> str:
    return f"{match[1]}{MARK}" + "\n" * match[2].count("\n") + match[3]


def _blocks(text: str) -> str:
    """What goes on in further lines, each further in than the name: block scalars of YAML, long values of INI files."""
    lines, within = text.split("\n"), -1
    for index, line in enumerate(lines):
        content = line.lstrip()
        if not content:
            continue
        depth = len(line) - len(content)
        if depth > within >= 0:
            lines[index] = line[:depth] + MARK
            continue
        head = _HEAD.match(line)
        within = depth if head is not None and is_secret_variable(head["name"]) else -1
    return "\n".join(lines)


_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_PASSWORD, _second),
    (_LOGIN, _second),
    (_PARAMETER, _second),
    (_SHAPED, lambda match: MARK),
    (_SCHEME, _second),
    (_DIRECTIVE, _directive),
    (_ACL, lambda match: _ACL_PASSWORD.sub(lambda inner: inner[1] + MARK, match[1])),
    (_SHORT, _second),
    (_WHOLE_LINE, _line),
    (_WITHIN, _named),
    (_OPTION, _named),
)
