"""Secrets in texts: the value goes, and everything around it stays as analyses read it."""

from __future__ import annotations

import pytest

from erpguard.analysis.applications.connection_uris import connection_uris
from erpguard.analysis.applications.odoo_options import parse_file
from erpguard.analysis.values.option_files import toml_options, yaml_options
from erpguard.normalize.shapes import has_placeholder
from erpguard.sources.kubernetes_cluster.secret_texts import MARK, without_secrets

# What stands before, and with `M` for the mark what is left.
CASES = {
    "odoo.conf": ("[options]\nadmin_passwd = a b;c\nworkers = 4\n", "[options]\nadmin_passwd = M\nworkers = 4\n"),
    "odoo.conf without blanks": ("db_password=abc\ndb_host=db\n", "db_password=M\ndb_host=db\n"),
    "a value that goes on": (
        "db_password = a\n   b\n\tc\ndb_host = db\n",
        "db_password = M\n   M\n\tM\ndb_host = db\n",
    ),
    "yaml": ("auth:\n  password: a b # c\n  port: 1\n", "auth:\n  password: M # c\n  port: 1\n"),
    "yaml, a number": ("password: 12345\n", 'password: "M"\n'),
    "yaml, a block": ("token: |-\n  a\n\n  b\nport: 1\n", "token: |-\n  M\n\n  M\nport: 1\n"),
    "yaml, quoted": ("password: 'it'\nx: \"y\"", "password: 'M'\nx: \"y\""),
    "yaml, inline": ("auth: {password: abc, port: 1}", "auth: {password: M, port: 1}"),
    "json": ('{"password":"a\\"b","port":1}', '{"password":"M","port":1}'),
    "toml": ('[a]\nsecret_key = "abc"\n', '[a]\nsecret_key = "M"\n'),
    "redis.conf": ("requirepass a\nmaxmemory 1gb\n", "requirepass M\nmaxmemory 1gb\n"),
    "sentinel.conf": ("sentinel auth-pass mine abc\n", "sentinel auth-pass mine M\n"),
    "users.acl": ("user a on >abc ~* +@all #12ab\n", "user a on >M ~* +@all #M\n"),
    "a script": ("PGPASSWORD=abc pg_dump -h db | gzip", "PGPASSWORD=M pg_dump -h db | gzip"),
    "a quoted variable": ("export DB_PASSWORD='a b'; run", "export DB_PASSWORD='M'; run"),
    "an option": ("redis-server --requirepass abc --maxmemory 1gb", "redis-server --requirepass M --maxmemory 1gb"),
    "an option with =": ("odoo --db_password=abc --workers=2", "odoo --db_password=M --workers=2"),
    "a short option": ("redis-cli -h r -a abc ping", "redis-cli -h r -a M ping"),
    "odoo's short option": ("exec odoo -d erp -w abc", "exec odoo -d erp -w M"),
    "libpq": ("host=db password=abc sslmode=require", "host=db password=M sslmode=require"),
    "a URI": ("postgres://u:abc@db:5432/erp?sslmode=require", "postgres://u:M@db:5432/erp?sslmode=require"),
    "an @ in a URI": ("postgres://u:p@ss@db/erp", "postgres://u:M@db/erp"),
    "a / in a URI": ("postgres://u:p/ss@db/erp", "postgres://u:M@db/erp"),
    "a URI without user": ("redis://:abc@r:6379/0", "redis://:M@r:6379/0"),
    "a login": ("https://0123456789abcdef@sentry.example.com/4", "https://M@sentry.example.com/4"),
    "a signature": ("https://a.example.com/c?sv=1&sig=abc%2B&se=2", "https://a.example.com/c?sv=1&sig=M&se=2"),
    "Azure Storage": ("AccountName=x;AccountKey=abc+/==;Suffix=y", "AccountName=x;AccountKey=M;Suffix=y"),
    "a header": ('-H "Authorization: Bearer abcdefghi" http://x', '-H "Authorization: M M" http://x'),
    "a hash": ("admin:$apr1$abcdefgh$ijklmnopqrst", "admin:M"),
    "a token by its shape": ("x ghp_0123456789abcdefghij y", "x M y"),
}
UNTOUCHED = [
    "password: $(DB_PASSWORD)\nX=${PASSWORD}\npassword={{ .Values.password }}\n",
    "smtp_password = False\npassword_file = /run/secrets/x\n",
    "http://a:8080/path?x=user@b",
    "postgres://u@db/erp postgres://db:5432/erp",
    "password:\n  secretKeyRef: x\n",
    "password_encryption = scram-sha-256\nssl_key_file = /x\nkey: value\n",
    "passwordAuthentication no",
    "workers = 4\nlimit_memory_hard = 2684354560\n",
]


@pytest.mark.parametrize("name", CASES)
def test_the_value_goes(name: str) -> None:
    before, after = CASES[name]
    assert without_secrets(before) == after.replace("M", MARK)


@pytest.mark.parametrize("name", CASES)
def test_what_is_clean_stays_clean(name: str) -> None:
    cleaned = without_secrets(CASES[name][0])
    assert without_secrets(cleaned) == cleaned


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) is text


def test_keys_keep_their_lines() -> None:
    text = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb\n"
    cleaned = without_secrets(text)
    assert cleaned.split("\n")[::4] == ["a", "-----END RSA PRIVATE KEY-----"]
    assert "MIIE" not in cleaned
    assert without_secrets("-----BEGIN PRIVATE KEY-----\nMIIE\n") == f"-----BEGIN PRIVATE KEY-----{MARK}\n\n"


def test_analyses_take_the_mark_for_something_unknown() -> None:
    assert has_placeholder(MARK)
    (uri,) = connection_uris(without_secrets("postgres://u:abc@db.example.com:5432/erp?sslmode=require"))
    assert (uri.hosts, uri.parameters, uri.parameters_known) == (("db.example.com",), {"sslmode": "require"}, True)
    options = parse_file(without_secrets(CASES["odoo.conf"][0]))["options"]
    assert {name: (option.value, option.line) for name, option in options.items()} == {
        "admin_passwd": (MARK, 1),
        "workers": ("4", 2),
    }
    for text in (CASES[name][0] for name in ("yaml", "yaml, a number", "yaml, a block", "yaml, quoted", "json")):
        assert list(yaml_options(without_secrets(text)) or ()) == list(yaml_options(text) or "?")
    assert toml_options(without_secrets("password = 12345\nport = 1\n")) is not None


LONG = 100_000
HOSTILE = {
    "blanks": "password" + " " * LONG + "x",
    "addresses": "://a:" * LONG,
    "quotes": 'password="' * LONG,
    "clients": "redis-cli " * LONG,
    "keys": "-----BEGIN PRIVATE KEY-----" * (LONG // 10),
    "blocks": "".join(" " * depth + "a: |\n" for depth in range(1200)),
    "dashes": "-" * LONG + "key",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_texts_of_anybody_end(name: str) -> None:
    """Anything quadratic would take hours for these."""
    assert isinstance(without_secrets(HOSTILE[name]), str)
