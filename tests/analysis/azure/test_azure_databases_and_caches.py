"""Restore tests and persistence of what Azure runs itself."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from tests.analysis.azure.arm_estates import Body, analyses, body, rows
from tests.analysis.estates import resource

POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
REDIS = "Microsoft.Cache/redis"
CLUSTER = "Microsoft.Cache/redisEnterprise"


def restored(given: Body, *objects: Any, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """The row of a server or database; what it does not know is left out."""
    estate = Estate([*analyses(given).estate, *objects])
    (row,) = Analyses(estate, settings, "2026-10-01").view("restore_tests").rows.values()
    return dict(row)


@pytest.mark.parametrize(
    ("tag", "ages"),
    [
        ("2026-10-01", [0]),
        ("2026-07-03", [90]),
        ("2026-09-30T10:00:00Z", [1]),
        ("2026-10-02", []),
        ("soon", []),
        ("${DATE}", None),
    ],
)
def test_noted_dates(tag: str, ages: list[int] | None) -> None:
    row = restored(body(POSTGRES, "psql", tags={"ErpGuard.io-Last-Restore-Test": tag}))
    assert row.get("ages") == ages
    assert row["noted"] == [("tags", "ErpGuard.io-Last-Restore-Test")]
    assert row["named"] == ["name"]


def test_dates_of_the_configuration() -> None:
    settings = {"restore_tests": {"rg-erp-*/psql": "2026-09-21", "rg-shop/psql": "2026-09-30"}}
    assert restored(body(POSTGRES, "psql"), settings=settings)["ages"] == [10]


@pytest.mark.parametrize(
    ("label", "suspend", "job"),
    [
        ("psql-erp", False, True),
        ("psql", False, True),
        ("psql-shop", False, False),
        ("all", False, False),
        ("psql-erp", True, False),
        ("${NAME}", False, None),
    ],
)
def test_jobs_of_any_namespace(label: str, suspend: bool, job: bool | None) -> None:
    pod = {"template": {"spec": {"containers": [{"name": "restore", "image": "drill:1"}]}}}
    drill = resource(
        "batch/v1",
        "CronJob",
        "restore",
        spec={"schedule": "@weekly", "suspend": suspend, "jobTemplate": {"spec": pod}},
        metadata={"labels": {"erpguard.io/restore-test": label}},
    )
    assert restored(body(POSTGRES, "psql-erp"), drill).get("job") is job


def cache(**configuration: str) -> Body:
    settings = {name.replace("_", "-"): value for name, value in configuration.items()}
    return {"sku": {"name": "Premium"}, "redisConfiguration": settings}


NONE = {"tags": {"erpguard.io-persistence": "none"}}


@pytest.mark.parametrize(
    ("given", "persistent", "decided"),
    [
        (body(REDIS, "r", cache()), False, False),
        (body(REDIS, "r", cache(rdb_backup_enabled="True")), True, False),
        (body(REDIS, "r", cache(aof_backup_enabled="true", rdb_backup_enabled="${RDB}")), True, False),
        (body(REDIS, "r", cache(rdb_backup_enabled="${RDB}")), None, False),
        (body(REDIS, "r", cache(), **NONE), False, True),
        (body(REDIS, "r", cache(), tags={"erpguard.io-persistence": "${DECISION}"}), False, None),
        (body(REDIS, "r", cache(), tags={"owner": "${OWNER}"}), False, False),
    ],
)
def test_caches(given: Body, persistent: bool | None, decided: bool | None) -> None:
    (row,) = rows(analyses(given), "redis_persistence")
    assert (row.get("persistent"), row.get("decided")) == (persistent, decided)


@pytest.mark.parametrize(
    ("others", "decided"),
    [([], None), ([body(CLUSTER, "amr")], False), ([body(CLUSTER, "amr", **NONE)], True)],
)
def test_a_cluster_decides_for_its_databases(others: list[Body], decided: bool | None) -> None:
    (row,) = rows(analyses(body(f"{CLUSTER}/databases", "amr/default"), *others), "redis_persistence")
    assert (row["persistent"], row.get("decided")) == (False, decided)


def test_smaller_tiers_cannot_keep_anything() -> None:
    assert rows(analyses(body(REDIS, "r", {"sku": {"name": "Standard"}})), "redis_persistence") == []
