"""Odoo's options as its command line and its configuration file spell them.

Sources: odoo/tools/config.py of Odoo 13 to 19, and odoo.com/documentation/19.0/developer/reference/cli.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from erpguard.analysis.workloads.command_lines import Word

PROGRAMS = frozenset(("odoo", "odoo-bin", "odoo.py", "odoo-server", "openerp-server", "openerp-gevent"))

# What may stand before a program's name: keywords of the shell, and programs that run another one.
_PREFIXES = "if then else elif while until do ! { exec env nohup nice time timeout command sudo tini dumb-init"
_BEFORE = frozenset(_PREFIXES.split())
_AS_USER = frozenset(("gosu", "su-exec"))
_PREPARATION = re.compile(r"[A-Za-z_]\w*=.*|.*entrypoint\.sh|python[0-9.]*|[0-9]+[smh]?", re.DOTALL)

# Options whose destination is not their name with underscores.
_DESTINATIONS = {
    "no-http": "http_enable",
    "no-xmlrpc": "http_enable",
    "xmlrpc-port": "http_port",
    "xmlrpc-interface": "http_interface",
    "longpolling-port": "gevent_port",
    "load": "server_wide_modules",
    "database": "db_name",
    "db-filter": "dbfilter",
    "no-database-list": "list_db",
    "smtp": "smtp_server",
    "test-enable": "test_enable",
    "dev": "dev_mode",
}
_SHORT = {
    "c": "config",
    "s": "save",
    "i": "init",
    "u": "update",
    "P": "import_partial",
    "D": "data_dir",
    "p": "http_port",
    "d": "db_name",
    "r": "db_user",
    "w": "db_password",
    "l": "language",
}
_SWITCHES = """
    save proxy-mode x-sendfile test-enable syslog log-web log-sql log-request log-response stop-after-init unaccent
    with-demo i18n-overwrite smtp-ssl no-netrpc
"""
_FLAGS = {
    "no-http": "False",
    "no-xmlrpc": "False",
    "no-database-list": "False",
    **dict.fromkeys(_SWITCHES.split(), "True"),
}
_WITH_VALUES = """
    config init update reinit without-demo import-partial pidfile addons-path upgrade-path data-dir pre-upgrade-scripts
    http-interface http-port gevent-port test-file test-tags screencasts screenshots logfile log-handler log-db
    log-db-level log-level email-from from-filter smtp-port smtp-user smtp-password db_user db_password pg_path db_host
    db_replica_host db_port db_replica_port db_sslmode db_app_name db_maxconn db_maxconn_gevent db-template
    load-language language shell-interface osv-memory-count-limit transient-age-limit max-cron-threads
    limit-time-worker-cron geoip-db geoip-city-db geoip-country-db workers limit-memory-soft limit-memory-soft-gevent
    limit-memory-hard limit-memory-hard-gevent limit-time-cpu limit-time-real limit-time-real-cron limit-request
"""
# Complete, because optparse takes an unambiguous beginning of a name for the name.
_KNOWN = frozenset((*_DESTINATIONS, *_FLAGS, *_WITH_VALUES.split()))


class Given(NamedTuple):
    """A value that is given for an option: None where it is not known. `source` is the word or the line."""

    value: str | None
    source: Word


class CommandLine(NamedTuple):
    """What an Odoo command line says. `open` is set where words that are not known may hold further options."""

    subcommand: str
    options: dict[str, Given]
    open: bool


def odoo_arguments(command: list[Word]) -> list[Word] | None:
    """The words behind the program's name, where a simple command runs Odoo, by itself or through another program."""
    for start in (0, *(index + 1 for index, word in enumerate(command) if word.text == "--")):
        found = _program(command, start)
        if found is not None:
            return command[found + 1 :]
    return None


