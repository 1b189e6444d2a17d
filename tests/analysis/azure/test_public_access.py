"""Public access of platform services and database servers, beyond the examples of the policies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, body, doubts, rows

BUS = "Microsoft.ServiceBus/namespaces"
RULE_SET = "Microsoft.ServiceBus/namespaces/networkRuleSets"
REDIS = "Microsoft.Cache/redis"
RULE = "Microsoft.Cache/redis/firewallRules"
POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
MYSQL = "Microsoft.DBforMySQL/flexibleServers"
SQL = "Microsoft.Sql/servers"
PUBLIC: Body = {"publicNetworkAccess": "Enabled"}
OFFICE: Body = {"startIpAddress": "203.0.113.1", "endIpAddress": "203.0.113.1"}
NETWORK_FLAG = ("properties", "network", "publicNetworkAccess")


def is_open(*bodies: Body) -> bool | None:
    made = analyses(*bodies)
    (row,) = rows(made, "public_access")
    return None if "open" in doubts(made, "public_access")[0] else row["open"]


@pytest.mark.parametrize("flag", ["Disabled", "disabled", "SecuredByPerimeter"])
@pytest.mark.parametrize("type_", ["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", REDIS, BUS])
def test_closed_whatever_the_rules(type_: str, flag: str) -> None:
    assert is_open(body(type_, "erp", {"publicNetworkAccess": flag})) is False


@pytest.mark.parametrize(
    ("rule_set", "expected"),
    [
        ({}, True),
        ({"defaultAction": "Deny"}, True),
        ({"defaultAction": "Deny", "ipRules": [{"ipMask": "203.0.113.0/24"}]}, False),
        ({"defaultAction": "Deny", "ipRules": [{"ipMask": "0.0.0.0/0"}]}, True),
        ({"defaultAction": "Allow", "ipRules": [{"ipMask": "203.0.113.0/24"}]}, True),
        ({"ipRules": [{"ipMask": "203.0.113.0/24"}]}, None),
        ({"publicNetworkAccess": "Disabled"}, False),
        ({"defaultAction": "Deny", "virtualNetworkRules": [{"subnet": {"id": "x"}}]}, False),
    ],
)
def test_network_rules_of_a_message_bus(rule_set: Body, expected: bool | None) -> None:
    assert is_open(body(BUS, "erp"), body(RULE_SET, "erp/default", rule_set)) is expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("0.0.0.0", "127.255.255.255")], False),
        ([("0.0.0.0", "127.255.255.255"), ("200.0.0.0", "255.255.255.255")], True),
        ([("0.0.0.0", "255.255.255.255"), ("${A}", "${B}")], True),
        ([("203.0.113.1", "203.0.113.1"), ("${A}", "255.255.255.255")], None),
    ],
)
def test_firewall_rules_of_a_cache(spans: list[tuple[str, str]], expected: bool | None) -> None:
    rules = [body(RULE, f"erp/r{n}", {"startIP": one, "endIP": two}) for n, (one, two) in enumerate(spans)]
    assert is_open(body(REDIS, "erp"), *rules) is expected


def test_the_place_is_what_was_said() -> None:
    account = "Microsoft.Storage/storageAccounts"

    def place(properties: Body) -> Any:
        (row,) = rows(analyses(body(account, "erp", properties)), "public_access")
        return tuple(row["at"]["path"])

    flag, default = ("properties", "publicNetworkAccess"), ("properties", "networkAcls", "defaultAction")
    assert place({}) == flag
    assert place({"publicNetworkAccess": "Enabled"}) == flag
    assert place({"publicNetworkAccess": "Enabled", "networkAcls": {"defaultAction": "Allow"}}) == default
    rules = {"defaultAction": "Deny", "ipRules": [{"value": "0.0.0.0/0"}]}
    assert place({"networkAcls": rules}) == ("properties", "networkAcls", "ipRules", 0, "value")


@pytest.mark.parametrize(
    ("type_", "properties", "public", "setting"),
    [
        (POSTGRES, {}, True, NETWORK_FLAG),
        (
            POSTGRES,
            {"network": {"delegatedSubnetResourceId": ""}},
            True,
            NETWORK_FLAG,
        ),
        (MYSQL, {"publicNetworkAccess": "Disabled"}, False, ("properties", "publicNetworkAccess")),
        (
            MYSQL,
            {"publicNetworkAccess": "Disabled", "network": {"publicNetworkAccess": "Enabled"}},
            True,
            NETWORK_FLAG,
        ),
        ("Microsoft.Sql/servers", {}, True, ("properties", "publicNetworkAccess")),
    ],
)
def test_public_servers(type_: str, properties: Body, public: bool, setting: tuple[str, ...]) -> None:
    (row,) = rows(analyses(body(type_, "erp", properties)), "database_access")
    assert (row["public"], tuple(row["setting"])) == (public, setting)


@pytest.mark.parametrize(
    ("start", "end", "addresses", "azure"),
    [
        ("0.0.0.0", "0.0.0.0", 1, True),
        ("0.0.0.0", "255.255.255.255", 2**32, False),
        ("10.0.0.0", "10.0.0.255", 256, False),
        ("10.0.1.0", "10.0.0.0", 0, False),
        ("nowhere", "10.0.0.0", None, None),
    ],
)
def test_what_a_rule_admits(start: str, end: str, addresses: int | None, azure: bool | None) -> None:
    rule = body(f"{POSTGRES}/firewallRules", "erp/r", {"startIpAddress": start, "endIpAddress": end})
    (row,) = rows(analyses(body(POSTGRES, "erp"), rule), "database_firewall_rules")
    assert (row.get("addresses"), row.get("azure_services")) == (addresses, azure)


@pytest.mark.parametrize(("access", "hidden"), [("Disabled", set()), ("Enabled", {"addresses", "azure_services"})])
def test_what_a_rule_admits_does_not_matter_to_a_server_without_a_public_address(access: str, hidden: set[str]) -> None:
    server = body(POSTGRES, "erp", {"network": {"publicNetworkAccess": access}})
    rule = body(f"{POSTGRES}/firewallRules", "erp/r", {"startIpAddress": "${OFFICE}", "endIpAddress": "203.0.113.4"})
    assert doubts(analyses(server, rule), "database_firewall_rules") == [hidden]


def test_rules_of_a_plan_belong_to_their_server() -> None:
    server = {"type": POSTGRES, "name": "erp", "address": "azurerm_postgresql_flexible_server.erp", "properties": {}}
    rule = {
        "type": f"{POSTGRES}/firewallRules",
        "name": "all",
        "address": "azurerm_postgresql_flexible_server_firewall_rule.all",
        "parent": "azurerm_postgresql_flexible_server.erp",
        "properties": {"startIpAddress": "0.0.0.0", "endIpAddress": "255.255.255.255"},
    }
    (row,) = rows(analyses(server, rule), "database_firewall_rules")
    assert row["at"]["resource"] == "azurerm_postgresql_flexible_server_firewall_rule.all"


@pytest.mark.parametrize(
    ("server", "spans", "adrift", "hidden"),
    [
        (body(SQL, "erp", PUBLIC), [], False, {"addresses", "azure_services"}),
        (body(SQL, "erp", PUBLIC), [OFFICE], False, {"addresses", "azure_services"}),
        (body(SQL, "erp", PUBLIC), [OFFICE], True, set()),  # that one is not known to be of the server, and no other is
        (body(SQL, "erp", {"publicNetworkAccess": "Disabled"}), [], False, set()),
        (body(POSTGRES, "erp", {"network": PUBLIC}), [], False, set()),  # being public is enough to fail
    ],
)
def test_firewall_rules_of_a_server_that_were_not_read(
    server: Body, spans: list[Body], adrift: bool, hidden: set[str]
) -> None:
    rules = f"{server['type']}/firewallRules"
    given = [body(rules, f"erp/r{n}", span) for n, span in enumerate(spans)]
    for one in given if adrift else ():
        del one["id"]
        one |= {"address": "azurerm_mssql_firewall_rule.r", "parent": "?"}
    found = doubts(analyses(server, *given, open_types=[rules]), "database_firewall_rules")
    assert set().union(*found) == hidden
    assert not set().union(*doubts(analyses(server, *given), "database_firewall_rules"))


def test_firewall_rules_of_a_cache_that_were_not_read() -> None:
    """Without a rule everybody is let in, if there is none; with some a further one may let everybody in."""
    cache, office = body(REDIS, "erp"), body(RULE, "erp/office", {"startIP": "203.0.113.1", "endIP": "203.0.113.1"})
    (row,) = rows(analyses(cache, open_types=[RULE]), "public_access")
    assert (row["open"], row["absent"]) == (True, [RULE])
    assert doubts(analyses(cache, office, open_types=[RULE]), "public_access") == [{"open"}]
    assert is_open(cache, office) is False
