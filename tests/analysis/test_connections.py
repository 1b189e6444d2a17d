"""Connections to databases: URIs against urllib, hosts against ipaddress, and what containers are set to."""

from __future__ import annotations

import ipaddress
import string
import textwrap
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.applications.connection_uris import connection_uris, is_local
from erpguard.analysis.applications.database_connections import database_connections
from tests.analysis.estates import analyses

_names = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=6)
_hosts = st.one_of(_names, st.tuples(_names, _names).map(".".join), st.ip_addresses(v=4).map(str), st.just("[::1]"))
_queries = st.dictionaries(_names, _names, max_size=3)


@given(
    scheme=st.sampled_from(["postgres", "postgresql", "postgresql+psycopg2", "redis", "rediss"]),
    user=st.sampled_from(["", "erp@", "erp:secret@", ":secret@", "erp:${PASSWORD}@"]),
    host=_hosts,
    port=st.sampled_from(["", ":5432", ":${PORT}"]),
    path=st.sampled_from(["", "/", "/erp"]),
    query=_queries,
)
def test_uris_read_as_urllib_reads_them(
    scheme: str, user: str, host: str, port: str, path: str, query: dict[str, str]
) -> None:
    asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    text = f"{scheme}://{user}{host}{port}{path}{asked}"
    (found,) = connection_uris(f'psql "{text}" -c "select 1"')
    split = urlsplit(text.replace("${PORT}", "1").replace("${PASSWORD}", "secret"))
    assert [name.strip("[]") for name in found.hosts] == [query.get("host", split.hostname)]
    assert found.parameters == dict(parse_qsl(split.query))
    assert found.redis == scheme.startswith("redis")
    assert found.secure == (scheme == "rediss")


@given(st.ip_addresses())
def test_loopback_addresses_are_local(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert is_local(str(address)) == (address.is_loopback or int(address) == 0)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("/var/run/postgresql", True),
        ("127.0.0.53", True),
        ("postgres", False),
        ("localhost.erp.svc", False),
        ("127.0.0.1.nip.io", False),
        ("${HOST}", None),
    ],
)
def test_hosts(host: str, local: bool | None) -> None:
    assert is_local(host) is local


def test_several_hosts_and_other_writings() -> None:
    uris = list(connection_uris("a jdbc:postgresql://one:5432,two/erp?ssl=true then rediss://cache and http://x"))
    assert [uri.hosts for uri in uris] == [("one", "two"), ("cache",)]
    assert uris[0].jdbc and not uris[1].jdbc
    assert not next(connection_uris("postgres://db/erp?${OPTIONS}")).parameters_known
    assert next(connection_uris("postgres://{{ .Values.user }}@db/erp")).hosts == ("db",)
    assert is_local(next(connection_uris("postgres://{{ .Values.host }}/erp")).hosts[0]) is None


def connections(pod: str, config: str = "") -> list[tuple[Any, ...]]:
    """(container, host, outside, sslmode) of a pod's connections; ? for what is not known."""
    manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: odoo, namespace: erp}\nspec:\n"
    manifest += textwrap.indent(textwrap.dedent(pod).strip(), "  ")
    view = database_connections(analyses(config + "\n---\n" + manifest))
    return [
        (
            row["container"],
            row["host"],
            *("?" if field in view.unknown.get(key, ()) else row[field] for field in ("outside", "sslmode")),
        )
        for key, row in view.rows.items()
        if "container" in row
    ]


