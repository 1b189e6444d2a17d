"""The connections that Odoo may open, against an oracle that opens them one by one."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.values.bounds import UNBOUNDED
from tests.analysis.estates import analyses

Workload = dict[str, Any]

_WORKLOADS = st.fixed_dictionaries(
    {"host": st.sampled_from(("one-rw", "other-rw", "pooler"))},
    optional={
        "replicas": st.integers(0, 4),
        "most": st.integers(1, 6),
        "keda": st.integers(1, 6),
        "workers": st.integers(0, 4),
        "max-cron-threads": st.integers(0, 3),
        "db_maxconn": st.integers(0, 20),
        "db_maxconn_gevent": st.integers(0, 20),
        "http": st.booleans(),
        "database": st.sampled_from(("a", "b", "a,b")),
        "db_user": st.sampled_from(("x", "y")),
    },
)
_POOLERS = st.fixed_dictionaries(
    {
        "instances": st.integers(1, 3),
        "poolMode": st.sampled_from(("session", "transaction")),
        "max_client_conn": st.integers(0, 300),
        "default_pool_size": st.integers(0, 40),
    },
    optional={"reserve_pool_size": st.integers(0, 5), "max_db_connections": st.integers(0, 60)},
)

_OPTIONS = ("workers", "max-cron-threads", "db_maxconn", "db_maxconn_gevent", "database", "db_user")


def _deployment(name: str, given: Workload) -> list[dict[str, Any]]:
    arguments = [f"--db_host={given['host']}"]
    arguments += [f"--{option}={given[option]}" for option in _OPTIONS if option in given]
    arguments += [] if given.get("http", True) else ["--no-http"]
    spec: dict[str, Any] = {"template": {"spec": {"containers": [{"image": "odoo:18.0", "args": arguments}]}}}
    spec["template"]["spec"]["containers"][0]["command"] = ["odoo"]
    spec["selector"] = {}
    if "replicas" in given:
        spec["replicas"] = given["replicas"]
    made = [_object("apps/v1", "Deployment", name, spec)]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    if "most" in given:
        scaler = {"scaleTargetRef": target, "maxReplicas": given["most"]}
        made.append(_object("autoscaling/v2", "HorizontalPodAutoscaler", name, scaler))
    if "keda" in given:
        scaler = {"scaleTargetRef": {"name": name}, "maxReplicaCount": given["keda"], "triggers": []}
        made.append(_object("keda.sh/v1alpha1", "ScaledObject", name, scaler))
    return made


def _object(version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "erp"}, "spec": spec}


def _servers(one: int, other: int, pooler: dict[str, Any]) -> list[dict[str, Any]]:
    parameters = {key: str(value) for key, value in pooler.items() if key not in ("instances", "poolMode")}
    bouncer = {"poolMode": pooler["poolMode"], "parameters": parameters}
    spec = {"cluster": {"name": "one"}, "instances": pooler["instances"], "pgbouncer": bouncer}
    return [
        *(
            _object(
                "postgresql.cnpg.io/v1", "Cluster", name, {"postgresql": {"parameters": {"max_connections": str(n)}}}
            )
            for name, n in (("one", one), ("other", other))
        ),
        _object("postgresql.cnpg.io/v1", "Pooler", "pooler", spec),
    ]


def _estate(workloads: list[Workload], one: int, other: int, pooler: dict[str, Any]) -> Analyses:
    objects = _servers(one, other, pooler)
    for number, given_ in enumerate(workloads):
        objects += _deployment(f"odoo-{number}", given_)
    return analyses(yaml.safe_dump_all(objects))


def _opened(given: Workload) -> int:
    """Starts every process of every pod, and has each open what its pool holds."""
    pods = given.get("replicas", 1)
    scaled = [given[key] for key in ("most", "keda") if key in given]
    each = max(given.get("db_maxconn", 64), 1)
    evented = max(given.get("db_maxconn_gevent") or given.get("db_maxconn", 64), 1)
    opened = 0
    for _pod in range(max(scaled) if scaled else pods):
        if not given.get("workers"):
            opened += each
            continue
        if given.get("http", True):
            for _worker in range(given["workers"]):
                opened += each
            opened += evented
        for _thread in range(given.get("max-cron-threads", 2)):
            opened += each
    return opened


def _held(pooler: dict[str, Any], clients: list[Workload]) -> int:
    """The connections that the pools of one instance hold: for each database those of its users, up to its limit."""
    size = pooler["default_pool_size"] + pooler.get("reserve_pool_size", 0)
    database = pooler.get("max_db_connections", 0) or UNBOUNDED
    pairs = {
        (name, one.get("db_user", number))
        for number, one in enumerate(clients)
        for name in str(one.get("database", "")).split(",")
    }
    held = {name: min(database, size * sum(pair[0] == name for pair in pairs)) for name, _ in pairs}
    return sum(held.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORKLOADS, max_size=4), st.integers(0, 600), st.integers(0, 600), _POOLERS)
def test_sums(workloads: list[Workload], one: int, other: int, pooler: dict[str, Any]) -> None:
    rows = {row["name"]: row for row in _estate(workloads, one, other, pooler).view("connection_budgets").rows.values()}
    clients = {host: [each for each in workloads if each["host"] == host] for host in ("one-rw", "other-rw", "pooler")}
    assert ("other" in rows) == bool(clients["other-rw"])
    if clients["other-rw"]:
        row, asked = rows["other"], sum(map(_opened, clients["other-rw"]))
        assert (row["least"], row["most"]) == (asked, asked)
        assert row["accepts_least"] == row["accepts_most"] == max(0, other - 3)
    assert ("pooler" in rows) == bool(clients["pooler"])
    assert ("one" in rows) == bool(clients["one-rw"] or clients["pooler"])
    if clients["pooler"]:
        _check_pooler(rows["pooler"], rows["one"], clients, pooler)


def _check_pooler(row: Workload, behind: Workload, clients: dict[str, list[Workload]], pooler: dict[str, Any]) -> None:
    asked = sum(map(_opened, clients["pooler"]))
    direct = sum(map(_opened, clients["one-rw"]))
    taken = pooler["instances"] * pooler["max_client_conn"]
    assert (row["least"], row["most"]) == (asked, asked)
    assert behind["least"] >= direct and behind["least"] <= direct + asked
    if all("database" in one and "db_user" in one for one in clients["pooler"]):
        held = pooler["instances"] * _held(pooler, clients["pooler"])
        expected = min(taken, held) if pooler["poolMode"] == "session" else taken
        assert row["accepts_least"] <= expected <= row["accepts_most"]
        if "max_db_connections" not in pooler:
            assert row["accepts_least"] == row["accepts_most"]
        assert direct + min(asked, held) <= behind["most"]
    elif pooler["poolMode"] == "transaction":
        assert row["accepts_least"] == row["accepts_most"] == taken


_LEAVES = ("replicas", "most", "workers", "max-cron-threads", "db_maxconn", "db_maxconn_gevent")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_WORKLOADS, min_size=1, max_size=3),
    st.data(),
    st.integers(0, 600),
)
def test_a_part_that_is_not_known_lies_within_the_bounds(
    workloads: list[Workload], data: st.DataObject, one: int
) -> None:
    """One value is hidden: whatever it is, what is asked lies between the bounds."""
    pooler = {"instances": 1, "poolMode": "transaction", "max_client_conn": 100, "default_pool_size": 10}
    number = data.draw(st.integers(0, len(workloads) - 1))
    leaf = data.draw(st.sampled_from(_LEAVES))
    hidden = [dict(each) for each in workloads]
    hidden[number][leaf] = "${ANY}"
    blind = {row["name"]: row for row in _rows(hidden, one, pooler)}
    for value in (0, 1, 5):
        known = [dict(each) for each in workloads]
        known[number][leaf] = value
        for row in _rows(known, one, pooler):
            bounds = blind[row["name"]]
            assert bounds["least"] <= row["least"] and row["most"] <= bounds["most"]


def _rows(workloads: list[Workload], one: int, pooler: dict[str, Any]) -> list[Any]:
    return list(_estate(workloads, one, 100, pooler).view("connection_budgets").rows.values())


def test_what_is_shown() -> None:
    web = {"host": "pooler", "most": 8, "workers": 4, "db_maxconn": 16, "db_maxconn_gevent": 8, "database": "a"}
    cron = {"host": "one-rw", "http": False, "workers": 1, "db_maxconn": 5}
    pooler = {"instances": 2, "poolMode": "session", "max_client_conn": 500, "default_pool_size": 40}
    rows = {row["name"]: row for row in _rows([web, cron], 200, pooler)}
    assert rows["pooler"]["parts"] == ["Deployment odoo-0 8 × (6 × 16 + 8)"]
    assert rows["pooler"]["limit"] == "2 × 40 connections of session pooling"
    assert rows["pooler"]["at"]["path"][-1] == "default_pool_size"
    assert rows["one"]["parts"] == ["Deployment odoo-1 1 × 2 × 5", "Pooler pooler 80"]
    assert rows["one"]["limit"] == "max_connections 200 less 3 reserved"
    assert rows["one"]["doubt"] == ""
    named = [(place["message"], place["path"][-1]) for place in rows["one"]["related"]]
    assert ("Pooler pooler", "default_pool_size") in named and ("Deployment odoo-1", "replicas") in named


@pytest.mark.parametrize(
    ("change", "most", "doubt"),
    [
        ({"workers": "${N}"}, UNBOUNDED, "how many connections Deployment odoo-0 opens"),
        ({"host": "${HOST}"}, 64, "which database Deployment odoo-0 uses"),
    ],
)
def test_what_is_not_known(change: Workload, most: int, doubt: str) -> None:
    pooler = {"instances": 1, "poolMode": "session", "max_client_conn": 100, "default_pool_size": 10}
    rows = {row["name"]: row for row in _rows([{"host": "one-rw"} | change], 200, pooler)}
    assert (rows["one"]["least"], rows["one"]["most"], rows["one"]["doubt"]) == (0, most, doubt)


@pytest.mark.parametrize(
    ("image", "asked"),
    [("odoo:16.0", (3, 3)), ("odoo:17.0", (10, 10)), ("odoo", (3, 10)), ("registry/odoo:prod", (3, 10))],
)
def test_the_version_decides_on_gevent(image: str, asked: tuple[int, int]) -> None:
    deployment = _deployment("odoo", {"host": "one-rw", "workers": 1, "max-cron-threads": 1, "db_maxconn": 1})
    (container,) = deployment[0]["spec"]["template"]["spec"]["containers"]
    container["image"] = image
    container["args"].append("--db_maxconn_gevent=8")
    pooler = {"instances": 1, "poolMode": "session", "max_client_conn": 1, "default_pool_size": 1}
    (row,) = (
        analyses(yaml.safe_dump_all([*deployment, *_servers(9, 9, pooler)])).view("connection_budgets").rows.values()
    )
    assert (row["least"], row["most"]) == asked


def test_a_database_elsewhere_is_judged_where_its_client_is() -> None:
    pooler = {"instances": 1, "poolMode": "session", "max_client_conn": 100, "default_pool_size": 10}
    (row,) = _rows([{"host": "pg.example.com"}], 200, pooler)
    assert (row["name"], row["least"], row["most"], row["accepts_most"]) == ("odoo-0", 64, 64, UNBOUNDED)
    assert row["limit"] == "a server that is not in the scan"
    assert row["at"]["path"][-2:] == ["args", 0]
