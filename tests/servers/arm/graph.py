"""Resource Graph: the few queries that a collector needs to learn what exists.

learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.arm.errors import error
from tests.servers.https import Request, Response, as_json

LARGEST_PAGE = 1000
"""Rows that one answer has at most."""

Row = dict[str, Any]
_EQUAL = re.compile(r"(\w+) (?:==|=~) '([^']*)'")
_IN = re.compile(r"(\w+) (!?)in~ \(([^)]*)\)")
_COUNT = re.compile(r"(\w+)\s*=\s*count\(\) by (\w+)")


def answer(request: Request, rows_of: Callable[[str, list[str]], list[Row]], largest: int) -> Response:
    """The rows of a query, page by page. `rows_of` gives all rows of a table, for some subscriptions."""
    asked = request.json()
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        return error(400, "BadRequest", "Please provide below info when asking for support: InvalidPayload.")
    options = asked.get("options") or {}
    table, *steps = [step.strip() for step in asked["query"].split("|")]
    try:
        rows = rows_of(table.lower(), [text.lower() for text in asked.get("subscriptions") or ()])
        for step in steps:
            rows = _done(step, rows)
    except (ValueError, KeyError) as broken:
        return error(400, "BadRequest", f"Query is invalid. Please refer to the documentation. {broken}")
    start = int(base64.b64decode(options["$skipToken"])) if options.get("$skipToken") else 0
    size = min(int(options.get("$top") or LARGEST_PAGE), largest, LARGEST_PAGE)
    page = rows[start : start + size]
    shown: dict[str, Any] = {"totalRecords": len(rows), "count": len(page), "data": page, "facets": []}
    shown["resultTruncated"] = "false"
    if start + size < len(rows):
        shown["$skipToken"] = base64.b64encode(str(start + size).encode()).decode()
    return as_json(shown)


def _done(step: str, rows: list[Row]) -> list[Row]:
    """The rows after one operator; no other operators than these."""
    verb, _, rest = step.partition(" ")
    if verb == "project":
        names = [name.strip() for name in rest.split(",")]
        return [{name.replace(".", "_"): _value(row, name) for name in names} for row in rows]
    if verb in ("order", "sort"):
        key = rest.removeprefix("by ").split()[0]
        return sorted(rows, key=lambda row: str(row[key]))
    if verb == "where" and (equal := _EQUAL.fullmatch(rest)):
        return [row for row in rows if str(row[equal[1]]).lower() == equal[2].lower()]
    if verb == "where" and (listed := _IN.fullmatch(rest)):
        wanted = [one.strip().strip("'").lower() for one in listed[3].split(",")]  # `!in~`: not one of these
        return [row for row in rows if (str(row[listed[1]]).lower() in wanted) != bool(listed[2])]
    if verb == "summarize" and (counted := _COUNT.fullmatch(rest)):
        totals = Counter(row[counted[2]] for row in rows)
        return [{counted[2]: value, counted[1]: total} for value, total in totals.items()]
    raise ValueError(f"operator {step}")


def _value(row: Row, name: str) -> Any:
    value: Any = row
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def resource(body: Mapping[str, Any], subscription: str, group: str) -> Row:
    """A resource as the table `resources` has it: its type in lower case."""
    return {
        "id": body["id"],
        "name": body.get("name"),
        "type": str(body.get("type", "")).lower(),
        "location": body.get("location"),
        "subscriptionId": subscription,
        "resourceGroup": group.lower(),
    }


def subscription(body: Mapping[str, Any], groups: list[Mapping[str, Any]]) -> Row:
    """A subscription as the table `resourcecontainers` has it, with the groups above it, the nearest first.

    learn.microsoft.com/azure/governance/resource-graph/samples/samples-by-table#resourcecontainers
    """
    chain = [{"displayName": group["properties"]["displayName"], "name": group["name"]} for group in groups]
    return {
        "id": body["id"],
        "name": body.get("displayName"),
        "type": "microsoft.resources/subscriptions",
        "subscriptionId": body.get("subscriptionId"),
        "properties": {"managementGroupAncestorsChain": chain, "state": "Enabled"},
    }
