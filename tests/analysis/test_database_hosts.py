"""Which database the host of an Odoo server leads to."""

from __future__ import annotations

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.applications.database_hosts import ANYWHERE, ELSEWHERE, Lead, database_of
from erpguard.analysis.applications.odoo import odoo_containers
from erpguard.estate import Estate
from tests.analysis.azure import arm_estates
from tests.analysis.estates import analyses

_SERVERS = """
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db, namespace: erp}
spec:
  managed:
    services:
      additional:
      - {selectorType: rw, serviceTemplate: {metadata: {name: primary}}}
      - {selectorType: ro, serviceTemplate: {metadata: {name: copies}}}
---
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: {name: pooler, namespace: erp}
spec: {cluster: {name: db}}
---
apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: {name: acid-erp, namespace: data}
spec: {teamId: acid}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: data}
spec:
  selector: {matchLabels: {app: postgres}}
  template:
    metadata: {labels: {app: postgres}}
    spec: {containers: [{name: postgres, image: "postgres:17"}]}
---
apiVersion: v1
kind: Service
metadata: {name: postgres, namespace: data}
spec: {selector: {app: postgres}}
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: erp}
spec: {type: ExternalName, externalName: postgres.data.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: round, namespace: erp}
spec: {type: ExternalName, externalName: round.erp.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: away, namespace: erp}
spec: {type: ExternalName, externalName: pg.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: hidden, namespace: data}
spec: {selector: {app: "${APP}"}}
---
apiVersion: v1
kind: Service
metadata: {name: direct, namespace: erp}
spec: {selector: {cnpg.io/cluster: db, cnpg.io/instanceRole: primary}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: erp}
spec: {selector: {app: odoo}}
---
"""

_ODOO = """
apiVersion: v1
kind: Pod
metadata: {name: odoo, namespace: erp, labels: {app: odoo}}
spec: {containers: [{name: odoo, image: "odoo:18.0", OPTIONS}MORE]}
"""


def lead(options: str, more: str = "", servers: str = _SERVERS) -> Lead:
    """Where Odoo is led by what its container is given."""
    made = analyses(servers + _ODOO.replace("OPTIONS", options).replace("MORE", more))
    return _lead(made)


def _lead(made: Analyses) -> Lead:
    (server,) = odoo_containers(made)
    return database_of(made, server)


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("db-rw", "db"),
        ("db-rw.erp", "db"),
        ("DB-RW.erp.svc.cluster.local.", "db"),
        ("primary", "db"),
        ("direct", "db"),
        ("pooler", "pooler"),
        ("acid-erp.data", "acid-erp"),
        ("postgres.data.svc", "postgres"),
        ("alias", "postgres"),
        ("alias.erp.svc", "postgres"),
        ("db-ro", ""),
        ("db-r", ""),
        ("copies", ""),
        ("db", ""),
        ("away", ""),
        ("web", ""),
        ("pg.example.com", ""),
        ("10.1.2.3", ""),
        ("db-rw.other", ""),
        ("psql-erp.postgres.database.azure.com", ""),
    ],
)
def test_hosts(host: str, server: str) -> None:
    found = lead(f"args: [--db_host={host}]")
    assert found.known and not found.pooled
    assert (found.server.name if found.server else "") == server


@pytest.mark.parametrize("host", ["${HOST}", "one,other", "round", "hidden.data", "${NAME}-rw"])
def test_hosts_that_may_be_any(host: str) -> None:
    assert lead(f'args: ["--db_host={host}"]') == ANYWHERE


def test_zalandos_own_pooler() -> None:
    found = lead("args: [--db_host=acid-erp-pooler.data]")
    assert found.pooled and found.server is not None and found.server.name == "acid-erp"


def test_who_sets_the_host() -> None:
    def server(options: str) -> str:
        found = lead(options)
        return found.server.name if found.server else str(found.known)

    assert server("env: [{name: HOST, value: db-rw}]") == "db"
    assert server("env: [{name: HOST, value: db-rw}], args: [--db_host=pooler]") == "db"
    assert server("env: [{name: HOST, value: db-rw}], command: [odoo, --db_host=pooler]") == "pooler"
    assert server("env: [{name: PGHOST, value: db-rw}], command: [odoo]") == "db"
    assert server("envFrom: [{secretRef: {name: anything}}]") == "False"
    assert server("args: ['${ARGUMENTS}']") == "False"


def test_nobody_sets_the_host() -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: erp}\nspec: {selector: {app: postgres}}\n---\n"
    )
    here = _SERVERS.replace("namespace: data", "namespace: erp") + service
    found = lead("resources: {}", servers=here)
    assert found.server is not None and found.server.name == "postgres"
    assert lead("resources: {}") == ELSEWHERE
    assert lead("command: [odoo]", servers=here) == ELSEWHERE


def test_in_the_same_pod() -> None:
    assert lead("args: [--db_host=localhost]") == ELSEWHERE
    assert lead("args: [--db_host=localhost]", ', {name: pooler, image: "bitnami/pgbouncer:1"}') == ANYWHERE


def test_two_servers_behind_one_service() -> None:
    second = _SERVERS.split("---")[3].replace("name: postgres, namespace", "name: second, namespace")
    assert lead("args: [--db_host=postgres.data]", servers=_SERVERS + second + "---\n") == ANYWHERE


POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"


def _beside_azure(options: str, *names: str) -> Lead:
    azure = arm_estates.analyses(*(arm_estates.body(POSTGRES, name) for name in names)).estate
    pods = analyses(_ODOO.replace("OPTIONS", options).replace("MORE", "")).estate
    return _lead(Analyses(Estate([*azure, *pods])))


def test_azure() -> None:
    host = "--db_host=PSQL-erp.postgres.database.azure.com"
    found = _beside_azure(f"args: [{host}]", "psql-erp", "psql-other")
    assert found.server is not None and found.server.name == "psql-erp" and not found.pooled
    pooled = _beside_azure(f'args: [{host}, "--db_port=6432"]', "psql-erp")
    assert pooled.server is not None and pooled.pooled
    assert _beside_azure(f'args: [{host}, "--db_port=${{PORT}}"]', "psql-erp") == ANYWHERE
    assert _beside_azure(f"args: [{host}]", "psql-other") == ELSEWHERE
