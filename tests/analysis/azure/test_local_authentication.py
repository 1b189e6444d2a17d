"""Local authentication and plaintext, where one setting stands in another object."""

from __future__ import annotations

import pytest

from tests.analysis.azure.arm_estates import analyses, body, rows

MYSQL = "Microsoft.DBforMySQL/flexibleServers"
SQL = "Microsoft.Sql/servers"
SQLS = pytest.mark.parametrize("sql", [SQL, "Microsoft.Sql/managedInstances"])


@pytest.mark.parametrize(
    ("value", "accepted"), [("ON", False), ("on", False), ("OFF", True), ("0", True), ("maybe", None)]
)
def test_entra_only_of_mysql_stands_in_a_parameter(value: str, accepted: bool | None) -> None:
    parameter = body(f"{MYSQL}/configurations", "mysql-shop/aad_auth_only", {"value": value})
    (row,) = rows(analyses(body(MYSQL, "mysql-shop"), parameter), "local_authentication")
    assert row.get("accepted") == accepted
    assert row["path"] == ["properties", "value"]


@SQLS
def test_entra_only_of_sql_by_the_child_goes_before_the_server(sql: str) -> None:
    server = body(sql, "sql-bi", {"administrators": {"azureADOnlyAuthentication": False}})
    child = body(f"{sql}/azureADOnlyAuthentications", "sql-bi/Default", {"azureADOnlyAuthentication": True})
    (row,) = rows(analyses(server, child), "local_authentication")
    assert row["accepted"] is False


@SQLS
def test_what_rests_on_a_missing_object_says_so(sql: str) -> None:
    (row,) = rows(analyses(body(sql, "sql-bi")), "local_authentication")
    assert row["accepted"] and row["absent"] == [f"{sql}/azureADOnlyAuthentications"]


def test_a_parameter_is_found_in_any_case() -> None:
    parameter = body(f"{MYSQL}/configurations", "mysql-shop/Require_Secure_Transport", {"value": "OFF"})
    (row,) = rows(analyses(body(MYSQL, "mysql-shop"), parameter), "plaintext_access")
    assert row["plaintext"] is True
