"""Connection strings of PostgreSQL that are keywords and values: `host=pg dbname=erp sslmode=require`.

postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from erpguard.analysis.applications.connection_uris import ConnectionUri
from erpguard.normalize.shapes import has_placeholder

# On one line, so that the assignments of a script are none; `--host=pg` and the query of a URI are none either.
_PAIR = r"([A-Za-z_]+)[ \t]*=[ \t]*('(?:[^'\\]|\\.)*'|[^\s'\";&|]*)"
_STRING = re.compile(rf"(?<![\w.?&;-]){_PAIR}(?:[ \t]+{_PAIR})*")
_EACH = re.compile(_PAIR)
_BESIDE_HOST = frozenset(("dbname", "password", "port", "sslmode", "user"))


def connection_strings(text: str) -> Iterator[ConnectionUri]:
    """Those in a text, in which `${...}` stands for what is not known; a host may be left to the environment."""
    for match in _STRING.finditer(text) if "=" in text else ():
        given = {name: value.strip("'") for name, value in _EACH.findall(match[0])}
        if not (("host" in given and _BESIDE_HOST & given.keys()) or ("sslmode" in given and "dbname" in given)):
            continue
        line = text[text.rfind("\n", 0, match.start()) + 1 :].partition("\n")[0]
        yield ConnectionUri(
            redis=False,
            secure=False,
            jdbc=False,
            hosts=tuple(given["host"].split(",")) if "host" in given else ("",),
            start=match.start(),
            parameters={name: value for name, value in given.items() if not has_placeholder(value)},
            parameters_known=not has_placeholder(given.get("sslmode", line.replace(match[0], ""))),
        )
