"""Odoo's file and command line against the parsers that Odoo itself uses."""

from __future__ import annotations

import configparser
import optparse
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.applications.odoo_options import (
    is_unset,
    listed,
    odoo_arguments,
    parse_command_line,
    parse_file,
)
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.command_lines import Word
from tests.analysis.estates import resource

NODE = Node(resource("v1", "Pod", "odoo", spec={"containers": []}), ())


def words(*texts: str) -> list[Word]:
    return [Word(text, NODE) for text in texts]


def values(*texts: str) -> dict[str, str | None]:
    return {name: given.value for name, given in parse_command_line(words(*texts)).options.items()}


_keys = st.sampled_from(["db_host", "DB_HOST", "workers", "db_sslmode"])
_values = st.text(string.ascii_letters + string.digits + " =:;#,[]", max_size=12)
_lines = st.one_of(
    st.tuples(_keys, st.sampled_from(["=", " = ", ": ", ":"]), _values).map("".join),
    st.sampled_from(["", "   ", "# workers = 9", "; workers = 9", "[options]", "[queue_job]"]),
    _values.filter(str.strip).map(lambda text: "    " + text),  # goes on with the value before
)


@given(st.lists(_lines, max_size=12))
def test_a_file_reads_as_configparser_reads_it(lines: list[str]) -> None:
    text = "\n".join(["[options]", "first = 1", *lines])
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        parse_file(text)  # Odoo does not start with it; it must not raise here
        return
    found = parse_file(text)
    for section in parser.sections():
        expected = {key: " ".join(value.split()) for key, value in parser.items(section)}
        assert {key: " ".join(entry.value.split()) for key, entry in found[section].items()} == expected
        for key, entry in found[section].items():
            assert text.split("\n")[entry.line].strip().lower().startswith(key)


def _optparse() -> optparse.OptionParser:
    parser = optparse.OptionParser()
    for name in ("workers", "max-cron-threads", "db_host", "db_sslmode", "limit-memory-hard", "limit-memory-soft"):
        parser.add_option("--" + name, dest=name.replace("-", "_"))
    parser.add_option("-c", "--config", dest="config")
    parser.add_option("-d", "--database", dest="db_name")
    parser.add_option("--load", dest="server_wide_modules")
    parser.add_option("--no-http", dest="http_enable", action="store_const", const="False")
    parser.add_option("--stop-after-init", dest="stop_after_init", action="store_const", const="True")
    return parser


_texts = st.text(string.ascii_lowercase + string.digits + "/._", min_size=1, max_size=8)
_options = st.one_of(
    st.tuples(st.sampled_from(["--workers", "--db_host", "--load", "-c", "--max-cron", "-d"]), _texts).map(list),
    st.tuples(st.sampled_from(["--workers=", "--db_host=", "--limit-memory-hard=", "-c", "--max-cron="]), _texts).map(
        lambda pair: ["".join(pair)]
    ),
    st.sampled_from([["--no-http"], ["--stop-after-init"]]),
)


@given(st.lists(_options, max_size=6))
def test_a_command_line_reads_as_optparse_reads_it(options: list[list[str]]) -> None:
    arguments = [word for option in options for word in option]
    parsed, _ = _optparse().parse_args(list(arguments))
    assert values(*arguments) == {name: value for name, value in vars(parsed).items() if value is not None}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (["odoo"], []),
        (["/usr/bin/odoo-bin", "-c", "x"], ["-c", "x"]),
        (["python3", "/opt/odoo/odoo-bin", "--workers=2"], ["--workers=2"]),
        (["/entrypoint.sh", "odoo", "-d", "erp"], ["-d", "erp"]),
        (["exec", "gosu", "odoo", "odoo", "--no-http"], ["--no-http"]),
        (["sudo", "-u", "odoo", "-E", "odoo", "-d", "x"], ["-d", "x"]),
        (["wait-for-it.sh", "db:5432", "--", "odoo"], []),
        (["A=1", "timeout", "600", "odoo", "-u", "all"], ["-u", "all"]),
        (["chown", "-R", "odoo:odoo", "/var/lib/odoo"], None),
        (["cp", "-r", "/opt/odoo", "/mnt"], None),
        (["python3", "-u", "odoo-bin"], []),
        (["pg_isready"], None),
        ([], None),
    ],
)
def test_where_odoo_is_run(command: list[str], arguments: list[str] | None) -> None:
    found = odoo_arguments(words(*command))
    assert (None if found is None else [word.text for word in found]) == arguments


def test_subcommands_and_what_is_not_known() -> None:
    line = parse_command_line(words("gevent", "--gevent-port", "${PORT}", "${MORE}"))
    assert (line.subcommand, line.open) == ("gevent", True)
    assert line.options["gevent_port"].value is None
    assert parse_command_line(words("--workers=4")).subcommand == "server"


@pytest.mark.parametrize("value", ["", "False", "None", "false"])
def test_what_is_not_set(value: str) -> None:
    assert is_unset(value)


def test_lists_of_modules() -> None:
    assert listed("base, web,queue_job,") == {"base", "web", "queue_job"}
