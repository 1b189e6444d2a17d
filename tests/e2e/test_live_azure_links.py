"""Where a token must not go: next pages and redirects elsewhere, circles of pages, certificates that nobody trusts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from tests.servers.arm import ArmServer, faults
from tests.servers.arm.documents import Documents
from tests.servers.arm.harness import LIMITS, PROD, Collected, collect
from tests.servers.arm.routes import next_link
from tests.servers.certificates import Certificates
from tests.servers.https import HttpsServer, as_json

SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
VAULTS = "Microsoft.KeyVault/vaults"
NSGS = "Microsoft.Network/networkSecurityGroups"
LOGS = "Microsoft.OperationalInsights/workspaces"
AT_VAULTS = f"/providers/{VAULTS}$"
AT_NSGS = f"/providers/{NSGS}$"
IN_VAULTS = f"/providers/{VAULTS}/"
IN_NSGS = f"/providers/{NSGS}/"


def read(found: list[str], hides: str) -> list[str]:
    """The ids that are left when some are hidden."""
    return [id_ for id_ in found if not re.search(hides, id_, re.IGNORECASE)]


@pytest.fixture
def elsewhere(certificates: Certificates) -> Iterator[HttpsServer]:
    """Another server, which the client would trust; it must never hear of it."""
    with HttpsServer(lambda request: as_json({"value": []}), certificates) as server:
        yield server
        assert server.journal.calls == []


@pytest.fixture
def in_clear() -> Iterator[HttpsServer]:
    """A server without TLS."""
    with HttpsServer(lambda request: as_json({"value": []}), None) as server:
        yield server
        assert server.journal.calls == []


class Link(NamedTuple):
    """A link to a next page, made from the endpoint and the port of another server."""

    name: str
    make: Callable[[str, int], str]


LINKS = [
    Link("another port", lambda own, port: f"https://127.0.0.1:{port}/subscriptions?api-version=2022-12-01"),
    Link("another name", lambda own, port: f"https://localhost:{port}/subscriptions?api-version=2022-12-01"),
    Link("own name before @", lambda own, port: f"{own}@127.0.0.1:{port}/subscriptions?api-version=2022-12-01"),
    Link("no scheme", lambda own, port: f"//127.0.0.1:{port}/subscriptions?api-version=2022-12-01"),
    Link("backslash", lambda own, port: f"https://127.0.0.1:{port}\\@{own[8:]}/subscriptions"),
    Link("own name as a prefix", lambda own, port: f"{own}.example.invalid/subscriptions"),
    Link("blank before it", lambda own, port: f" https://127.0.0.1:{port}/subscriptions"),
    Link("line break in it", lambda own, port: f"https://127.0.0.1:{port}/a\r\nHost: x"),
    Link("a file", lambda own, port: "file:///etc/passwd"),
]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.name)
def test_a_next_page_elsewhere_is_never_asked_for(
    link: Link,
    documents: Documents,
    certificates: Certificates,
    whole: Collected,
    elsewhere: HttpsServer,
) -> None:
    with ArmServer(documents, certificates) as server:
        target = link.make(server.endpoint, elsewhere.port)
        server.faults.add(AT_VAULTS, faults.linked(target))
        server.faults.add(AT_NSGS, faults.linked(target))
        found = collect(server.connection())
    assert {(one.operation, one.reason) for one in found.gaps} == {(VAULTS, "refused-link"), (NSGS, "refused-link")}
    assert found.ids == whole.ids  # what was on the first page is kept


def test_a_next_page_without_tls_is_never_asked_for(
    documents: Documents, certificates: Certificates, whole: Collected, in_clear: HttpsServer
) -> None:
    with ArmServer(documents, certificates) as server:
        server.faults.add(AT_VAULTS, faults.linked(f"http://127.0.0.1:{in_clear.port}/subscriptions"))
        server.faults.add(AT_NSGS, faults.linked(server.endpoint.replace("https", "http")))
        found = collect(server.connection())
    assert {(one.operation, one.reason) for one in found.gaps} == {(VAULTS, "refused-link"), (NSGS, "refused-link")}
    assert found.ids == whole.ids


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_elsewhere_is_not_followed(
    code: int, documents: Documents, certificates: Certificates, whole: Collected, elsewhere: HttpsServer
) -> None:
    with ArmServer(documents, certificates) as server:
        server.faults.add(AT_VAULTS, faults.redirected(f"https://127.0.0.1:{elsewhere.port}/", code))
        server.faults.add(AT_NSGS, faults.redirected(f"//localhost:{elsewhere.port}/", code))
        found = collect(server.connection())
    assert {(one.operation, one.reason) for one in found.gaps} == {(VAULTS, "refused-link"), (NSGS, "refused-link")}
    assert found.ids == read(whole.ids, f"{IN_VAULTS}|{IN_NSGS}")


def test_a_redirect_in_a_circle_ends(documents: Documents, certificates: Certificates, whole: Collected) -> None:
    with ArmServer(documents, certificates) as server:
        server.faults.add(AT_VAULTS, faults.redirected(f"{PROD}{AT_VAULTS[:-1]}?api-version=2023-07-01"))
        found = collect(server.connection())
        asked = server.journal.counted()["GET", f"{PROD}{AT_VAULTS[:-1]}".lower()]
    assert [(one.operation, one.reason) for one in found.gaps] == [(VAULTS, "refused-link")]
    assert asked <= 10
    assert found.ids == read(whole.ids, IN_VAULTS)


def test_pages_that_go_on_for_ever_end_at_the_limit_and_are_kept(
    documents: Documents, certificates: Certificates, whole: Collected
) -> None:
    path = f"/providers/{LOGS}"
    logs = {"id": f"{PROD}/resourceGroups/rg-erp-test{path}/more-{{n}}", "name": "more-{n}", "type": LOGS}
    with ArmServer(documents, certificates) as server:
        server.faults.add(f"{path}$", faults.growing(logs))
        found = collect(server.connection())
        asked = server.journal.counted()["GET", f"{PROD}{path}".lower()]
    assert [(one.operation, one.reason) for one in found.gaps] == [(LOGS, "too-large")]
    assert asked == LIMITS.pages
    added = [id_ for id_ in found.ids if "/more-" in id_]
    assert len(added) == LIMITS.pages
    assert [id_ for id_ in found.ids if id_ not in added] == read(whole.ids, f"{path}/[^/]+$")


def test_a_page_that_comes_again_under_another_link_ends(
    documents: Documents, certificates: Certificates, whole: Collected
) -> None:
    number = iter(range(1, 1000))

    def again(request: Any, answer: Any) -> Any:
        first = request._replace(query={**request.query, "x": str(next(number))})
        return as_json({**answer.json(), "nextLink": next_link(first, 0)})

    with ArmServer(documents, certificates) as server:
        server.faults.add(AT_VAULTS, again)
        found = collect(server.connection())
        asked = server.journal.counted()["GET", f"{PROD}{AT_VAULTS[:-1]}".lower()]
    assert [(one.operation, one.reason) for one in found.gaps] == [(VAULTS, "refused-link")]
    assert asked < LIMITS.pages
    assert found.ids == whole.ids


def unreachable(found: Collected) -> None:
    """Nothing was read, and it says so of everything, once."""
    assert found.ids == []
    assert found.told == [(SUBSCRIPTIONS, PROD, "unreachable", 0, f"{SUBSCRIPTIONS}/read")]
    assert found.gaps[0].types == ("*",)


def test_a_certificate_of_another_authority_is_not_trusted(
    documents: Documents, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Certificates(tmp_path_factory.mktemp("other"))
    with ArmServer(documents, other) as server:
        connection = server.connection()._replace(ca_file=certificates.ca_file)
        found = collect(connection)
        assert server.journal.calls == []
    unreachable(found)


def test_a_certificate_for_another_name_is_not_trusted(
    documents: Documents, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Certificates(tmp_path_factory.mktemp("named"), "management.example")
    with ArmServer(documents, other) as server:
        found = collect(server.connection())
        assert server.journal.calls == []
    unreachable(found)


def test_nobody_listens(documents: Documents, certificates: Certificates) -> None:
    server = ArmServer(documents, certificates)
    server.close()
    found = collect(server.connection())
    unreachable(found)
