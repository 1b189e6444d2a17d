"""`docs/azure-permissions.md` lists what the table asks for."""

from __future__ import annotations

import json
import re

from erpguard.sources.azure_live.table import DESCENDANTS, GRAPH, services
from tests.sources.azure_live.test_table import NOT_COLLECTED
from tools import azure_permissions

TEXT = azure_permissions.PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    assert azure_permissions.page(TEXT) == TEXT, "run `make docs`"


def test_each_call_has_a_row_with_its_action() -> None:
    rows = re.findall(r"^\| `(?:GET|POST) (\S+).*?` \| (\S+) \| .* \| `(\S+/read)` \|$", TEXT, re.MULTILINE)

    assert [(version, action) for _, version, action in rows] == [
        (service.version, service.action) for service in (*services(), GRAPH, DESCENDANTS)
    ]


def test_the_role_has_exactly_these_actions() -> None:
    blocks = re.findall(r"^```json\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    role = json.loads(blocks[0])

    assert len(blocks) == 1
    assert set(role["Actions"]) == {service.action for service in (*services(), GRAPH)}
    assert len(role["Actions"]) == len(set(role["Actions"]))
    assert all(action.endswith("/read") and "*" not in action for action in role["Actions"])
    assert (role["NotActions"], role["DataActions"], role["NotDataActions"]) == ([], [], [])


def test_what_is_not_collected_is_explained() -> None:
    told = TEXT.partition("## What is not asked for")[2].partition("\n## ")[0]

    assert {name for name in NOT_COLLECTED if f"`{name}`" in told} == NOT_COLLECTED.keys()
