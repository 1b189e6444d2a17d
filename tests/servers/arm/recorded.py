"""Replays recorded answers of ARM: pairs of an address and what Azure said to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.servers.arm.errors import method_not_allowed, resource_not_found
from tests.servers.arm.graph import answer as graph_answer
from tests.servers.arm.routes import GRAPH
from tests.servers.https import Request, Response, as_json

FILE = Path(__file__).parents[4] / "shared" / "data" / "azure" / "recorded-arm.json"
AZURE = "https://management.azure.com"


class Recorded(NamedTuple):
    """One answer; `token` is the `$skiptoken` of a further page."""

    path: str
    version: str
    token: str
    body: Any


class Recording:
    """Answers what was recorded, the newest version of it, and otherwise that there is nothing.

    It notes the ids of the resources that it gave out.
    """

    def __init__(self, file: Path = FILE) -> None:
        self._answers: dict[tuple[str, str], Recorded] = {}
        self.given: dict[str, Any] = {}
        for entry in sorted(map(_recorded, json.loads(file.read_text(encoding="utf-8"))), key=lambda one: one.version):
            self._answers[entry.path.lower(), entry.token] = entry

    @property
    def subscription(self) -> str:
        """The subscription that most was recorded of."""
        paths = [path for path, _ in self._answers if path.startswith("/subscriptions/")]
        ids = [path.split("/")[2] for path in paths]
        return max(sorted(set(ids)), key=ids.count)

    def answer(self, request: Request) -> Response:
        """The answer to one request."""
        path = request.path.lower().rstrip("/")
        if request.verb == "POST" and path == GRAPH:
            return graph_answer(request, lambda table, subscriptions: [], 1000)
        if request.verb != "GET":
            return method_not_allowed(request.verb)
        if path == f"/subscriptions/{self.subscription}":
            return as_json(self._note({"id": request.path, "subscriptionId": self.subscription, "state": "Enabled"}))
        found = self._answers.get((path, request.query.get("$skiptoken", "")))
        if found is not None:
            return as_json(self._note(_moved(found.body, f"https://{request.host}")))
        if len(path[path.rfind("/providers/") + 11 :].split("/")) % 2:
            return resource_not_found(request.path.rpartition("/providers/")[2], "")
        return as_json({"value": []})

    def _note(self, body: Any) -> Any:
        for item in _resources(body):
            self.given[item["id"].lower().rstrip("/")] = item
        return body


def _recorded(entry: dict[str, Any]) -> Recorded:
    parts = urlsplit(entry["uri"])
    query = dict(parse_qsl(parts.query))
    body = entry["body"]
    if set(body) == {"string"}:  # the recorder did not know that it was JSON
        body = json.loads(body["string"])
    token = str(query.get("$skiptoken", ""))
    return Recorded(unquote(parts.path).replace("//", "/"), query.get("api-version", ""), token, body)


def _moved(body: Any, host: str) -> Any:
    """The answer with the link to its next page on the server that replays it."""
    link = body.get("nextLink") if isinstance(body, dict) else None
    return {**body, "nextLink": link.replace(AZURE, host)} if link else body


def _resources(body: Any) -> Iterator[dict[str, Any]]:
    listed = body.get("value") if isinstance(body, dict) else None
    for item in listed if isinstance(listed, list) else [body]:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            yield item
