"""The directory, asked by object ids who is there: users, groups and applications that hold roles.

https://learn.microsoft.com/graph/api/directoryobject-getbyids: at most 1,000 ids in one request; what does not exist is
left out of the answer; an identity that may not read objects of some kind gets their id and type all the same. It needs
`Directory.Read.All`. Nothing but existence and type is kept: no names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.sources.live import Gap, Item, Reason, Run

TYPE = "Microsoft.Graph/directoryObjects"
PATH = "/v1.0/directoryObjects/getByIds"
PERMISSION = "Directory.Read.All"
AT_ONCE = 1000
MAXIMUM_REQUESTS = 200
"""More ids than subscriptions may have role assignments in all."""

HOSTS: Mapping[str, str] = {
    "public": "https://graph.microsoft.com",
    "us-government": "https://graph.microsoft.us",
    "china": "https://microsoftgraph.chinacloudapi.cn",
}
"""Cloud -> where its directory answers (https://learn.microsoft.com/graph/deployments); the token's scope is this with
`/.default` after it."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMES = {"user": "User", "group": "Group", "serviceprincipal": "ServicePrincipal", "device": "Device"}
_FINAL: frozenset[Reason] = frozenset(("unauthorized", "forbidden", "not-found", "unreachable"))
"""What the next request would be told too."""


class Answer(NamedTuple):
    """What came of a request: `reason` is None where the server answered well, and `body` is what it said then."""

    status: int
    body: Any = None
    reason: Reason | None = None
    detail: str = ""


Send = Callable[[str, Mapping[str, Any]], Answer]
"""Posts a body to a path of the directory, with retries as for every other call, and never raises."""


def look_up(ids: Iterable[str], send: Send, run: Run, scope: str = "the directory") -> Iterator[Item | Gap]:
    """One item for each object id that the directory answered for, whether it exists or not; each gap once.

    A body is `{id, name, type, properties: {exists, objectType}}`: what the analysis `assignment_principals` reads.
    `scope` is whose directory it is, for the gaps.
    """
    wanted = sorted({id_.lower() for id_ in ids if _GUID.fullmatch(id_.lower())})
    batches = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
    told: set[tuple[Reason, int]] = set()
    for number, batch in enumerate(batches):
        run.report("directory", number, len(batches))
        items, gap = _ask(batch, send, run, scope, number)
        yield from items
        if gap is not None and (gap.reason, gap.status) not in told:
            told.add((gap.reason, gap.status))
            yield gap
        if gap is not None and (gap.reason in _FINAL or gap.reason in ("budget", "interrupted", "too-large")):
            return
    run.report("directory", len(batches), len(batches))


def _ask(batch: list[str], send: Send, run: Run, scope: str, number: int) -> tuple[list[Item], Gap | None]:
    over = run.over if number < MAXIMUM_REQUESTS else "too-large"
    if over is not None:
        return [], _gap(scope, over)
    answer = send(PATH, {"ids": batch})
    if answer.reason is not None:
        return [], _gap(scope, answer.reason, answer.status, answer.detail)
    found = _found(answer.body)
    if found is None:
        return [], _gap(scope, "malformed", answer.status, "no list of objects with an id each")
    there = [_item(id_, found[id_]) for id_ in batch if id_ in found]
    if answer.body.get("@odata.nextLink"):  # not documented here: who is missing may be on the next page
        return there, _gap(scope, "malformed", answer.status, "a second page, where the API has one")
    return there + [_item(id_, None) for id_ in batch if id_ not in found], None


def _found(body: Any) -> dict[str, str] | None:
    """Object id in lower case -> type; None where the answer is not what is documented."""
    listed = body.get("value") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        return None
    found = {}
    for one in listed:
        id_ = one.get("id") if isinstance(one, dict) else None
        if not isinstance(id_, str):
            return None
        kind = str(one.get("@odata.type") or "").rpartition(".")[2]
        found[id_.lower()] = _NAMES.get(kind.lower(), kind)
    return found


def _item(id_: str, object_type: str | None) -> Item:
    properties: dict[str, Any] = {"exists": object_type is not None}
    if object_type:
        properties["objectType"] = object_type
    return Item("azure", {"id": f"/providers/{TYPE}/{id_}", "name": id_, "type": TYPE, "properties": properties})


def _gap(scope: str, reason: Reason, status: int = 0, detail: str = "") -> Gap:
    return Gap("azure", f"{TYPE}/getByIds", scope, (TYPE,), reason, status, PERMISSION, detail)
