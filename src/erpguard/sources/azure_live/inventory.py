"""What exists by Resource Graph: resources that no list reads, and the management groups above a subscription.

Types that policies know and no list reads are gaps. All others come with what Resource Graph says of them, so that they
are in the estate and counted as not judged. Queries: https://learn.microsoft.com/azure/governance/resource-graph/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from erpguard.normalize.azure.arm_types import arm_type
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.pages import Body
from erpguard.sources.azure_live.table import GRAPH, listed_types
from erpguard.sources.live import Gap

if TYPE_CHECKING:
    from erpguard.sources.azure_live.arm import Arm

_NOT_LISTED = "resources | where type !in~ ({types}){groups} | project id, name, type, location | order by id asc"
_CHAIN = (
    "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' "
    "| project id, properties.managementGroupAncestorsChain"
)


class Inventory:
    """The resources of a subscription that no list reads: `pages` of those to count, then `gaps` for the others."""

    def __init__(self, arm: Arm, subscription: str, groups: tuple[str, ...], limits: Limits) -> None:
        self._arm = arm
        self._subscription = subscription
        self._groups = groups
        self._limits = limits
        self._known: Counter[str] = Counter()

    def pages(self) -> Iterator[list[Body]]:
        """What no policy knows, page by page; a Fault where it cannot be had."""
        groups = f" | where resourceGroup in~ ({_texts(self._groups)})" if self._groups else ""
        query = _NOT_LISTED.format(types=_texts(sorted(listed_types())), groups=groups)
        for rows in _pages(self._arm, self._subscription, query, self._limits):
            found = [row for row in rows if isinstance(row.get("id"), str) and isinstance(row.get("type"), str)]
            yield [row for row in found if not self._is_known(row["type"])]
            if len(found) < len(rows):
                raise Fault("malformed", 200, "rows without id and type")

    def gaps(self) -> list[Gap]:
        """A gap for each type that policies know."""
        return [
            Gap("azure", type_, self._subscription, (type_,), "not-listed", 200, detail=f"{total} of them")
            for type_, total in sorted(self._known.items())
        ]

    def _is_known(self, type_: str) -> bool:
        known = arm_type(type_)
        if known is not None:
            self._known[known.name] += 1
        return known is not None


def ancestors(arm: Arm, subscription: str, limits: Limits) -> list[Any] | None:
    """The management groups above a subscription, from the nearest up; None where Resource Graph does not say."""
    for rows in _pages(arm, subscription, _CHAIN, limits):
        for row in rows:
            chain = row.get("properties_managementGroupAncestorsChain")
            if isinstance(chain, list):
                return chain
    return None


def _pages(arm: Arm, subscription: str, query: str, limits: Limits) -> Iterator[list[Body]]:
    options: dict[str, Any] = {"resultFormat": "objectArray"}
    question = {"subscriptions": [subscription.rpartition("/")[2]], "query": query, "options": options}
    for _ in range(limits.pages):
        body = arm.ask_graph(question)
        rows = body.get("data") if isinstance(body, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Fault("malformed", 200, "no rows")
        yield rows
        token = body.get("$skipToken")
        if not token:
            return
        if token == options.get("$skipToken"):
            raise Fault("refused-link", 200, "the next page is the same again")
        options["$skipToken"] = token
    raise Fault("too-large", 200, f"more than {limits.pages} pages of {GRAPH.type}")


def _texts(names: tuple[str, ...] | list[str]) -> str:
    """Texts of a query."""
    return ", ".join("'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'" for name in names)