UNKNOWN = "a host that is not known"


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ("- {name: a, image: nginx}", []),
        ("- {name: a, image: 'odoo:17'}", []),
        ("- {name: a, image: 'odoo:17', env: [{name: HOST, value: pg}]}", [("a", "pg", True, "prefer")]),
        (
            "- {name: a, image: 'odoo:17', env: [{name: HOST, value: '$(X)'}, {name: X, value: pg}]}",
            [("a", "$(X)", True, "prefer")],
        ),
        (
            "- {name: a, image: 'odoo:17', env: [{name: X, value: pg}, {name: HOST, value: '$(X)'}]}",
            [("a", "pg", True, "prefer")],
        ),
        ("- {name: a, image: 'odoo:17', env: [{name: HOST, value: '${X}'}]}", [("a", UNKNOWN, "?", "prefer")]),
        (
            "- {name: a, image: 'odoo:17', args: [--db_sslmode=require], env: [{name: HOST, value: '${X}'}]}",
            [("a", UNKNOWN, True, "require")],
        ),
        ("- {name: a, image: 'odoo:17', command: [odoo], args: [--db_host, pg]}", [("a", "pg", True, "prefer")]),
        (
            "- {name: a, image: 'odoo:17', command: [odoo], env: [{name: PGHOST, value: pg}]}",
            [("a", "pg", True, "prefer")],
        ),
        ("- {name: a, image: 'odoo:17', env: [{name: HOST, value: localhost}]}", [("a", "localhost", False, "prefer")]),
        (
            "- {name: a, image: psql, env: [{name: PGHOST, value: pg}, {name: DB_HOST, value: pg}]}",
            [("a", "pg", True, "prefer")],
        ),
        (
            "- {name: a, image: wordpress, env: [{name: DB_HOST, value: pg}, {name: DB_PORT, value: '3306'}]}",
            [],
        ),
        (
            "- {name: a, image: app, env: [{name: U, value: 'postgres:///erp'}, {name: PGHOST, value: pg}]}",
            [("a", "pg", True, "prefer"), ("a", "pg", True, "prefer")],
        ),
        (
            "- {name: a, image: x, env: [{name: U, value: 'postgres://p?ssl=allow'}, {name: PGSSLMODE, value: x}]}",
            [("a", "p", True, "allow")],
        ),
        (
            "- {name: a, image: app, env: [{name: U, value: 'jdbc:postgresql://pg/erp?ssl=true'}]}",
            [("a", "pg", True, "verify-full")],
        ),
        (
            "- {name: a, image: app, env: [{name: U, value: 'redis://localhost/0'}]}",
            [("a", "localhost", False, "disable")],
        ),
        (
            "- {name: a, image: app, env: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: x, key: y}}}]}",
            [("a", UNKNOWN, "?", "?")],
        ),
        (
            "- {name: a, image: app, env: [{name: DSN, value: 'host=pg user=erp password=$(P) sslmode=disable'}]}",
            [("a", "pg", True, "disable")],
        ),
        (
            "- {name: a, image: app, env: [{name: DSN, value: \"host = pg dbname = 'a b' sslmode = 'verify-ca'\"}]}",
            [("a", "pg", True, "verify-ca")],
        ),
        (
            "- {name: a, image: app, env: [{name: DSN, value: 'dbname=a host=pg ${MORE}'}]}",
            [("a", "pg", True, "?")],
        ),
        (
            "- {name: a, image: postgres, command: [psql, dbname=a sslmode=require], env: [{name: PGHOST, value: pg}]}",
            [("a", "pg", True, "require"), ("a", "pg", True, "require")],
        ),
        ("- {name: a, image: app, command: [sh, -c, 'host=pg; user=a run --host=x --user=b host=y']}", []),
        ("- {name: a, image: app, command: [curl, 'http://a?host=pg&dbname=a&sslmode=disable']}", []),
        ("- {name: a, image: 'postgres:16', envFrom: [{secretRef: {name: x}}]}", []),
        ("- {name: a, image: app, envFrom: [{secretRef: {name: x}, prefix: MAIL_}]}", []),
        ("- {name: a, image: app, envFrom: [{secretRef: {name: x}}]}", [("a", UNKNOWN, "?", "?")]),
        ("- {name: a, image: '${IMAGE}'}", [("a", UNKNOWN, "?", "?")]),
        ("- {name: a, image: app, args: ['${ARGS}']}", [("a", UNKNOWN, "?", "?")]),
    ],
)
def test_what_containers_are_set_to(containers: str, expected: list[tuple[Any, ...]]) -> None:
    assert connections("containers:\n" + containers) == expected


def test_the_file_counts_before_the_environment_of_the_entrypoint() -> None:
    config = """
apiVersion: v1
kind: ConfigMap
metadata: {name: odoo, namespace: erp}
data:
  odoo.conf: |
    [options]
    db_host = filed
"""
    pod = """
    containers:
    - name: a
      image: odoo:17
      COMMAND
      args: [--db_host=given]
      env: [{name: HOST, value: named}]
      volumeMounts: [{name: c, mountPath: /etc/odoo}]
    volumes: [{name: c, configMap: {name: odoo}}]
    """
    assert connections(pod.replace("COMMAND", ""), config)[0][1] == "filed"
    assert connections(pod.replace("COMMAND", "command: [/entrypoint.sh]"), config)[0][1] == "filed"
    assert connections(pod.replace("COMMAND", "command: [odoo]"), config)[0][1] == "given"


def test_keys_of_a_secret_in_the_estate_are_known() -> None:
    secret = """
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: erp}
stringData: {PGPASSWORD: x}
"""
    pod = "containers:\n- {name: a, image: app, env: [{name: PGHOST, value: pg}], envFrom: [{secretRef: {name: db}}]}"
    assert connections(pod, secret) == [("a", "pg", True, "prefer")]
    assert connections(pod) == [("a", "pg", True, "?")]


def test_containers_that_cannot_be_read() -> None:
    view = database_connections(analyses("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: many}"))
    assert set(view.unknown.values()) == {frozenset({"outside"})}
