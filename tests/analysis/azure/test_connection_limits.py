"""How many connections a flexible server accepts."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.applications.connection_limits import limit_of
from erpguard.analysis.applications.poolers import Use
from erpguard.analysis.azure.connection_limits import pooling_of_server
from erpguard.analysis.values.bounds import ANY, Bounds, exactly
from tests.analysis.azure.arm_estates import analyses, body

SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"


def parameter(name: str, value: str) -> dict[str, Any]:
    """A parameter of the server."""
    return body(f"{SERVER}/configurations", f"psql/{name}", {"value": value, "source": "user-override"})


def accepted(sku: str, *parameters: dict[str, Any]) -> Bounds:
    """The connections that are left to users."""
    made = analyses(body(SERVER, "psql", sku={"name": sku}), *parameters)
    return limit_of(made, made.estate.of_type(SERVER)[0], None).number


@pytest.mark.parametrize(
    ("sku", "users"),
    [
        # learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits, "Maximum user connections"
        ("Standard_B1ms", 35),
        ("Standard_B2s", 414),
        ("Standard_B2ms", 844),
        ("Standard_B4ms", 1703),
        ("Standard_B12ms", 4985),
        ("Standard_D2ds_v5", 844),
        ("Standard_D4s_v3", 1703),
        ("Standard_D8ads_v5", 3422),
        ("Standard_D16ds_v4", 4985),
        ("Standard_E2s_v3", 1703),
        ("Standard_E4ds_v5", 3422),
        ("Standard_E8ds_v4", 4985),
        ("Standard_E96ads_v5", 4985),
    ],
)
def test_the_table(sku: str, users: int) -> None:
    assert accepted(sku) == exactly(users)


def test_sizes_that_are_not_in_it() -> None:
    assert accepted("Standard_M64s") == ANY
    assert accepted("") == ANY


def test_a_parameter_wins() -> None:
    assert accepted("Standard_B1ms", parameter("max_connections", "200")) == exactly(185)
    assert accepted("Standard_B1ms", parameter("MAX_CONNECTIONS", "200")) == exactly(185)
    assert accepted("Standard_B1ms", parameter("work_mem", "200")) == exactly(35)
    assert accepted("Standard_B1ms", parameter("max_connections", "many")) == ANY


@pytest.mark.parametrize(
    ("parameters", "clients"),
    [
        ([], exactly(5000)),
        ([parameter("pgbouncer.max_client_conn", "300")], exactly(300)),
        ([parameter("pgbouncer.pool_mode", "session")], exactly(50)),
        ([parameter("pgbouncer.pool_mode", "SESSION"), parameter("pgbouncer.default_pool_size", "9")], exactly(9)),
        ([parameter("pgbouncer.pool_mode", "statement")], exactly(5000)),
    ],
)
def test_the_built_in_pooler(parameters: list[dict[str, Any]], clients: Bounds) -> None:
    made = analyses(body(SERVER, "psql"), *parameters)
    found = pooling_of_server(made, made.estate.of_type(SERVER)[0])
    assert found.takes(Use(exactly(1), exactly(1)))[0] == clients
