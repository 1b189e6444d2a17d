"""The pages of a list, each checked: its shape, that the next one is another one, and that there is an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from erpguard.model.arm_ids import is_arm_id, rooted
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.hosts import absolute, refused
from erpguard.sources.azure_live.limits import Limits

if TYPE_CHECKING:
    from erpguard.sources.azure_live.arm import Arm
    from erpguard.sources.azure_live.table import Call

Body = dict[str, Any]
_MOST_REPEATS = 3


class Pages:
    """Follows one list.

    items  of the page that was taken last
    fault  what was wrong with pages that were read, or why the next one is not asked for
    """

    def __init__(self, limits: Limits, endpoint: str) -> None:
        self.items: list[Body] = []
        self.fault: Fault | None = None
        self._limits = limits
        self._endpoint = endpoint
        self._links: set[str] = set()
        self._pages: set[int] = set()
        self._taken = 0
        self._repeats = 0

    def take(self, body: Any) -> dict[str, Any]:
        """Note a page; returns what goes on: the page without its items, and without a link that must not be taken."""
        self._taken += 1
        found = body.get("value") if isinstance(body, dict) else None
        if not isinstance(found, list):
            if not isinstance(body, dict) or "value" not in body or found is not None:
                raise Fault("malformed", 200, "no list of resources")
            found = []
        self.items = [one for one in found if _is_resource(one)]
        if len(self.items) < len(found):
            self.fault = Fault("malformed", 200, f"{len(found) - len(self.items)} of the list are no resources")
        self._compare()
        return {"value": [], "nextLink": self._next(body)}

    def _compare(self) -> None:
        """Drop a page that was there before."""
        if not self.items:
            return
        mark = hash(tuple(one["id"] for one in self.items))
        if mark in self._pages:
            self.items = []
            self._repeats += 1
            self.fault = Fault("refused-link", 200, f"page {self._taken} repeats an earlier one")
        self._pages.add(mark)

    def _next(self, body: Body) -> str | None:
        link = body.get("nextLink") or body.get("@odata.nextLink") or body.get("odata.nextLink")
        if not link:
            return None
        if not isinstance(link, str):
            self.fault = Fault("malformed", 200, "the link to the next page is no text")
            return None
        link = absolute(link, f"{self._endpoint}/")
        why = refused(link, self._endpoint)
        if why:
            self.fault = Fault("refused-link", 200, f"the link to page {self._taken + 1}: {why}")
        elif link in self._links:
            self.fault = Fault("refused-link", 200, f"page {self._taken} leads back to an earlier one")
        elif self._taken >= self._limits.pages:
            self.fault = Fault("too-large", 200, f"more than {self._limits.pages} pages")
        elif self._repeats < _MOST_REPEATS:
            self._links.add(link)
            return link
        return None


def read(arm: Arm, call: Call, limits: Limits) -> Iterator[list[Body]]:
    """The items of a call, page by page; a Fault at the end where some of them may be missing."""
    if call.is_object:
        yield [_object(arm.get(_address(arm, call)))]
        return
    pages = Pages(limits, arm.endpoint)
    if call.service.client:
        arguments: dict[str, str] = {**call.arguments(), "api_version": call.service.version}
        for _ in arm.list_by_client(call.service.client, call.subscription, call.operation(), arguments, pages.take):
            yield pages.items
    else:
        link: str | None = _address(arm, call)
        while link:
            link = pages.take(arm.get(link))["nextLink"]
            yield pages.items
    if pages.fault is not None:
        raise pages.fault


def _address(arm: Arm, call: Call) -> str:
    return arm.address(call.path(), call.service.version, call.service.query)


def _is_resource(body: Any) -> TypeGuard[Body]:
    """Whether something is called by an id; it is written as all others are."""
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        return False
    body["id"] = rooted(body["id"])
    return is_arm_id(body["id"])


def _object(body: Any) -> Body:
    if not _is_resource(body):
        raise Fault("malformed", 200, "no resource")
    return body
