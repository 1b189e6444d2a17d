"""Terraform plans and Pulumi previews in one scan: a setting in the one belongs to a resource in the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard
from tests.plans import plan, resource
from tests.sources.pulumi.programs import UNKNOWN, preview, state, step, urn

GROUP = "/subscriptions/0a1b2c3d-0000-0000-0000-000000000001/resourceGroups/rg-erp-prod"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-erp/subnets/db"
LOCATED: dict[str, Any] = {"resource_group_name": "rg-erp-prod", "location": "westeurope"}
POLICIES = ("NET102", "NET105")
ASSOCIATION = "azure:network/subnetNetworkSecurityGroupAssociation:SubnetNetworkSecurityGroupAssociation"
NSG = "azure:network/networkSecurityGroup:NetworkSecurityGroup"
RULE = {
    **{"name": "db", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp"},
    **{"sourceAddressPrefix": "Internet", "sourcePortRange": "*"},
    **{"destinationAddressPrefix": "*", "destinationPortRange": "5432"},
}
OPEN = ("NET102", "TCP port 5432 of vnet-erp/db")


def existing(one: dict[str, Any], id_: str) -> dict[str, Any]:
    """A resource of a plan that is there already."""
    change = one["change"]["change"]
    after = {**change["after"], "id": id_}
    change.update(actions=["no-op"], before=after, after=after, after_unknown={})
    return one


def network(is_there: bool) -> dict[str, Any]:
    """The plan of a network with a subnet and no group."""
    whole = resource("azurerm_virtual_network", "erp", name="vnet-erp", address_space=["10.0.0.0/8"], **LOCATED)
    part: dict[str, Any] = {"name": "db", "virtual_network_name": "vnet-erp", "address_prefixes": ["10.1.0.0/24"]}
    subnet = resource("azurerm_subnet", "db", resource_group_name="rg-erp-prod", **part)
    if is_there:
        whole, subnet = existing(whole, SUBNET.partition("/subnets")[0]), existing(subnet, SUBNET)
    return plan(whole, subnet)


def group(subnet: str = SUBNET) -> str:
    """The preview of a group, and of what puts it into force in the subnet."""
    nsg = state(NSG, "db", {"name": "nsg-db", "resourceGroupName": "rg-erp-prod", "securityRules": [RULE]})
    inputs = {"subnetId": subnet, "networkSecurityGroupId": UNKNOWN}
    needs = {"networkSecurityGroupId": [urn(NSG, "db")]}
    association = state(ASSOCIATION, "db", inputs, dependencies=[urn(NSG, "db")], propertyDependencies=needs)
    return preview(step("create", nsg), step("create", association))


def scan(folder: Path, **files: Any) -> erpguard.ScanResult:
    for name, text in files.items():
        (folder / f"{name}.json").write_text(text if isinstance(text, str) else json.dumps(text))
    return erpguard.scan([str(folder)], root=str(folder), select=POLICIES)


def told(result: erpguard.ScanResult) -> list[tuple[str, str]]:
    assert result.problems == []
    return [(one.policy, one.message.partition("reach ")[2]) for one in result.findings]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "planned"])
def test_an_association_of_pulumi_to_a_subnet_of_terraform(tmp_path: Path, names: Any, is_there: bool) -> None:
    """By a literal id: of a subnet that has none yet by group, type and name."""
    result = scan(tmp_path, **dict(zip(names, (network(is_there), group()), strict=True)))
    assert told(result) == [OPEN]
    assert result.findings[0].place.file == f"{names[1]}.json"


def test_each_by_itself(tmp_path: Path) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "pulumi").mkdir()
    assert told(scan(tmp_path / "terraform", a=network(True))) == [("NET105", "")]
    assert [one[0] for one in told(scan(tmp_path / "pulumi", b=group()))] == ["NET102"]


def test_an_association_to_another_subnet(tmp_path: Path) -> None:
    assert ("NET105", "") in told(scan(tmp_path, a=network(True), b=group(SUBNET.replace("rg-erp", "rg-other"))))


def test_an_association_of_terraform_to_a_subnet_of_pulumi(tmp_path: Path) -> None:
    subnets = [{"name": "db", "addressPrefix": "10.1.0.0/24"}]
    inputs = {"virtualNetworkName": "vnet-erp", "resourceGroupName": "rg-erp-prod", "subnets": subnets}
    made = preview(step("create", state("azure-native:network:VirtualNetwork", "vnet", inputs)))
    nsg = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-db"
    here = plan(
        existing(resource("azurerm_network_security_group", "db", name="nsg-db", security_rule=[], **LOCATED), nsg),
        resource(
            "azurerm_subnet_network_security_group_association",
            "db",
            subnet_id=SUBNET,
            network_security_group_id=nsg,
        ),
    )
    assert told(scan(tmp_path, a=made)) == [("NET105", "")]
    assert told(scan(tmp_path, a=made, b=here)) == []


def test_a_rule_of_pulumi_in_a_group_of_terraform(tmp_path: Path) -> None:
    """By the names of group and resource group."""
    nsg = resource("azurerm_network_security_group", "db", name="nsg-db", security_rule=[], **LOCATED)
    inputs = {"networkSecurityGroupName": "nsg-db", "resourceGroupName": "rg-erp-prod"}
    rule = state("azure-native:network:SecurityRule", "db", {**inputs, "securityRuleName": "db", **RULE})
    result = scan(tmp_path, a=plan(nsg), b=preview(step("create", rule)))
    (finding,) = result.findings
    assert (finding.policy, finding.resource_name, finding.place.file) == ("NET102", "nsg-db", "b.json")


def test_one_urn_and_one_address_may_be_alike(tmp_path: Path) -> None:
    """Names of plans are told apart by the plan."""
    other = network(False)
    other["resource_changes"] = [
        {**one, "change": {**one["change"], "after": {**one["change"]["after"], "resource_group_name": "rg-erp-dev"}}}
        for one in other["resource_changes"]
    ]
    result = scan(tmp_path, a=network(False), b=group(), c=other)
    assert sorted(told(result)) == [OPEN, ("NET105", "")]
