"""What a dump of PostgreSQL says: which server it asks, and which file it writes.

Sources: postgresql.org/docs/current/app-pgdump.html and postgresql.org/docs/current/libpq-connect.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis.workloads.command_lines import Word
from erpguard.analysis.workloads.environment_variables import Environment
from erpguard.analysis.workloads.pods import Container

DUMPERS = frozenset(("pg_dump", "pg_dumpall", "pg_basebackup"))
_URI = re.compile(r"postgres(?:ql)?://(?:[^@/]*@)?(?P<host>[^:/?,]*)")
_CONNECTION = re.compile(r"(?:^|\s)host\s*=\s*'?(?P<host>[^\s']+)")
_REDIRECTION = re.compile(r">{1,2}|\d>{1,2}")

# The one-letter options that take a value, and what leaves the data out, or makes no dump at all.
_VALUED = {"pg_dump": "deEfFhjnNpStTUZ", "pg_dumpall": "dEfhlpSU", "pg_basebackup": "cdDFhilprsStTUXZ"}
_NO_DUMP = frozenset(("?", "help", "V", "version"))
_SCHEMA = frozenset(("s", "schema-only", "no-data", "statistics-only"))
_SECTIONS = frozenset(("section=pre-data", "section=post-data"))
_WITHOUT_DATA = {
    "pg_dump": _SCHEMA | _SECTIONS,
    "pg_dumpall": _SCHEMA | {"g", "globals-only", "r", "roles-only", "t", "tablespaces-only"},
    "pg_basebackup": frozenset[str](),
}
REMOTE = frozenset(("kubectl", "oc", "docker", "podman", "nerdctl", "crictl"))


class Dump(NamedTuple):
    """A dump of a database.

    `host` None: not known, empty: a socket. `file`: the path that it is written to, where one is seen. `open`: a word
    of the command line is not known, so that it may be written to any other.
    """

    container: Container
    host: str | None
    file: str | None = None
    open: bool = False


def base_name(word: Word) -> str:
    """The last component of a word."""
    return word.text.rpartition("/")[2]


def is_hidden(word: Word) -> bool:
    """Whether an item of `command` or `args` is not known; words of a script often are put together when it runs."""
    return word.node.line is None and not word.known


def read_dump(
    container: Container, command: list[Word], arguments: list[Word], script: list[list[Word]], variables: Environment
) -> Dump:
    """The dump that a command makes. `arguments` follow the program, `script` is all that the container runs."""
    # Words of a script are often put together when it runs (`--file=dump-$(date).sql`), and seldom decide.
    is_open = any(word.text == "${}" and word.node.line is None for word in command)
    host = None if is_open else _host(command, arguments, script, variables)
    return Dump(container, host, _file(arguments, command), is_open)


def holds_data(program: str, arguments: list[Word]) -> bool:
    """Whether a dump has what is in the tables: `--schema-only` and its like leave it out."""
    given = set(_switches(program, arguments))
    return not given & (_NO_DUMP | _WITHOUT_DATA[program] - (_SECTIONS if "section=data" in given else frozenset()))


def _switches(program: str, arguments: list[Word]) -> Iterator[str]:
    """The options of a program without their dashes; of those with one letter each (`-sOx`)."""
    is_value = False
    for word in arguments:
        text, was_value, is_value = word.text, is_value, False
        if was_value or not text.startswith("-"):
            continue
        if text.startswith("--"):
            yield text[2:]
            continue
        for index, letter in enumerate(text[1:], 1):
            if letter in _VALUED[program]:
                is_value = index + 1 == len(text)
                break
            yield letter


def _host(command: list[Word], arguments: list[Word], script: list[list[Word]], variables: Environment) -> str | None:
    """The server that is dumped: from options, a connection string, or PGHOST."""
    executed = _executed_in(command)
    if executed:
        return executed
    given = _option(arguments, "-h", "--host")
    if given is not None:
        return given.text if given.known else None
    for word in arguments:
        match = _URI.search(word.text) or _CONNECTION.search(word.text.partition("dbname=")[2] or word.text)
        if match:
            return match["host"] if "${" not in match["host"] else None
    if any(_may_be_connection(word) for word in arguments):
        return None
    for words_before in (command, *script):
        for word in words_before:
            if word.text.startswith("PGHOST="):
                return word.text.partition("=")[2] if word.known else None
    setting = variables.get("PGHOST")
    hidden = not setting.known or (not setting.value and any(word.text == "${}" for word in arguments))
    return None if hidden else setting.value or ""


def _may_be_connection(word: Word) -> bool:
    """Whether a word that is not known stands alone, or for `--dbname`: it may be a whole connection string."""
    text = re.sub(r"^(?:-d|--dbname=)", "", word.text)
    return bool(re.fullmatch(r"\$\{\w*(?:URL|URI|DSN|CONN)\w*\}", text, re.IGNORECASE))


def _executed_in(command: list[Word]) -> str | None:
    """The pod that `kubectl exec` names: `exec -n erp sts/db -- pg_dump`."""
    texts = [word.text for word in command]
    if not texts or "exec" not in texts or not REMOTE & {base_name(word) for word in command}:
        return None
    rest, namespace = texts[texts.index("exec") + 1 :], ""
    name = ""
    while rest and rest[0] != "--":
        word = rest.pop(0)
        if word in ("-n", "--namespace", "-c", "--container") and rest:
            value = rest.pop(0)
            namespace = value if word in ("-n", "--namespace") else namespace
        elif word.startswith("--namespace="):
            namespace = word.partition("=")[2]
        elif not word.startswith("-") and not name:
            name = word.rpartition("/")[2]
    return f"{name}.{namespace}" if namespace and name else name or None


def _option(arguments: list[Word], short: str, long: str) -> Word | None:
    for index, word in enumerate(arguments):
        if word.text in (short, long) and index + 1 < len(arguments):
            return arguments[index + 1]
        for prefix in (long + "=", short):
            if word.text.startswith(prefix) and not word.text.startswith("--" if prefix == short else "\0"):
                return Word(word.text[len(prefix) :].removeprefix("="), word.node)
    return None


def _file(arguments: list[Word], command: list[Word]) -> str | None:
    """The path that the dump goes to; None where that is not known."""
    target = _option(arguments, "-f", "--file") or _option(arguments, "-D", "--pgdata")
    if target is None:
        for index, word in enumerate(command[:-1]):
            if _REDIRECTION.fullmatch(word.text):
                target = command[index + 1]
    return target.text if target is not None and target.text.startswith("/") else None
