"""How many connections PostgreSQL in a pod accepts, and how many clients PgBouncer in one takes in."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.applications.connection_limits import limit_of
from erpguard.analysis.applications.database_hosts import Lead, server_behind
from erpguard.analysis.applications.poolers import Pooling, Use, pooling_of
from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly
from erpguard.analysis.workloads.pods import all_pods
from tests.analysis.estates import analyses

_FILE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: erp}
data:
  postgresql.conf: |
    max_connections = 50
    # max_connections = 60
    MAX_CONNECTIONS = '250'  # the last one counts
    superuser_reserved_connections 10
  pgbouncer.ini: |
    [databases]
    * = host=postgres port=5432
    erp = dbname=erp host=postgres
    [pgbouncer]
    pool_mode = transaction
    max_client_conn = 500
---
"""
_MOUNTED = ", volumeMounts: [{name: config, mountPath: /etc/config}]"
_VOLUME = ", volumes: [{name: config, configMap: {name: config}}]"


def pod(container: str, volumes: str = "") -> str:
    """A pod with one container, given in flow style."""
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: server, namespace: erp}}
spec: {{containers: [{{name: server, {container}}}]{volumes}}}
"""


def accepted(container: str, volumes: str = "") -> Bounds:
    """The connections that a pod of PostgreSQL accepts."""
    made = analyses(_FILE + pod(container, volumes))
    (found,) = all_pods(made)
    return limit_of(made, found.resource, found).number


@pytest.mark.parametrize(
    ("container", "number"),
    [
        ('image: "postgres:17"', exactly(97)),
        ('image: "bitnami/postgresql:17"', exactly(97)),
        ('image: "postgres:17", args: [-c, max_connections=200]', exactly(197)),
        ('image: "postgres:17", args: [-cmax_connections=200, -c, superuser_reserved_connections=5]', exactly(195)),
        ('image: "postgres:17", args: [postgres, --max-connections=200]', exactly(197)),
        ('image: "postgres:17", command: [docker-entrypoint.sh, postgres, -N, "30"]', exactly(27)),
        ('image: "postgres:17", args: [-c, max_connections=many]', ANY),
        ('image: "postgres:17", args: ["${OPTIONS}"]', ANY),
        ('image: "postgres:17", command: [/start.sh]', ANY),
        ('image: "postgis/postgis:17-3.5"', exactly(97)),
        ('image: "timescaledb:17"', ANY),
        (
            'image: "timescaledb:17", args: [-c, max_connections=100, -c, superuser_reserved_connections=3]',
            Bounds(0, 97),
        ),
        ('image: "postgres:17", env: [{name: POSTGRESQL_MAX_CONNECTIONS, value: "500"}]', exactly(97)),
        ('image: "bitnami/postgresql:17", env: [{name: POSTGRESQL_MAX_CONNECTIONS, value: "500"}]', exactly(497)),
        ('image: "bitnami/postgresql:17", envFrom: [{secretRef: {name: passwords}}]', exactly(97)),
    ],
)
def test_postgres(container: str, number: Bounds) -> None:
    assert accepted(container) == number


def test_a_file_of_postgres() -> None:
    named = 'image: "postgres:17", args: [-c, config_file=/etc/config/postgresql.conf]'
    assert accepted(named + _MOUNTED, _VOLUME) == exactly(240)
    assert accepted(named) == ANY
    assert accepted('image: "postgres:17"' + _MOUNTED, _VOLUME) == ANY


def test_an_exporter_beside_the_server() -> None:
    both = pod('image: "postgres:17"').replace("]}", ', {name: exporter, image: "postgres-exporter:1"}]}')
    made = analyses(both)
    (found,) = all_pods(made)
    assert limit_of(made, found.resource, found).number == exactly(97)


def pooling(container: str, volumes: str = "") -> Pooling | None:
    """What a pod of PgBouncer is set to."""
    made = analyses(_FILE + pod(container, volumes))
    (found,) = all_pods(made)
    return pooling_of(made, found.resource, found)


_ONE = Use(exactly(1), exactly(1))


@pytest.mark.parametrize(
    ("container", "clients"),
    [
        ('image: "edoburu/pgbouncer:1"', exactly(20)),
        ('image: "edoburu/pgbouncer:1", env: [{name: POOL_MODE, value: transaction}]', exactly(100)),
        ('image: "edoburu/pgbouncer:1", env: [{name: RESERVE_POOL_SIZE, value: "5"}]', exactly(25)),
        ('image: "edoburu/pgbouncer:1", env: [{name: MAX_DB_CONNECTIONS, value: "7"}]', exactly(7)),
        ('image: "bitnami/pgbouncer:1", env: [{name: PGBOUNCER_DEFAULT_POOL_SIZE, value: "30"}]', exactly(30)),
        ('image: "edoburu/pgbouncer:1", env: [{name: POOL_MODE, value: "${MODE}"}]', Bounds(20, 100)),
        ('image: "edoburu/pgbouncer:1", env: [{name: DEFAULT_POOL_SIZE, value: "${SIZE}"}]', Bounds(0, 100)),
    ],
)
def test_pgbouncer(container: str, clients: Bounds) -> None:
    found = pooling(container)
    assert found is not None and found.takes(_ONE)[0] == clients


def test_other_poolers() -> None:
    assert pooling('image: "pgcat:1"') is None
    assert pooling('image: "pgbouncer:1", command: [/start.sh]') is None


def test_a_file_of_pgbouncer() -> None:
    mount = ", volumeMounts: [{name: config, mountPath: /etc/pgbouncer}]"
    found = pooling('image: "edoburu/pgbouncer:1"' + mount, _VOLUME)
    assert found is not None and found.takes(_ONE)[0] == exactly(500)
    assert found.node.path == ("data", "pgbouncer.ini") and found.node.line == 5
    elsewhere = pooling('image: "edoburu/pgbouncer:1"' + _MOUNTED, _VOLUME)
    assert elsewhere is not None and elsewhere.clients == ANY


def behind(container: str, volumes: str = "") -> Any:
    """The lead from a pod of PgBouncer to the server behind it."""
    server = """
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db, namespace: erp}
spec: {instances: 1}
---
apiVersion: v1
kind: Service
metadata: {name: postgres, namespace: erp}
spec: {type: ExternalName, externalName: db-rw.erp.svc}
"""
    made = analyses(_FILE + pod(container, volumes) + server)
    (found,) = (one for one in all_pods(made) if not one.operator)
    lead: Lead = server_behind(made, found.resource, found, pooled=False)
    return lead.server.name if lead.server is not None else lead.known


@pytest.mark.parametrize(
    ("container", "server"),
    [
        ('image: "edoburu/pgbouncer:1", env: [{name: DB_HOST, value: db-rw}]', "db"),
        ('image: "bitnami/pgbouncer:1", env: [{name: POSTGRESQL_HOST, value: postgres}]', "db"),
        ('image: "edoburu/pgbouncer:1", env: [{name: DATABASE_URL, value: "postgres://u@db-rw:5432/x"}]', "db"),
        ('image: "edoburu/pgbouncer:1", env: [{name: DB_HOST, value: pg.example.com}]', True),
        ('image: "edoburu/pgbouncer:1", env: [{name: DB_HOST, value: "${HOST}"}]', False),
        ('image: "edoburu/pgbouncer:1"', False),
        ('image: "pgcat:1"', False),
    ],
)
def test_what_is_behind(container: str, server: Any) -> None:
    assert behind(container) == server


def test_what_is_behind_by_a_file() -> None:
    mount = ", volumeMounts: [{name: config, mountPath: /etc/pgbouncer}]"
    assert behind('image: "edoburu/pgbouncer:1"' + mount, _VOLUME) == "db"


def test_zalando_makes_the_number_of_the_memory() -> None:
    text = "apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: db, namespace: erp}\nspec: {PARAMETERS}\n"
    made = analyses(text.replace("PARAMETERS", "teamId: acid"))
    (found,) = all_pods(made)
    assert limit_of(made, found.resource, found).number == (97, 997)
    made = analyses(text.replace("PARAMETERS", 'postgresql: {parameters: {max_connections: "400"}}'))
    (found,) = all_pods(made)
    assert limit_of(made, found.resource, found).number == (397, 397)


def test_without_limits() -> None:
    (pooler,) = all_pods(
        analyses("apiVersion: postgresql.cnpg.io/v1\nkind: Pooler\nmetadata: {name: p, namespace: erp}\nspec: {}\n")
    )
    found = pooling_of(analyses(), pooler.resource, pooler)
    assert found is not None
    assert (found.session, found.database) == (True, exactly(UNBOUNDED))
