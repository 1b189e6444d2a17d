"""Processes and memory of Odoo servers, against an oracle that starts them one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.applications.odoo import odoo_containers
from erpguard.analysis.applications.odoo_processes import memory_of, odoo_memory, odoo_roles
from erpguard.estate import Estate
from tests.analysis.estates import analyses, resource


def estate(arguments: list[str], memory: str | None = None) -> Analyses:
    container: dict[str, Any] = {"name": "odoo", "image": "odoo:17.0", "args": arguments}
    if memory:
        container["resources"] = {"limits": {"memory": memory}}
    return Analyses(Estate([resource("v1", "Pod", "odoo", spec={"containers": [container]})]))


def started(options: dict[str, int], http: bool) -> list[int]:
    """The bound of every process of the server (0: none): odoo/service/server.py, PreforkServer.process_spawn."""
    hard = options.get("limit-memory-hard", 2560 * 1024 * 1024)
    processes: list[int] = []
    if not options.get("workers"):
        return [hard]
    if http:
        while len(processes) < options["workers"]:
            processes.append(hard)
        processes.append(options.get("limit-memory-hard-gevent") or hard)
    for _ in range(options.get("max-cron-threads", 2)):
        processes.append(hard)
    return processes


_sizes = st.integers(0, 4).map(lambda gibibytes: gibibytes << 30)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "workers": st.integers(0, 20),
            "max-cron-threads": st.integers(0, 5),
            "limit-memory-hard": _sizes,
            "limit-memory-hard-gevent": _sizes,
        },
    ),
    st.booleans(),
)
def test_what_the_processes_may_take(options: dict[str, int], http: bool) -> None:
    arguments = [f"--{name}={value}" for name, value in options.items()] + ([] if http else ["--no-http"])
    (server,) = odoo_containers(estate(arguments or ["odoo"]))
    memory = memory_of(server)
    processes = started(options, http)
    assert memory.processes == len(processes)
    assert memory.unlimited == (0 in processes)
    if not memory.unlimited:
        assert memory.demand == sum(processes)


@pytest.mark.parametrize(
    ("arguments", "memory", "unknown"),
    [
        (["--workers=${X}"], "4Gi", {"demand"}),
        (["--workers=${X}"], None, set()),
        (["--workers=4"], "${X}", {"memory_limit"}),
        (["--workers=4"], "4Gi", set()),
    ],
)
def test_what_is_not_known(arguments: list[str], memory: str | None, unknown: set[str]) -> None:
    view = odoo_memory(estate(arguments, memory))
    (key,) = view.rows
    assert view.unknown.get(key, frozenset()) == unknown


def test_places() -> None:
    def at(arguments: list[str]) -> Any:
        (row,) = odoo_memory(estate(arguments, "4Gi")).rows.values()
        return row["at"]["path"][3:], [related["path"][3:] for related in row["related"]]

    limit = ["resources", "limits", "memory"]
    assert at(["odoo"]) == (limit, [])
    assert at(["--workers=4"]) == (["args", 0], [limit])
    assert at(["--workers=4", "--limit-memory-hard=9"]) == (["args", 1], [["args", 0], limit])


POD = """
apiVersion: v1
kind: Pod
metadata: {name: odoo, namespace: erp, labels: {erpguard.io/tier: erp}}
spec: {containers: [CONTAINERS]}
"""


@pytest.mark.parametrize(
    ("containers", "mixed"),
    [
        ("{name: a, image: odoo}", True),
        ("{name: a, image: odoo, args: [--no-http]}", False),
        ("{name: a, image: odoo, args: [--no-http]}, {name: b, image: '${IMAGE}'}", None),
        ("{name: a, image: odoo}, {name: b, image: '${IMAGE}'}", True),
        ("{name: a, image: acme/erp}", True),
        ("{name: a, image: acme/erp}, {name: b, image: acme/other}", None),
        ("{name: a, image: odoo, args: ['--max-cron-threads=${X}']}", None),
        ("{name: a, image: odoo, args: ['--max-cron-threads=${X}', --no-http]}", False),
    ],
)
def test_mixed_roles(containers: str, mixed: bool | None) -> None:
    view = odoo_roles(analyses(POD.replace("CONTAINERS", containers)))
    ((key, row),) = view.rows.items()
    assert row.get("mixed") is mixed
    assert ("mixed" in view.unknown.get(key, ())) == (mixed is None)


def test_other_tiers_have_no_row() -> None:
    found = analyses(POD.replace("tier: erp", "tier: data").replace("CONTAINERS", "{name: a, image: odoo}"))
    assert not odoo_roles(found).rows
    assert not odoo_memory(found).rows
