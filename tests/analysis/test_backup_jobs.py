"""Which jobs make backups, of what, and where to."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.backup.backup_jobs import BackupJob, backup_jobs
from erpguard.analysis.backup.databases import all_databases
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource


def cron_job(
    *command: str, image: str = "tools:1", kind: str = "CronJob", volume: dict[str, Any] | None = None, **fields: Any
) -> Resource:
    container: dict[str, Any] = {"name": "run", "image": image, **fields.pop("container", {})}
    if command:
        container["command"] = list(command)
    pod: dict[str, Any] = {"containers": [container]}
    if volume is not None:
        container["volumeMounts"] = [{"name": "dumps", "mountPath": "/dumps"}]
        pod["volumes"] = [{"name": "dumps", **volume}]
    job = {"template": {"spec": pod}}
    spec = job if kind == "Job" else {"schedule": "@daily", "jobTemplate": {"spec": job}, **fields.pop("spec", {})}
    return resource("batch/v1", kind, "job", spec=spec, **fields)


def read(made: Resource) -> BackupJob | None:
    return backup_jobs(Analyses(Estate([made]))).get(made.key)


def script(text: str) -> list[str]:
    return ["/bin/bash", "-ec", text]


@pytest.mark.parametrize(
    "command",
    [
        ["pg_dump", "erp"],
        ["/usr/lib/postgresql/17/bin/pg_dumpall"],
        ["env", "PGPASSWORD=x", "pg_basebackup", "-D", "/dumps"],
        script("set -e\nif ! pg_dump erp > /dumps/erp.sql; then exit 1; fi"),
        script("DUMP=$(pg_dump erp | gzip | base64)"),
        script("timeout 60m pg_dump erp"),
        ["pg_dump", "-U", "s", "-Fcs", "-t", "--schema-only", "--section=pre-data", "--section=data", "erp"],
        script("kubectl exec -n erp db-0 -- pg_dump erp > /dumps/erp.sql"),
        ["kubectl", "exec", "db-0", "--", "sh", "-c", "pg_dump erp"],
        ["restic", "-r", "azure:erp:/", "backup", "/filestore"],
        ["rclone", "sync", "/filestore", "store:erp"],
        ["azcopy", "copy", "/filestore", "https://store"],
        ["velero", "backup", "create", "nightly"],
    ],
)
def test_backup_jobs(command: list[str]) -> None:
    found = read(cron_job(*command))
    assert found is not None and found.certain


@pytest.mark.parametrize(
    "command",
    [
        ["echo", "pg_dump"],
        ["which", "restic"],
        ["pg_dump", "--schema-only", "erp"],
        script("pg_dump -Fc -Osx erp > /dumps/erp.sql"),
        ["pg_dump", "--section=pre-data", "erp"],
        ["pg_dumpall", "-g"],
        ["pg_dumpall", "-h", "db", "--roles-only"],
        ["pg_basebackup", "--version"],
        script("apk add restic rclone\n# pg_dump erp\necho done"),
        ["restic", "forget", "--prune"],
        ["restic", "check"],
        ["velero", "restore", "create", "--from-backup", "nightly"],
        ["pg_restore", "/dumps/erp.dump"],
        ["psql", "-c", "select 1"],
    ],
)
def test_jobs_that_make_none(command: list[str]) -> None:
    assert read(cron_job(*command)) is None


def test_the_image_is_the_program() -> None:
    arguments: dict[str, Any] = {"container": {"args": ["backup", "/filestore"]}}
    found = read(cron_job(image="docker.io/restic/restic:${TAG}", **arguments))
    assert found is not None and found.certain and found.copies
    hidden = read(cron_job(image="${IMAGE}", **arguments))
    assert hidden is not None and not hidden.certain
    assert read(cron_job(image="reports:1", **arguments)) is None


def test_scripts_of_config_maps_are_read() -> None:
    script_volume = {"configMap": {"name": "scripts"}}
    made = cron_job("/bin/sh", "/dumps/dump.sh", volume=script_volume)
    scripts = resource("v1", "ConfigMap", "scripts", data={"dump.sh": "#!/bin/sh\npg_dump -h db erp | gzip"})
    found = backup_jobs(Analyses(Estate([made, scripts])))[made.key]
    assert found.certain and [dump.host for dump in found.dumps] == ["db"]
    hidden = read(made)
    assert hidden is not None and not hidden.certain


def test_what_is_not_known_may_be_one() -> None:
    variable = {"name": "WHAT", "valueFrom": {"configMapKeyRef": {"name": "gone", "key": "what"}}}
    for command in (["$(WHAT)"], ["restic", "$(WHAT)"], ["sh", "-c", "$(WHAT)"]):
        found = read(cron_job(*command, container={"env": [variable]}))
        assert found is not None and not found.certain


def test_restore_tests_are_none() -> None:
    labels = {"labels": {"erpguard.io/restore-test": "erp"}}
    assert read(cron_job("rclone", "copy", "store:erp", "/scratch", metadata=labels)) is None


@pytest.mark.parametrize(
    ("command", "host"),
    [
        (["pg_dump", "-h", "db", "erp"], "db"),
        (["pg_dump", "-hdb", "erp"], "db"),
        (["pg_dump", "--host=db.erp.svc", "erp"], "db.erp.svc"),
        (["pg_dump", "postgresql://odoo:secret@db:5432/erp"], "db"),
        (["pg_dump", "--dbname=host=db dbname=erp"], "db"),
        (["pg_dump", "erp"], ""),
        (["pg_dump", "--host=$(HOST)", "erp"], "from-env"),
        (["pg_dump", "--host=$(HIDDEN)", "erp"], None),
        (script("export PGHOST=db\npg_dump erp"), "db"),
        (script("PGHOST=db pg_dump erp"), "db"),
        (script('pg_dump -h "$HOST" -f "/dumps/$(date).sql" erp'), "from-env"),
        (script('pg_dump "$DATABASE_URL" > /dumps/erp.sql'), None),
        (script("kubectl exec -n erp sts/db -- pg_dump erp"), "db.erp"),
    ],
)
def test_hosts(command: list[str], host: str | None) -> None:
    hidden = [{"name": name, "valueFrom": {"secretKeyRef": {"name": "s"}}} for name in ("HIDDEN", "DATABASE_URL")]
    made = cron_job(*command, container={"env": [{"name": "HOST", "value": "from-env"}, *hidden]})
    found = read(made)
    assert found is not None
    assert [dump.host for dump in found.dumps] == [host]


DATABASE = {
    "selector": {"matchLabels": {"app": "db"}},
    "serviceName": "db",
    "template": {
        "metadata": {"labels": {"app": "db"}},
        "spec": {
            "containers": [
                {
                    "name": "postgres",
                    "image": "postgres:17",
                    "volumeMounts": [{"name": "data", "mountPath": "/var/lib/postgresql/data"}],
                }
            ]
        },
    },
    "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
}


def protection(*others: Resource) -> tuple[bool | None, bool]:
    """(whether the StatefulSet `db` is backed up, whether a dump of it stays on its node)."""
    database = resource("apps/v1", "StatefulSet", "db", spec=DATABASE)
    found = all_databases(Analyses(Estate([database, *others])))[database.key]
    return found.protection.answer, found.local is not None


CLAIM = {"persistentVolumeClaim": {"claimName": "dumps"}}
DUMP = ("pg_dump", "--host=db", "--file=/dumps/erp.sql", "erp")


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        (CLAIM, (True, False)),
        ({"nfs": {"server": "nas", "path": "/dumps"}}, (True, False)),
        ({"hostPath": {"path": "/srv"}}, (False, True)),
        ({"emptyDir": {}}, (False, True)),
        ({"persistentVolumeClaim": {"claimName": "data-db-0"}}, (False, True)),
        ({"persistentVolumeClaim": {"claimName": "${CLAIM}"}}, (None, False)),
        (None, (False, False)),
    ],
)
def test_where_dumps_end_up(volume: dict[str, Any] | None, expected: tuple[bool | None, bool]) -> None:
    assert protection(cron_job(*DUMP, volume=volume)) == expected


def test_a_claim_on_the_disk_of_one_node() -> None:
    spec = {"storageClassName": "fast"}
    claim = resource("v1", "PersistentVolumeClaim", "dumps", spec=spec)
    for provisioner, expected in (("rancher.io/local-path", (False, True)), ("disk.csi.azure.com", (True, False))):
        storage_class = resource("storage.k8s.io/v1", "StorageClass", "fast", provisioner=provisioner)
        assert protection(claim, storage_class, cron_job(*DUMP, volume=CLAIM)) == expected


def test_what_is_sent_away_is_away() -> None:
    text = "pg_dump --host=db erp > /dumps/erp.sql\naws s3 cp /dumps/erp.sql s3://backups/"
    assert protection(cron_job(*script(text), volume={"emptyDir": {}})) == (True, False)


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        *(("db", True), ("db.erp", True), ("db.erp.svc.cluster.local", True), ("db-0.db", True), ("DB", True)),
        *(("primary", True), ("other", False), ("db.shop", False), ("db.example.com", False), ("10.0.0.4", False)),
        *(("/var/run/postgresql", False), ("$(HIDDEN)", None), ("pooler", None)),
    ],
)
def test_which_database_a_host_is(host: str, answer: bool | None) -> None:
    service = resource("v1", "Service", "primary", spec={"selector": {"app": "db"}, "ports": [{"port": 5432}]})
    template = {
        "metadata": {"labels": {"app": "pooler"}},
        "spec": {"containers": [{"name": "p", "image": "pgbouncer"}]},
    }
    pooler = resource("apps/v1", "Deployment", "pooler", spec={"selector": {}, "template": template})
    pooled = resource("v1", "Service", "pooler", spec={"selector": {"app": "pooler"}, "ports": [{"port": 5432}]})
    variable = {"name": "HIDDEN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "host"}}}
    job = cron_job("pg_dump", f"--host={host}", "-f", "/dumps/x", volume=CLAIM, container={"env": [variable]})
    assert protection(service, pooler, pooled, job)[0] is answer


def test_dumps_that_do_not_count() -> None:
    assert protection(cron_job(*DUMP, volume=CLAIM, spec={"suspend": True})) == (False, False)
    assert protection(cron_job(*DUMP, volume=CLAIM, kind="Job")) == (False, False)  # once is no schedule
    assert protection(cron_job(*DUMP, volume=CLAIM, spec={"suspend": "${SUSPEND}"})) == (None, False)


def test_a_hidden_server_is_of_the_own_namespace_unless_that_has_no_database() -> None:
    variable = {"name": "PGHOST", "valueFrom": {"secretKeyRef": {"name": "db", "key": "host"}}}
    command = ("pg_dump", "--file=/dumps/erp.sql", "erp")
    job = cron_job(*command, volume=CLAIM, container={"env": [variable]}, metadata={"namespace": "backups"})
    assert protection(job) == (None, False)
    other = resource("apps/v1", "StatefulSet", "own", metadata={"namespace": "backups"}, spec=DATABASE)
    assert protection(job, other) == (False, False)
