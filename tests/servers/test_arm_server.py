"""The test server itself: what tests conclude from it holds only if it refuses, pages and counts as ARM does."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest

from tests.servers.arm import ArmServer, faults
from tests.servers.arm.documents import Documents, shown
from tests.servers.arm.versions import known_types
from tests.servers.certificates import Certificates

ERP = Path(__file__).parent.parent / "data" / "azure" / "erp"
PROD = "/subscriptions/3f2a9c64-7d1e-4b58-9c0a-5e8b1d6f4a20"
NETWORKS = f"{PROD}/providers/Microsoft.Network/virtualNetworks"
GROUPS = f"{PROD}/providers/Microsoft.Network/networkSecurityGroups?api-version=2024-05-01"


class Client:
    """Asks with the newest token, and follows pages."""

    def __init__(self, server: ArmServer) -> None:
        self.server = server
        self.token = server.tokens.issue()

    def ask(self, path: str, verb: str = "GET", body: Any = None) -> tuple[int, Any]:
        """(status, body as JSON)"""
        address = path if path.startswith("https:") else self.server.endpoint + path
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(address, data, headers, method=verb)
        try:
            with urllib.request.urlopen(request, context=self.server.certificates.for_client(), timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def code(self, path: str, verb: str = "GET") -> tuple[int, str]:
        """(status, code of the error)"""
        status, body = self.ask(path, verb)
        return status, body["error"]["code"]

    def listed(self, path: str) -> list[str]:
        """The ids of all items of a list."""
        found, link = [], path
        while link:
            _, page = self.ask(link)
            found += [item["id"] for item in page["value"]]
            link = page.get("nextLink", "")
        return found


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """One authority for all tests here."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def client(certificates: Certificates) -> Iterator[Client]:
    """A client of a server of the ERP's subscriptions."""
    with ArmServer(Documents.of_folder(ERP), certificates, page_size=2) as server:
        yield Client(server)


def test_a_list_comes_in_pages_and_whole(client: Client) -> None:
    names = ["nsg-agw", "nsg-aks", "nsg-data", "nsg-endpoints", "nsg-jump", "nsg-tools"]
    assert [id_.rpartition("/")[2] for id_ in client.listed(GROUPS)] == names
    assert client.server.journal.asked("networkSecurityGroups") == 3


def test_paths_are_found_in_any_case(client: Client) -> None:
    assert client.listed(GROUPS.replace("networkSecurityGroups", "NETWORKSECURITYGROUPS")) == client.listed(GROUPS)
    status, body = client.ask(f"{PROD}/resourcegroups/RG-ERP-NET?api-version=2021-04-01")
    assert (status, body["name"]) == (200, "rg-erp-net")


def test_children_of_a_body_have_a_list_of_their_own(client: Client) -> None:
    subnets = f"{PROD}/resourceGroups/rg-erp-net/providers/Microsoft.Network/virtualNetworks/vnet-erp/subnets"
    assert len(client.listed(f"{subnets}?api-version=2024-05-01")) == 6


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        (NETWORKS, (400, "MissingApiVersionParameter")),
        (f"{NETWORKS}?api-version=2024-05-02", (400, "NoRegisteredProviderFound")),
        (f"{PROD}/resourceGroups?api-version=1999-01-01", (400, "InvalidApiVersionParameter")),
        (f"{PROD}/providers/Microsoft.Nothing/things?api-version=2024-01-01", (404, "InvalidResourceType")),
        ("/subscriptions/4711/resourceGroups?api-version=2021-04-01", (404, "SubscriptionNotFound")),
        (f"{PROD}/resourceGroups/rg-none?api-version=2021-04-01", (404, "ResourceGroupNotFound")),
        (
            f"{PROD}/resourceGroups/rg-erp-net/providers/Microsoft.Network/virtualNetworks/x/subnets?api-version=2024-05-01",
            (404, "ResourceNotFound"),
        ),
    ],
)
def test_what_does_not_exist_is_refused_as_arm_does(client: Client, path: str, refusal: tuple[int, str]) -> None:
    assert client.code(path) == refusal


