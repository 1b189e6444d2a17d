"""Which firewall stands in front of what, against the plain reading of the documentation."""

from __future__ import annotations

from itertools import product

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, doubts, rows

GATEWAY = "Microsoft.Network/applicationGateways"
POLICY = "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies"
POLICIES = {
    "good": {"state": "Enabled", "mode": "Prevention"},
    "watching": {"state": "Enabled", "mode": "Detection"},
    "off": {"state": "Disabled", "mode": "Prevention"},
}
CHOICES = ("", *POLICIES)


def policies() -> list[Body]:
    return [body(POLICY, name, {"policySettings": settings}) for name, settings in POLICIES.items()]


def linked(name: str) -> Body:
    return {"firewallPolicy": {"id": arm_id(POLICY, name)}} if name else {}


@pytest.mark.parametrize(("whole", "first", "second"), list(product(CHOICES, repeat=3)))
def test_every_listener_has_one_that_blocks(whole: str, first: str, second: str) -> None:
    """A listener has its own policy, else the gateway's: all of them must be good."""
    listeners = [{"name": f"l{n}", "properties": linked(own)} for n, own in enumerate((first, second))]
    made = analyses(*policies(), body(GATEWAY, "erp", {**linked(whole), "httpListeners": listeners}))
    effective = {first or whole, second or whole}
    assert all(row["blocks"] for row in rows(made, "web_application_firewalls")) == (effective == {"good"})


@pytest.mark.parametrize(("configured", "whole"), list(product((None, "Prevention", "Detection", "off"), CHOICES)))
def test_a_policy_takes_the_place_of_the_configuration(configured: str | None, whole: str) -> None:
    properties = linked(whole)
    if configured:
        mode = "Detection" if configured == "Detection" else "Prevention"
        properties["webApplicationFirewallConfiguration"] = {"enabled": configured != "off", "firewallMode": mode}
    (row,) = rows(analyses(*policies(), body(GATEWAY, "erp", properties)), "web_application_firewalls")
    assert row["blocks"] == (whole == "good" if whole else configured == "Prevention")


def test_a_disabled_or_detecting_policy_fails_whatever_else_is_hidden() -> None:
    for settings, known in (
        ({"state": "${STATE}", "mode": "Detection"}, True),
        ({"state": "Disabled", "mode": "${MODE}"}, True),
        ({"state": "${STATE}", "mode": "Prevention"}, False),
        ({"state": "Enabled", "mode": "${MODE}"}, False),
    ):
        policy = body(POLICY, "waf", {"policySettings": settings})
        made = analyses(policy, body(GATEWAY, "erp", linked("waf")))
        assert doubts(made, "web_application_firewalls") == [set() if known else {"blocks"}]
        assert rows(made, "web_application_firewalls")[0].get("blocks") is (False if known else None)


def test_a_hidden_listener_may_leave_nothing_to_the_gateway() -> None:
    listener = {"name": "l", "properties": {"firewallPolicy": {"id": "${POLICY}"}}}
    made = analyses(body(GATEWAY, "erp", {"httpListeners": [listener]}))
    assert doubts(made, "web_application_firewalls") == [{"blocks"}, {"blocks"}]


PROFILE = "Microsoft.Cdn/profiles"
FRONT_DOOR_POLICY = "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies"


def front_door(named: list[str], **route: object) -> list[Body]:
    """A Front Door with the endpoint `e` and the custom domain `c`, of which a security policy names some."""
    ids = {"e": arm_id(f"{PROFILE}/afdEndpoints", "afd/e"), "c": arm_id(f"{PROFILE}/customDomains", "afd/c")}
    parameters = {
        "wafPolicy": {"id": arm_id(FRONT_DOOR_POLICY, "waf")},
        "associations": [{"domains": [{"id": ids.get(name, name)} for name in named]}],
    }
    return [
        body(PROFILE, "afd", {}, sku={"name": "Premium_AzureFrontDoor"}),
        body(f"{PROFILE}/afdEndpoints", "afd/e", {}),
        body(f"{PROFILE}/customDomains", "afd/c", {}),
        body(f"{PROFILE}/afdEndpoints/routes", "afd/e/r", {"customDomains": [{"id": ids["c"]}], **route}),
        body(f"{PROFILE}/securityPolicies", "afd/s", {"parameters": parameters}),
        body(FRONT_DOOR_POLICY, "waf", {"policySettings": {"enabledState": "Enabled", "mode": "Prevention"}}),
    ]


@pytest.mark.parametrize(
    ("named", "route", "expected"),
    [
        (["e", "c"], {"linkToDefaultDomain": "Enabled"}, {}),
        (["e"], {"linkToDefaultDomain": "Enabled"}, {"c": False}),
        (["c"], {"linkToDefaultDomain": "Enabled"}, {"e": False}),
        (["c"], {"linkToDefaultDomain": "Disabled"}, {}),
        (["c"], {"linkToDefaultDomain": "${LINKED}"}, {"e": None}),
        ([], {"linkToDefaultDomain": "Enabled", "enabledState": "Disabled"}, {}),
        (["${DOMAIN}"], {"linkToDefaultDomain": "Enabled"}, {"e": None, "c": None}),
    ],
)
def test_the_domains_of_a_front_door(named: list[str], route: Body, expected: dict[str, bool | None]) -> None:
    view = rows(analyses(*front_door(named, **route)), "web_application_firewalls")
    found = {row["at"]["resource"].rpartition("/")[2]: row.get("blocks") for row in view if "domain" in row["what"]}
    assert found == expected
