"""Groups with more rules than Azure takes: nothing is claimed of them, and nothing is worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.azure.nsg.groups import MOST_RULES
from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, rows
from tests.counted import assert_linear, calls

GROUP = "Microsoft.Network/networkSecurityGroups"
RULE = f"{GROUP}/securityRules"


def properties(number: int, prefix: str = "Internet") -> Body:
    return {
        **{"priority": 100 + number, "direction": "Inbound", "access": "Allow", "protocol": "Tcp"},
        **{"sourceAddressPrefix": prefix, "sourcePortRange": "*"},
        **{"destinationAddressPrefix": "*", "destinationPortRange": str(1 + number)},
    }


def group(count: int, prefix: str = "Internet", name: str = "nsg") -> Body:
    listed = [{"name": f"r{number}", "properties": properties(number, prefix)} for number in range(count)]
    return body(GROUP, name, {"securityRules": listed})


def network(nsg: Body) -> Body:
    subnet = {"addressPrefix": "10.0.0.0/16", "networkSecurityGroup": {"id": nsg["id"]}}
    return body("Microsoft.Network/virtualNetworks", "v", {"subnets": [{"name": "s", "properties": subnet}]})


def alone(count: int) -> Analyses:
    """Rules whose group is not in the estate."""
    return analyses(*(body(RULE, f"elsewhere/r{number}", properties(number)) for number in range(count)))


def exposures(made: Analyses) -> list[dict[str, Any]]:
    return [row for row in rows(made, "nsg_exposures") if "rule" in row]


def test_as_many_as_azure_takes_are_evaluated() -> None:
    nsg = group(MOST_RULES)
    made = analyses(nsg, network(nsg))
    assert len(exposures(made)) == MOST_RULES
    assert [row["shadowed"] for row in rows(made, "nsg_rules")] == [False] * MOST_RULES


DOUBT = "what is in force of 1,001 rules of nsg (Azure takes 1,000 in a group)"


def test_of_more_nothing_is_known() -> None:
    nsg = group(MOST_RULES + 1)
    made = analyses(nsg, network(nsg))
    (row,) = exposures(made)
    assert (row["rule"], row["path"]) == ("(not known)", ["properties", "securityRules"])
    (situation,) = row["situations"]
    assert (situation["sure"], situation["every"]) == ([], [])
    assert [(one["first"], one["last"]) for one in situation["possible"]] == [(0, 65535)]
    assert situation["doubt"] == DOUBT
    (rule,) = rows(made, "nsg_rules")
    assert (rule["shadowed"], rule["doubt"]) == (True, DOUBT)


def test_rules_by_themselves() -> None:
    assert {row["shadowed"] for row in rows(alone(MOST_RULES), "nsg_rules")} == {False}
    made = alone(MOST_RULES + 1)
    found = rows(made, "nsg_rules")
    assert len({row["resource"] for row in found}) == MOST_RULES + 1
    doubt = "what is in force of 1,001 rules of the group of rule r0 (Azure takes 1,000 in a group)"
    assert {(row["shadowed"], row["doubt"]) for row in found} == {(True, doubt)}
    assert all(row["situations"][0]["sure"] == [] for row in exposures(made))


def test_rules_that_may_belong_to_any_group() -> None:
    bodies = [{**body(RULE, f"?/r{number}", properties(number)), "address": f"a.r{number}"} for number in range(600)]
    for one in bodies:
        del one["id"]
    nsg = group(600)
    made = analyses(nsg, network(nsg), *bodies)
    made.estate.resources[0].change = "create"
    rule = next(row for row in rows(made, "nsg_rules") if row["name"] == "nsg")
    assert rule["doubt"] == "which of 600 rules belong to nsg"


@pytest.mark.parametrize("view", ["nsg_exposures", "nsg_rules"])
def test_the_work_of_too_many_rules_is_no_more_than_reading_them(view: str) -> None:
    def work(count: int) -> Callable[[], object]:
        nsg = group(count * 1000, "198.51.100.0/24")
        made = analyses(nsg, network(nsg))
        return lambda: rows(made, view)

    work(2)()
    assert calls(work(4)) == calls(work(8)) < 4_000


def test_the_work_of_too_many_rules_by_themselves_is_linear() -> None:
    def work(count: int) -> Callable[[], object]:
        made = alone(count)
        return lambda: (rows(made, "nsg_exposures"), rows(made, "nsg_rules"))

    assert_linear(work, MOST_RULES + 1, 2)


def test_a_list_of_rules_that_is_not_known_may_have_any() -> None:
    made = analyses(body(GROUP, "nsg", {"securityRules": "${RULES}"}))
    (rule,) = rows(made, "nsg_rules")
    assert (rule["shadowed"], rule["doubt"]) == (True, "the rules of nsg")
    assert arm_id(GROUP, "nsg").lower() == rule["resource"]
