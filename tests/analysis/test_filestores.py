"""Where Odoo's attachments are, and whether restoring them was tried."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource

CLAIM = {"persistentVolumeClaim": {"claimName": "files"}}
SCHEDULE: dict[str, Any] = {"schedule": "@daily"}


def odoo(
    path: str = "/var/lib/odoo", volume: dict[str, Any] | None = None, image: str = "odoo:18.0", **fields: Any
) -> Resource:
    container: dict[str, Any] = {"name": "odoo", "image": image, "volumeMounts": [{"name": "files", "mountPath": path}]}
    container["args"] = fields.pop("args", [])
    spec = {"containers": [container], "volumes": [{"name": "files", **(CLAIM if volume is None else volume)}]}
    template = {"metadata": {"labels": {"app": "odoo"}}, "spec": spec}
    return resource("apps/v1", "Deployment", "odoo-web", spec={"selector": {}, "template": template}, **fields)


def velero() -> Resource:
    return resource("velero.io/v1", "Schedule", "daily", metadata={"namespace": "velero"}, spec=SCHEDULE)


def row(view: str, made: Resource, *others: Resource, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    found = Analyses(Estate([made, *others]), settings, "2026-10-01").view(view)
    (row,) = found.of(made)
    return {**row.shown(), **dict.fromkeys(row.unknown, None)}


@pytest.mark.parametrize(
    ("made", "backup"),
    [
        (odoo(), "yes"),
        (odoo("/var/lib"), "yes"),
        (odoo("/var/lib/odoo/filestore"), "yes"),
        (odoo("/var/lib/odoo/filestore/erp"), "yes"),
        (odoo("/srv"), "lost"),
        (odoo("/srv", args=["--data-dir=/srv/erp"]), "yes"),
        (odoo("/var/lib/odoo/addons"), "lost"),
        (odoo("/var/lib/odoo-old"), "lost"),
        (odoo("/bitnami/odoo", image="bitnami/odoo:18"), "yes"),
        (odoo("/bitnami/odoo", image="docker.io/bitnamilegacy/odoo:18"), "yes"),
        (odoo(volume={"emptyDir": {}}), "lost"),
        (odoo(volume={"hostPath": {"path": "/srv"}}), "lost"),
        (odoo(volume={"ephemeral": {}}), "lost"),
        (odoo(volume={}), "lost"),
        (odoo("${PATH}"), None),
        (odoo(args=["--data-dir=${DIR}"]), None),
        (odoo(image="${IMAGE}"), None),
    ],
)
def test_where_the_filestore_is(made: Resource, backup: str | None) -> None:
    assert row("filestores", made, velero())["backup"] == backup


def test_without_schedule() -> None:
    assert row("filestores", odoo())["backup"] == "no"
    assert row("filestores", odoo())["absent"] == [
        "velero.io/Schedule",
        "batch/CronJob",
        "Microsoft.DataProtection/backupVaults/backupInstances",
    ]


def test_attachments_elsewhere() -> None:
    said = {"annotations": {"erpguard.io/attachments": "database"}}
    assert row("filestores", odoo(metadata=said))["elsewhere"] is True
    assert row("filestores", odoo(), settings={"attachments": {"er*": "object-storage"}})["elsewhere"] is True
    assert row("filestores", odoo(), settings={"attachments": {"shop": "object-storage"}})["elsewhere"] is False
    unknown = {"annotations": {"erpguard.io/attachments": "${WHERE}"}}
    assert row("filestores", odoo(metadata=unknown))["elsewhere"] is None


def job(name: str, value: str | None, kind: str = "CronJob", **spec: Any) -> Resource:
    pod = {"spec": {"containers": [{"name": "drill", "image": "drill:1"}]}}
    body = {"template": pod} if kind == "Job" else {"schedule": "@weekly", "jobTemplate": {"spec": {"template": pod}}}
    labels = {} if value is None else {"erpguard.io/restore-test": value}
    return resource("batch/v1", kind, name, metadata={"labels": labels}, spec={**body, **spec})


@pytest.mark.parametrize(
    ("value", "tested"),
    [
        *(("odoo-web", True), ("odoo", True), ("files", True), ("all", True), ("true", True), ("", True)),
        *(("odo", False), ("odoo-web-2", False), ("web", False), (None, False), ("${WHAT}", None)),
    ],
)
def test_what_a_restore_test_names(value: str | None, tested: bool | None) -> None:
    found = row("restore_tests", odoo(), velero(), job("drill", value))
    assert (found["backup"], found["job"]) == ("yes", tested)


def test_restore_tests_that_do_not_run() -> None:
    assert row("restore_tests", odoo(), velero(), job("drill", "all", suspend=True))["job"] is False
    assert row("restore_tests", odoo(), velero(), job("drill", "all", suspend="${X}"))["job"] is None
    assert row("restore_tests", odoo(), velero(), job("drill", "all", kind="Job"))["job"] is True


@pytest.mark.parametrize(
    ("schedule", "tested", "gaps"),
    [
        *(("0 6 * * *", True, [1]), ("0 6 1 * *", True, [31]), ("0 6 1 1 *", True, [366]), ("@every 30h", True, [2])),
        *(("0 6 30 2 *", False, []), ("0 6 * * 7", None, [0]), ("${WHEN}", None, [0])),
    ],
)
def test_how_often_a_restore_is_tested(schedule: str, tested: bool | None, gaps: list[int]) -> None:
    found = row("restore_tests", odoo(), velero(), job("drill", "all", schedule=schedule))
    assert (found["job"], found["gaps"]) == (tested, gaps)


def test_the_most_frequent_test_counts() -> None:
    jobs = job("year", "all", schedule="0 6 1 1 *"), job("week", "all", schedule="0 6 * * 1"), job("other", "db")
    assert row("restore_tests", odoo(), velero(), *jobs)["gaps"] == [7]


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        *(("2026-10-01", [0]), ("2026-07-03", [90]), ("2026-09-30T10:00:00Z", [1]), ("2026-10-02", [])),
        *(("yesterday", []), ("2026-13-01", []), ("${DATE}", None)),
    ],
)
def test_noted_dates(text: str, ages: list[int] | None) -> None:
    metadata = {"annotations": {"erpguard.io/last-restore-test": text}}
    found = row("restore_tests", odoo(metadata=metadata), velero())
    assert found["ages"] == ages
    assert found["noted"] == [("metadata", "annotations", "erpguard.io/last-restore-test")]


def test_dates_of_the_configuration() -> None:
    found = row("restore_tests", odoo(), velero(), settings={"restore_tests": {"erp/odoo-*": "2026-09-01"}})
    assert (found["ages"], found["noted"]) == ([30], [])
