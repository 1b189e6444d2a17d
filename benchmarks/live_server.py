"""A subscription of any size behind a test server, in a process of its own: pages are made before they are asked for.

Prints its address and its certificates; for each line on standard input it prints the calls that arrived since the last
one, as JSON: [verb, path with query, body].
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.servers.arm.documents import Documents, shown
from tests.servers.arm.routes import GRAPH, Routes
from tests.servers.certificates import Certificates
from tests.servers.https import HttpsServer, Request, Response, as_json

SUBSCRIPTION = "/subscriptions/0b5e2c11-6a43-4f0e-9d27-3c1f8e7a9d40"
TOKEN = "benchmark"
PAGE = 1000
RULES = 20

_ERP = Path(__file__).parent.parent / "tests" / "data" / "azure" / "erp"
_TYPE_JSON = {"Content-Type": "application/json; charset=utf-8"}
# A resource of the test data that all of its type are made after, and its share of all of them in thousandths.
SHARES = {
    "networkInterfaces/nic-jump": 350,
    "disks/vm-print-spool": 200,
    "virtualMachines/vm-jump": 150,
    "publicIPAddresses/pip-jump": 100,
    "networkSecurityGroups/nsg-data": 80,
    "routeTables/rt-erp": 85,
    "privateEndpoints/pe-files": 10,
    "vaults/kv-erp-prod": 10,
    "storageAccounts/sterpfiles": 8,
    "userAssignedIdentities/id-odoo": 5,
    "flexibleServers/psql-erp-prod": 2,
}


class Estate:
    """Answers of a subscription with about so many resources in its lists."""

    def __init__(self, count: int) -> None:
        self._documents = Documents.of_folder(_ERP)
        self._routes = Routes(self._documents, PAGE)
        self._templates: dict[str, dict[str, Any]] = {}
        self._pages: dict[str, list[bytes]] = {}
        self.counts: dict[str, int] = {}
        for end, share in SHARES.items():
            self._add(end, max(1, count * share // 1000))
        types = "|".join(re.escape(type_) for type_ in self._templates)
        self._inner = re.compile(rf"{SUBSCRIPTION}/resourcegroups/rg-\d+/providers/({types})/[a-z]+\d+", re.IGNORECASE)

    def answer(self, request: Request) -> Response:
        """A page of a list, something below a resource, or that there is nothing."""
        path = request.path.lower()
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return as_json({"error": {"code": "InvalidAuthenticationToken"}}, 401)
        if path == GRAPH:
            return as_json({"totalRecords": 0, "count": 0, "data": [], "facets": [], "resultTruncated": "false"})
        if path == SUBSCRIPTION:
            return as_json({"id": SUBSCRIPTION, "subscriptionId": SUBSCRIPTION[15:], "displayName": "large"})
        type_ = path.rpartition("/providers/")[2]
        if type_ in self._pages and path.count("/providers/") == 1 and path.startswith(f"{SUBSCRIPTION}/providers/"):
            return self._page(request, type_)
        found = self._inner.match(request.path)
        return self._below(request, found) if found else as_json({"value": []})

    def _add(self, end: str, count: int) -> None:
        template = next(shown(body) for body in self._documents.bodies if body["id"].endswith(f"/{end}"))
        name = template["name"]
        if name.startswith("nsg-"):
            rules = template["properties"]["securityRules"]
            template["properties"]["securityRules"] = [
                {**rules[0], "id": f"{template['id']}/securityRules/r{number}", "name": f"r{number}"}
                for number in range(RULES)
            ]
        type_ = template["type"].lower()
        self._templates[type_] = template
        self.counts[template["type"]] = count
        text = json.dumps(template, separators=(",", ":"))
        letters = re.sub("[^a-z]", "", name)
        items = [
            text.replace(template["id"], _id(template["type"], letters, number)).replace(
                f'"name":"{name}"', f'"name":"{letters}{number}"', 1
            )
            for number in range(count)
        ]
        self._pages[type_] = [",".join(items[at : at + PAGE]).encode() for at in range(0, count, PAGE)]

    def _page(self, request: Request, type_: str) -> Response:
        pages = self._pages[type_]
        token = request.query.get("$skiptoken", "")
        number = int(base64.urlsafe_b64decode(token)) if token else 0
        link = b""
        if number + 1 < len(pages):
            query = {**request.query, "$skiptoken": base64.urlsafe_b64encode(str(number + 1).encode()).decode()}
            link = f',"nextLink":"https://{request.host}{request.path}?{urlencode(query, safe="$")}"'.encode()
        return Response(200, b'{"value":[' + pages[number] + b"]" + link + b"}", _TYPE_JSON)

    def _below(self, request: Request, found: re.Match[str]) -> Response:
        """What the template has there, as if it belonged to this resource."""
        template = self._templates[found[1].lower()]["id"]
        status, body = self._of_template(template + request.path[found.end() :], request.query.get("api-version", ""))
        return Response(status, body.replace(template.encode(), found[0].encode()), _TYPE_JSON)

    @lru_cache(maxsize=1000)  # noqa: B019 - there is one estate, for as long as the process
    def _of_template(self, path: str, version: str) -> tuple[int, bytes]:
        answer = self._routes.answer(Request("GET", path, {"api-version": version}, {}, b"", ""))
        return answer.status, answer.body


def _id(type_: str, letters: str, number: int) -> str:
    return f"{SUBSCRIPTION}/resourceGroups/rg-{number % 200}/providers/{type_}/{letters}{number}"


def main() -> None:
    """Serve until standard input ends."""
    estate = Estate(int(sys.argv[1]))
    calls: list[tuple[str, str, str]] = []

    def answer(request: Request) -> Response:
        target = f"{quote(request.path)}?{urlencode(request.query, safe='$')}"
        calls.append((request.verb, target, request.body.decode()))
        return estate.answer(request)

    with tempfile.TemporaryDirectory() as folder:
        certificates = Certificates(Path(folder))
        with HttpsServer(answer, certificates) as server:
            address = f"https://127.0.0.1:{server.port}"
            print(
                json.dumps({"endpoint": address, "ca_file": certificates.ca_file, "counts": estate.counts}), flush=True
            )
            for _ in sys.stdin:
                print(json.dumps(calls), flush=True)
                calls.clear()


if __name__ == "__main__":
    main()