@pytest.mark.parametrize(
    ("token", "code"), [("", "AuthenticationFailed"), ("erpguard-test-token-9999", "InvalidAuthenticationToken")]
)
def test_no_token_and_a_wrong_one_are_refused(client: Client, token: str, code: str) -> None:
    client.token = token
    assert client.code(GROUPS) == (401, code)


def test_a_token_expires_after_so_many_requests(client: Client) -> None:
    client.server.tokens.expire_after(2)
    assert [client.ask(GROUPS)[0] for _ in range(3)] == [200, 200, 401]
    assert client.code(GROUPS) == (401, "ExpiredAuthenticationToken")
    client.token = client.server.tokens.issue()
    assert client.ask(GROUPS)[0] == 200


def test_assignments_are_inherited_and_locks_are_not(client: Client) -> None:
    group = f"{PROD}/resourceGroups/rg-erp-prod/providers/Microsoft.Authorization"
    scopes = {
        id_.partition("/providers/Microsoft.Auth")[0]
        for id_ in client.listed(f"{group}/roleAssignments?api-version=2022-04-01")
    }
    assert {
        "/providers/Microsoft.Management/managementGroups/erp",
        PROD,
        f"{PROD}/resourceGroups/rg-erp-prod",
    } <= scopes
    locks = client.listed(f"{group}/locks?api-version=2020-05-01")
    assert [lock.rpartition("/flexibleServers/")[2] for lock in locks] == [
        "psql-erp-prod/providers/Microsoft.Authorization/locks/keep"
    ]


def test_resource_graph_counts_types_page_by_page(client: Client) -> None:
    path = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
    question: dict[str, Any] = {"subscriptions": [PROD.rpartition("/")[2]], "options": {}}
    question["query"] = (
        "resources | where resourceGroup in~ ('RG-erp-backup') | summarize total=count() by type | order by type asc"
    )
    rows, token = [], "start"
    while token:
        _, page = client.ask(path, "POST", question)
        rows += page["data"]
        token = question["options"]["$skipToken"] = page.get("$skipToken", "")
    assert rows == [
        {"type": "microsoft.dataprotection/backupvaults", "total": 1},
        {"type": "microsoft.recoveryservices/vaults", "total": 1},
        {"type": "microsoft.storage/storageaccounts", "total": 1},
    ]
    assert client.ask(path, "POST", {"query": "resources | extend x = 1"})[0] == 400


def test_closing_fails_when_something_was_written(certificates: Certificates) -> None:
    with (
        pytest.raises(AssertionError, match="more than reads arrived.*register"),
        ArmServer(Documents.of_folder(ERP), certificates) as server,
    ):
        path = f"{PROD}/providers/Microsoft.Network/register?api-version=2021-04-01"
        assert Client(server).code(path, "POST") == (405, "HttpMethodNotAllowed")


def test_a_reset_is_no_answer_and_hits_as_often_as_planned(client: Client) -> None:
    client.server.faults.add("networkSecurityGroups", faults.reset, times=1, after=1)
    assert client.ask(GROUPS)[0] == 200
    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        client.ask(GROUPS)
    assert client.ask(GROUPS)[0] == 200


def test_the_data_names_types_that_exist_and_the_page_that_it_follows() -> None:
    for file in sorted(ERP.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        for type_, source in content["follows"].items():
            assert source["page"].startswith("https://learn.microsoft.com/rest/api/"), file.name
            assert source["api-version"] in known_types()[type_.lower()].versions, (file.name, type_)
    types = {str(body["type"]).lower() for body in Documents.of_folder(ERP).bodies if "type" in body}
    assert types <= set(known_types())


def test_marks_of_the_data_are_not_shown() -> None:
    assert shown({"id": "/subscriptions/1", "~under": ["erp"]}) == {"id": "/subscriptions/1"}