def _program(command: list[Word], index: int) -> int | None:
    """Where Odoo's program stands, if what stands before it only prepares the call."""
    first = index
    while index < len(command):
        text = command[index].text
        name = "" if text.startswith("-") else text.rpartition("/")[2]  # `--data-dir=/srv/odoo` is no program
        if name in _AS_USER or (text == "-u" and command[first].text == "sudo"):
            index += 2
        elif name in PROGRAMS:
            return index
        elif name in _BEFORE or _PREPARATION.fullmatch(name) or (text.startswith("-") and index > first):
            index += 1
        else:
            return None
    return None


def parse_command_line(arguments: list[Word]) -> CommandLine:
    """Subcommand and options of Odoo's arguments; of an option that is given twice, the last one counts."""
    options: dict[str, Given] = {}
    subcommand = "server"
    is_open = False
    position = 0
    if arguments and arguments[0].known and re.fullmatch(r"[a-z_]+", arguments[0].text):
        subcommand, position = arguments[0].text, 1
    while position < len(arguments):
        word = arguments[position]
        position += 1
        name, attached = _option(word.text)
        if name is None:
            if word.text.startswith("${"):
                is_open = True  # and what was given before may be given again
                options = {name: Given(None, given.source) for name, given in options.items()}
        elif name in _FLAGS:
            options[_destination(name)] = Given(_FLAGS[name], word)
        elif attached is not None:
            options[_destination(name)] = Given(None if "${" in attached or "{{" in attached else attached, word)
        elif position < len(arguments):
            value = arguments[position]
            options[_destination(name)] = Given(value.text if value.known else None, value)
            position += 1
    return CommandLine(subcommand, options, is_open)


def _option(word: str) -> tuple[str | None, str | None]:
    """(name without dashes, attached value) of an option; (None, None) for another word."""
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        return (_completed(name) if name else None), (value if equals else None)
    if len(word) > 1 and word[0] == "-" and word[1] in _SHORT:
        return "-" + word[1], word[2:] or None
    return None, None


def _completed(name: str) -> str:
    if name in _KNOWN:
        return name
    longer = [known for known in _KNOWN if known.startswith(name)]
    return longer[0] if len(longer) == 1 else name


def _destination(name: str) -> str:
    return _SHORT[name[1]] if name[0] == "-" else _DESTINATIONS.get(name, name.replace("-", "_"))


class FileOption(NamedTuple):
    """A line of a configuration file: 0-based number and value."""

    value: str
    line: int


_SECTION = re.compile(r"\[(.+)\]")
_ENTRY = re.compile(r"(?P<key>.*?)\s*[=:]\s*(?P<value>.*)")


def parse_file(text: str) -> dict[str, dict[str, FileOption]]:
    """section -> key -> value and line, as `configparser.RawConfigParser` reads them.

    Of an entry that stands twice the last one counts; what is no entry is passed over. (Odoo would not start with
    either.)
    """
    sections: dict[str, dict[str, FileOption]] = {}
    section: dict[str, FileOption] = {}
    last, indent = "", 0
    for number, line in enumerate(text.split("\n")):
        content = line.strip()
        if not content or content[0] in "#;":
            continue
        depth = len(line) - len(line.lstrip())
        if last and depth > indent:
            section[last] = FileOption(f"{section[last].value}\n{content}", section[last].line)
            continue
        indent = depth
        if header := _SECTION.match(content):
            section, last = sections.setdefault(header[1], {}), ""
        elif entry := _ENTRY.fullmatch(content):
            last = entry["key"].lower()
            section[last] = FileOption(entry["value"], number)
    return sections


def is_unset(value: str) -> bool:
    """Whether a text option of a configuration file is none at all (`db_host = False`)."""
    return value in ("", "False", "false", "None")


def listed(value: str) -> frozenset[str]:
    """The names of a comma-separated list."""
    return frozenset(_stripped(value.split(",")))


def _stripped(names: Iterable[str]) -> Iterable[str]:
    return (name.strip() for name in names if name.strip())
