"""Which backups of a database and of a filestore go together, against an oracle that tries all pairs hour by hour."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.values.bounds import UNBOUNDED
from erpguard.estate import Estate
from tests.analysis.azure import arm_estates
from tests.analysis.estates import analyses

Backup = tuple[int, int, tuple[int, ...]]
"""Days, hour of the day, days of the week (none: all)."""

_BACKUPS = st.tuples(
    st.integers(1, 40),
    st.integers(0, 23),
    st.one_of(st.just(()), st.lists(st.integers(0, 6), min_size=1, max_size=2, unique=True).map(tuple)),
)

_CLAIM = "volumes: [{name: data, persistentVolumeClaim: {claimName: filestore}}]"
ODOO = f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: odoo, namespace: erp}}
spec:
  selector: {{}}
  template:
    spec:
      {_CLAIM}
      containers:
      - name: odoo
        image: odoo:18.0
        command: [odoo]
        args: ["--db_host=HOST"]
        volumeMounts: [{{name: data, mountPath: /var/lib/odoo}}]
"""
POSTGRES = """
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: data}
spec:
  selector: {}
  template:
    metadata: {labels: {app: postgres}}
    spec:
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
      containers:
      - {name: postgres, image: "postgres:17", volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]}
---
apiVersion: v1
kind: Service
metadata: {name: postgres, namespace: data}
spec: {selector: {app: postgres}}
"""


def velero(name: str, namespace: str, schedule: str, ttl: str) -> str:
    """A Schedule that takes everything in a namespace."""
    template = {"includedNamespaces": [namespace], "defaultVolumesToFsBackup": True, "ttl": ttl}
    spec = {"schedule": schedule, "template": template}
    metadata = {"name": name, "namespace": "velero"}
    body = {"apiVersion": "velero.io/v1", "kind": "Schedule", "metadata": metadata, "spec": spec}
    return "---\n" + yaml.safe_dump(body)


def cluster(retention: str, schedule: str = "0 0 1 * * *", archives: bool = True) -> str:
    """A Cluster with one ScheduledBackup."""
    store = "barmanObjectStore: {destinationPath: x}" if archives else "volumeSnapshot: {className: x}"
    method = "barmanObjectStore" if archives else "volumeSnapshot"
    kept = f'retentionPolicy: "{retention}", ' if retention else ""
    return f"""
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {{name: db, namespace: erp}}
spec: {{backup: {{{kept}{store}}}}}
---
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: {{name: base, namespace: erp}}
spec: {{schedule: "{schedule}", cluster: {{name: db}}, method: {method}}}
"""


def row_of(text: str) -> Any:
    """The only row."""
    (row,) = analyses(text).view("paired_backups").rows.values()
    return row


def _text(backup: Backup) -> str:
    _, hour, weekdays = backup
    return f"0 {hour} * * {','.join(map(str, weekdays)) or '*'}"


def _runs(backup: Backup, weeks: range) -> list[int]:
    _, hour, weekdays = backup
    hours = range(weeks.start * 168, weeks.stop * 168)
    return [one for one in hours if one % 24 == hour and (not weekdays or one // 24 % 7 in weekdays)]


def _differ(one: Backup, other: Backup) -> int:
    """By how many hours two kinds of backups differ."""
    made = max(
        min(abs(run - near) for near in _runs(b, range(-1, 2)))
        for a, b in ((one, other), (other, one))
        for run in _runs(a, range(1))
    )
    return max(made, 24 * abs(one[0] - other[0]))


@settings(max_examples=150, deadline=None)
@given(st.lists(_BACKUPS, max_size=3), st.lists(_BACKUPS, max_size=3))
def test_the_best_pair_decides(databases: list[Backup], files: list[Backup]) -> None:
    text = ODOO.replace("HOST", "postgres.data") + POSTGRES
    for namespace, backups in (("data", databases), ("erp", files)):
        for number, backup in enumerate(backups):
            text += velero(f"{namespace}-{number}", namespace, _text(backup), f"{24 * backup[0]}h")
    rows = list(analyses(text).view("paired_backups").rows.values())
    if not (databases and files):
        assert rows == []
        return
    expected = min(_differ(one, other) for one in databases for other in files)
    (row,) = rows
    assert row["least"] == row["most"] == expected
    assert max(difference["hours"] for difference in row["differences"]) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), _BACKUPS)
def test_a_database_with_every_moment(days: int, files: Backup) -> None:
    row = row_of(
        ODOO.replace("HOST", "db-rw") + cluster(f"{days}d") + velero("files", "erp", _text(files), f"{24 * files[0]}h")
    )
    runs = _runs(files, range(2))
    gap = max(later - earlier for earlier, later in zip(runs, runs[1:], strict=False)) if len(runs) > 1 else 168
    assert row["least"] == row["most"] == max(gap, 24 * abs(days - files[0]))


def differences(text: str) -> list[tuple[float, str, str]]:
    """(hours, what, key that has to change) of the differences."""
    found = row_of(text)["differences"]
    return [(one["hours"], one["what"], one["at"]["path"][-1]) for one in found]


