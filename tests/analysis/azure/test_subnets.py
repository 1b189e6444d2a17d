"""Subnets within their networks, and by themselves."""

from __future__ import annotations

from typing import Any

import yaml

from erpguard.analysis import Analyses
from erpguard.analysis.azure.subnets import all_subnets, subnet_of
from erpguard.estate import Estate
from erpguard.sources.kubernetes_manifest import from_memory

NETWORK = "/subscriptions/0/resourceGroups/rg-erp-prod/providers/Microsoft.Network"


def analyses(text: str) -> Analyses:
    """The analyses of ARM documents."""
    return Analyses(Estate(from_memory(yaml.safe_load_all(text), {}).resources))


def rows(text: str) -> dict[Any, tuple[dict[str, Any], frozenset[str]]]:
    """Title -> row, and what of it is not known."""
    view = analyses(text).view("subnets")
    return {row.fields.get("title"): (row.shown(), row.unknown) for rows in view.by_resource.values() for row in rows}


WHOLE = f"""
id: {NETWORK}/virtualNetworks/vnet
type: Microsoft.Network/virtualNetworks
name: vnet
properties:
  subnets:
  - id: {NETWORK}/virtualNetworks/vnet/subnets/db
    name: db
    properties:
      addressPrefix: 10.0.0.0/24
      networkSecurityGroup: {{id: {NETWORK.upper()}/networkSecurityGroups/nsg}}
      routeTable: {{id: {NETWORK}/routeTables/elsewhere}}
      delegations: [{{properties: {{serviceName: Microsoft.DBforPostgreSQL/flexibleServers}}}}]
  - name: app
    properties: {{addressPrefixes: [10.0.1.0/24, "fd00::/64"]}}
---
id: {NETWORK}/networkSecurityGroups/nsg
type: Microsoft.Network/networkSecurityGroups
name: nsg
properties: {{}}
---
id: {NETWORK}/virtualNetworks/hub/subnets/edge
type: Microsoft.Network/virtualNetworks/subnets
name: edge
properties: {{addressPrefix: 10.9.0.0/24}}
"""


def test_both_kinds() -> None:
    found = rows(WHOLE)
    assert set(found) == {"vnet/db", "vnet/app", "hub/edge"}
    db, unknown = found["vnet/db"]
    assert unknown == frozenset()
    assert db["has_nsg"] and db["nsg"] == f"{NETWORK}/networkSecurityGroups/nsg".lower() and "unguarded" not in db
    assert db["has_route_table"] and "route_table" not in db
    assert db["route_table_id"].endswith("/elsewhere")
    assert db["delegations"] == ["Microsoft.DBforPostgreSQL/flexibleServers"]
    app, _ = found["vnet/app"]
    assert app["address_prefixes"] == ["10.0.1.0/24", "fd00::/64"]
    assert app["unguarded"] == {"name": "app", "doubt": ""} and app["has_nsg"] is False and app["absent"] == []
    assert found["hub/edge"][0]["subnet_name"] == "edge"


def test_an_id_leads_to_its_subnet() -> None:
    given = analyses(WHOLE)
    for name, is_there in (
        ("vnet/subnets/DB", True),
        ("vnet/subnets/app", True),
        ("hub/subnets/edge", True),
        ("vnet", False),
    ):
        assert (subnet_of(given, f"{NETWORK}/virtualNetworks/{name}") is not None) == is_there
    assert subnet_of(given, f"{NETWORK}/virtualNetworks/vnet/subnets/other") is None


def test_what_is_not_known() -> None:
    text = """
    id: /subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet
    type: Microsoft.Network/virtualNetworks
    name: vnet
    properties:
      subnets:
      - name: ${NAME}
        properties: {addressPrefixes: ["${PREFIX}"], delegations: [{properties: {serviceName: "${SERVICE}"}}]}
      - name: app
        properties: {networkSecurityGroup: {id: "${GROUP}"}, routeTable: {id: "${TABLE}"}}
    """
    found = rows(text)
    nameless, unknown = found["vnet/(name not known)"]
    assert unknown == {"subnet_name", "address_prefixes", "delegations"}
    assert nameless["unguarded"] == {"name": "", "doubt": "its name"}
    assert nameless["has_nsg"] is False
    hidden = {"has_nsg", "nsg", "nsg_id", "has_route_table", "route_table", "route_table_id"}
    assert found["vnet/app"][1] == hidden
    assert found["vnet/app"][0]["unguarded"] == {"name": "app", "doubt": "its network security group"}


def test_a_list_that_is_not_known_is_one_row() -> None:
    given = analyses(WHOLE)
    network = given.estate.resources[0]
    network.unknown |= {("properties", "subnets")}
    view = given.view("subnets")
    (row,) = view.of(network)
    assert row.path == ("properties", "subnets")
    assert {"has_nsg", "subnet_name", "delegations"} <= row.unknown
    assert sum(subnet.whole for subnet in all_subnets(given).values()) == 1
