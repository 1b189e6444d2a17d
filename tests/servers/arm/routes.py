"""What ARM answers to a GET, by the path alone: a resource, a page of a list, or why not."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, urlencode

from erpguard.model import arm_ids
from tests.servers.arm import graph
from tests.servers.arm.documents import Body, Documents, shown
from tests.servers.arm.errors import (
    error,
    group_not_found,
    method_not_allowed,
    resource_not_found,
    subscription_not_found,
    type_not_found,
    version_missing,
    version_refused,
)
from tests.servers.arm.versions import KnownType, known_types
from tests.servers.https import Request, Response, as_json

GRAPH = "/providers/microsoft.resourcegraph/resources"
# What is read by its own name and has no list: it is absent with an error of its own, which is no fault.
_ABSENT = {
    "microsoft.storage/storageaccounts/managementpolicies": (
        "ManagementPolicyNotFound",
        "No ManagementPolicy found for account {account}",
    )
}


class Routes:
    """Answers from some documents, with pages of a given size."""

    def __init__(self, documents: Documents, page_size: int) -> None:
        self.documents = documents
        self.page_size = page_size

    def answer(self, request: Request) -> Response:
        """The answer to an authenticated request."""
        path = request.path.rstrip("/")
        if request.verb == "POST" and path.lower() == GRAPH:
            return self._version(request, "Microsoft.ResourceGraph/resources") or graph.answer(
                request, self._rows, self.page_size
            )
        if request.verb != "GET":
            return method_not_allowed(request.verb)
        type_ = type_of(path)
        return self._version(request, type_) or self._scope(path) or self._found(request, path, type_)

    def _version(self, request: Request, type_: str) -> Response | None:
        version = request.query.get("api-version", "")
        if not version:
            return version_missing()
        known: KnownType | None = known_types().get(type_.lower())
        if known is None:
            return type_not_found(type_, version)
        return None if version in known.versions else version_refused(known.type, version, known.versions)

    def _scope(self, path: str) -> Response | None:
        """The refusal of a path in a subscription or group that does not exist."""
        parts = path.strip("/").split("/")
        if len(parts) < 2 or parts[0].lower() != "subscriptions":
            return None
        if self.documents.find("/".join(["", *parts[:2]])) is None:
            return subscription_not_found(parts[1])
        if len(parts) > 3 and parts[2].lower() == "resourcegroups":
            return None if self.documents.find("/".join(["", *parts[:4]])) else group_not_found(parts[3])
        return None

    def _found(self, request: Request, path: str, type_: str) -> Response:
        body = self.documents.find(path)
        if body is not None:
            return as_json(shown(body))
        known = known_types()[type_.lower()].type
        if _is_item(path):
            return _absent(path, known)
        if not self.documents.has_parent(path):
            return resource_not_found("/".join(_inner(path)), arm_ids.parse(path).group)
        return self._page(request, self._items(path, known))

    def _items(self, path: str, type_: str) -> list[Body]:
        if type_.startswith("Microsoft.Management/managementGroups/"):
            below = self.documents.subscriptions_under(path.split("/")[-2])
            return [_descendant(body) for body in below]
        if type_ == "Microsoft.Resources/resources":
            subscription = "/".join(path.split("/")[:3]).lower() + "/resourcegroups/"
            return [body for body in self.documents.bodies if body["id"].lower().startswith(subscription)]
        return self.documents.listed(path)

    def _page(self, request: Request, items: list[Body]) -> Response:
        token = request.query.get("$skiptoken", "")
        start = int(base64.urlsafe_b64decode(token)) if token else 0
        page: dict[str, Any] = {"value": [shown(item) for item in items[start : start + self.page_size]]}
        if start + self.page_size < len(items):
            page["nextLink"] = next_link(request, start + self.page_size)
        return as_json(page)

    def _rows(self, table: str, subscriptions: list[str]) -> list[graph.Row]:
        """What Resource Graph knows: what has a location or a place in a group, and not what is below it."""
        if table == "resourcecontainers":
            found = (self.documents.find(f"/subscriptions/{id_}") for id_ in subscriptions)
            return [graph.subscription(body, self._above(body)) for body in found if body is not None]
        if table != "resources":
            raise ValueError(f"table {table}")
        rows = []
        for body in self.documents.bodies:
            id_ = arm_ids.parse(body["id"])
            tracked = id_.group and id_.type and not id_.parent
            if tracked and (not subscriptions or id_.subscription.lower() in subscriptions):
                rows.append(graph.resource(body, id_.subscription, id_.group))
        return rows

    def _above(self, subscription: Body) -> list[Body]:
        base = "/providers/Microsoft.Management/managementGroups/"
        named = [self.documents.find(base + name) for name in reversed(subscription.get("~under", ()))]
        return [group for group in named if group is not None]


def next_link(request: Request, start: int, host: str = "") -> str:
    """The link to the page that begins with an item, on the server itself or on another host."""
    query = {**request.query, "$skiptoken": base64.urlsafe_b64encode(str(start).encode()).decode()}
    return f"https://{host or request.host}{quote(request.path)}?{urlencode(query, safe='$')}"


def type_of(path: str) -> str:
    """The type that a path is about, whether of one resource or of a list."""
    inner = _inner(path)
    if not inner:
        parts = path.strip("/").split("/")
        return f"Microsoft.Resources/{parts[2] if len(parts) > 2 else 'subscriptions'}"
    namespace, *steps = inner
    return "/".join((namespace, *steps[0::2])) if steps else "Microsoft.Resources/providers"


def _inner(path: str) -> list[str]:
    """The steps after the last `/providers/`: namespace, type, name, type, name."""
    at = path.lower().rfind("/providers/")
    return path[at + len("/providers/") :].split("/") if at >= 0 else []


def _is_item(path: str) -> bool:
    """Whether a path ends with a name rather than with a type."""
    inner = _inner(path)
    return len(inner) % 2 == 1 if inner else len(path.strip("/").split("/")) % 2 == 0


def _absent(path: str, type_: str) -> Response:
    named = _ABSENT.get(type_.lower())
    if named is not None:
        return error(404, named[0], named[1].format(account=path.split("/")[-3]))
    return resource_not_found("/".join(_inner(path)), arm_ids.parse(path).group)


def _descendant(body: Body) -> Body:
    """A subscription or group as `descendants` of a management group shows it."""
    parent = body.get("~under", [""])[-1]
    is_group = "/managementgroups/" in body["id"].lower()
    return {
        "id": body["id"],
        "type": "Microsoft.Management/managementGroups" + ("" if is_group else "/subscriptions"),
        "name": body["id"].rpartition("/")[2],
        "properties": {
            "displayName": body.get("displayName") or body.get("properties", {}).get("displayName", ""),
            "parent": {"id": f"/providers/Microsoft.Management/managementGroups/{parent}"},
        },
    }