def test_what_is_shown() -> None:
    files = velero("files", "erp", "0 2 * * 0", "720h")
    assert differences(ODOO.replace("HOST", "db-rw") + cluster("14d") + files) == [
        (
            16 * 24,
            "the database is kept for 14 days (ScheduledBackup base), the filestore for 30 days (Schedule files)",
            "retentionPolicy",
        ),
        (
            168,
            "the database is backed up all the time (ScheduledBackup base), "
            'the filestore at "0 2 * * 0" (Schedule files)',
            "schedule",
        ),
    ]
    kept, _ = differences(ODOO.replace("HOST", "db-rw") + cluster("") + files)
    assert kept[0] > 1_000_000 and "for ever" in kept[1] and kept[2] == "retentionPolicy"
    kept, made = differences(ODOO.replace("HOST", "db-rw") + cluster("", "0 0 2 * * 0", archives=False) + files)
    assert "for ever" in kept[1] and made[0] == 0


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (cluster("${DAYS}") + velero("files", "erp", "@daily", "720h"), "how long ScheduledBackup base keeps"),
        (cluster("30d") + velero("files", "erp", "@daily", "${TTL}"), "how long Schedule files keeps"),
        (cluster("30d") + velero("files", "erp", "${WHEN}", "720h"), "how far apart the backups are made"),
        (cluster("30d") + velero("files", "${WHO}", "@daily", "720h"), "whether Schedule files backs it up"),
    ],
)
def test_what_is_not_known(text: str, doubt: str) -> None:
    row = row_of(ODOO.replace("HOST", "db-rw") + text)
    assert row["doubt"] == doubt
    assert row["least"] <= 24 and row["most"] > 1_000_000


def test_databases_that_are_not_seen() -> None:
    files = velero("files", "erp", "@daily", "720h")
    for host in ("pg.example.com", "${HOST}"):
        row = row_of(ODOO.replace("HOST", host) + files)
        assert (row["least"], row["most"]) == (0, UNBOUNDED)
        assert row["doubt"] == "how the database of Deployment odoo is backed up"


def test_behind_a_pooler() -> None:
    pooler = """
---
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: {name: pool, namespace: erp}
spec: {cluster: {name: db}}
"""
    text = ODOO.replace("HOST", "pool") + pooler + cluster("30d") + velero("files", "erp", "@daily", "720h")
    assert row_of(text)["most"] == 24


def test_attachments_in_the_database() -> None:
    elsewhere = ODOO.replace("namespace: erp}", "namespace: erp, annotations: {erpguard.io/attachments: database}}")
    text = elsewhere.replace("HOST", "db-rw") + cluster("14d") + velero("files", "erp", "@daily", "720h")
    assert not analyses(text).view("paired_backups").rows


def test_zalando() -> None:
    zalando = """
---
apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: {name: acid-erp, namespace: erp}
spec: {teamId: acid, enableLogicalBackup: true, logicalBackupRetention: KEPT, logicalBackupSchedule: "0 1 * * *"}
"""
    files = velero("files", "erp", "0 2 * * *", "720h")
    same = row_of(ODOO.replace("HOST", "acid-erp") + zalando.replace("KEPT", "30 days") + files)
    assert (same["least"], same["most"]) == (1, 1)
    shorter = row_of(ODOO.replace("HOST", "acid-erp") + zalando.replace("KEPT", "2 weeks") + files)
    assert (shorter["least"], shorter["most"]) == (16 * 24, 16 * 24)


SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"


def test_a_server_of_azure() -> None:
    server = arm_estates.body(SERVER, "psql", {"backup": {"backupRetentionDays": 35}})
    azure = arm_estates.analyses(server).estate
    text = ODOO.replace("HOST", "psql.postgres.database.azure.com") + velero("files", "erp", "@daily", "720h")
    (row,) = Analyses(Estate([*azure, *analyses(text).estate])).view("paired_backups").rows.values()
    assert (row["least"], row["most"]) == (5 * 24, 5 * 24)
    assert row["differences"][0]["what"].startswith("the database is kept for 35 days (server psql)")


VAULT = "Microsoft.DataProtection/backupVaults"


def _vault(server: dict[str, Any], interval: str, kept: str) -> list[dict[str, Any]]:
    """A policy of a Backup vault, and the instance that has it for a server."""
    rules: list[dict[str, Any]] = [
        {"trigger": {"schedule": {"repeatingTimeIntervals": [interval]}}},
        {
            "isDefault": True,
            "lifecycles": [{"deleteAfter": {"duration": kept}, "sourceDataStore": {"dataStoreType": "VaultStore"}}],
        },
    ]
    policy = arm_estates.body(
        f"{VAULT}/backupPolicies", "bv/weekly", {"datasourceTypes": [SERVER], "policyRules": rules}
    )
    properties = {
        "dataSourceInfo": {"resourceID": server["id"]},
        "policyInfo": {"policyId": policy["id"]},
        "currentProtectionState": "ProtectionConfigured",
    }
    return [policy, arm_estates.body(f"{VAULT}/backupInstances", "bv/psql", properties)]


def test_a_vault_beside_the_backups_of_the_server() -> None:
    server = arm_estates.body(SERVER, "psql", {"backup": {"backupRetentionDays": 35}})
    azure = arm_estates.analyses(server, *_vault(server, "R/2026-01-04T02:00:00+00:00/P1W", "P365D")).estate
    text = ODOO.replace("HOST", "psql.postgres.database.azure.com") + velero("files", "erp", "0 2 * * 0", "8760h")
    (row,) = Analyses(Estate([*azure, *analyses(text).estate])).view("paired_backups").rows.values()
    assert (row["least"], row["most"], row["doubt"]) == (0, 84, "how far apart the backups are made")
    assert row["differences"][0]["what"].startswith("the database is kept for 365 days (backup policy weekly)")
