"""What goes wrong while Azure is read: the rest is still read, what is missing is named, and it ends."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest

from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.live import problem
from tests.servers.arm import ArmServer, faults
from tests.servers.arm.documents import Documents
from tests.servers.arm.faults import Fault
from tests.servers.arm.harness import IMPATIENT, LIMITS, PROD, PROD_ID, Collected, FastRun, collect, texts
from tests.servers.certificates import Certificates

SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
VAULTS = "Microsoft.KeyVault/vaults"
NSGS = "Microsoft.Network/networkSecurityGroups"
SERVERS = "Microsoft.DBforPostgreSQL/flexibleServers"
STORAGE = "Microsoft.Storage/storageAccounts"
LOGS = "Microsoft.OperationalInsights/workspaces"
GRAPH = "Microsoft.ResourceGraph/resources"
PSQL = f"{PROD}/resourceGroups/rg-erp-prod/providers/{SERVERS}/psql-erp-prod"
FILES = f"{PROD}/resourceGroups/rg-erp-prod/providers/{STORAGE}/sterpfiles"
# The paths of requests: a list of key vaults, made here; one of security groups, by the client of azure-mgmt-network.
AT_VAULTS = f"/providers/{VAULTS}$"
AT_NSGS = f"/providers/{NSGS}$"
# The ids that are not found without these lists. What the Key Vault logs is asked for by its id.
IN_VAULTS = f"/providers/{VAULTS}/"
IN_NSGS = f"/providers/{NSGS}/"
NOTHING = "(?!)"
FIRST_VAULT = f"{IN_VAULTS}kv-erp-legacy"
LONGEST_WAIT = LIMITS.longest_wait


class Case(NamedTuple):
    """A fault at some requests; what it hides; the gaps, each (operation, reason, status), that say so.

    times, after  how many requests are hit, after how many others
    """

    name: str
    at: str
    fault: Fault
    hides: str = NOTHING
    gaps: tuple[tuple[str, str, int], ...] = ()
    times: int = -1
    after: int = 0
    limits: Limits = LIMITS
    page_size: int = 100


def gap(reason: str, status: int, operation: str = VAULTS) -> tuple[tuple[str, str, int], ...]:
    """One gap."""
    return ((operation, reason, status),)


def without_ids(page: Any) -> Any:
    """The first item is a number, the second one nobody."""
    return {**page, "value": [4711, {"name": "nobody"}, *page["value"]]}


def as_wide(page: Any) -> Any:
    """What is shown once more under another spelling."""
    return {**page, "value": [*page["value"], *({**one, "id": one["id"].upper()} for one in page["value"])]}


MALFORMED = gap("malformed", 200)
LOST = [
    Case("too many requests", AT_VAULTS, faults.throttled(), IN_VAULTS, gap("throttled", 429)),
    Case("too many, come back in a second", AT_VAULTS, faults.throttled("1"), IN_VAULTS, gap("throttled", 429)),
    Case("too many, come back tomorrow", AT_VAULTS, faults.throttled("86400"), IN_VAULTS, gap("throttled", 429)),
    Case(
        "too many, for a client of azure-mgmt", AT_NSGS, faults.throttled("86400"), IN_NSGS, gap("throttled", 429, NSGS)
    ),
    Case("500", AT_VAULTS, faults.status(500), IN_VAULTS, gap("server-error", 500)),
    Case("503", AT_NSGS, faults.status(503, Retry_After="86400"), IN_NSGS, gap("server-error", 503, NSGS)),
    Case("reset", AT_VAULTS, faults.reset, IN_VAULTS, gap("unreachable", 0)),
    Case("closed without an answer", AT_NSGS, faults.closed, IN_NSGS, gap("unreachable", 0, NSGS)),
    Case("cut off in the middle", AT_VAULTS, faults.cut_off, IN_VAULTS, gap("malformed", 0)),
    Case("hangs", AT_VAULTS, faults.hanging, IN_VAULTS, gap("timeout", 0), limits=IMPATIENT),
    Case("drips", AT_NSGS, faults.dripping(), IN_NSGS, gap("timeout", 0, NSGS), limits=IMPATIENT),
    Case("truncated JSON", AT_VAULTS, faults.truncated, IN_VAULTS, MALFORMED),
    Case("truncated JSON, for a client of azure-mgmt", AT_NSGS, faults.truncated, IN_NSGS, gap("malformed", 200, NSGS)),
    Case("a web page", AT_VAULTS, faults.page(200), IN_VAULTS, MALFORMED),
    Case("a web page with 502", AT_VAULTS, faults.page(502), IN_VAULTS, gap("server-error", 502)),
    Case("a proxy's page with 403", AT_VAULTS, faults.page(403), IN_VAULTS, gap("forbidden", 403)),
    Case("a value that is no list", AT_VAULTS, faults.shaped({"value": {"a": 1}}), IN_VAULTS, MALFORMED),
    Case("no value", AT_VAULTS, faults.shaped({"resources": []}), IN_VAULTS, MALFORMED),
    Case("a list instead of a page", AT_NSGS, faults.shaped([{"id": "/a"}]), IN_NSGS, gap("malformed", 200, NSGS)),
    Case("null", AT_VAULTS, faults.shaped(None), IN_VAULTS, MALFORMED),
    Case("an error with 200", AT_VAULTS, faults.shaped({"error": {"code": "X"}}), IN_VAULTS, MALFORMED),
    Case("items that are no resources", AT_VAULTS, faults.changed(without_ids), NOTHING, MALFORMED),
    Case("forbidden", AT_VAULTS, faults.denied(f"{VAULTS}/read"), IN_VAULTS, gap("forbidden", 403)),
    Case("forbidden, for a client of azure-mgmt", AT_NSGS, faults.denied("x"), IN_NSGS, gap("forbidden", 403, NSGS)),
    Case("not found", AT_VAULTS, faults.status(404, "NotFound"), IN_VAULTS, gap("not-found", 404)),
    Case("not registered", AT_VAULTS, faults.unregistered("Microsoft.KeyVault"), IN_VAULTS, gap("not-registered", 409)),
    Case("no content", AT_VAULTS, faults.body(b"", 204), IN_VAULTS, gap("malformed", 204)),
    Case("an empty answer", AT_VAULTS, faults.body(b""), IN_VAULTS, MALFORMED),
    Case("says that it is compressed", AT_VAULTS, faults.not_zipped, IN_VAULTS, gap("malformed", 0)),
    Case("not UTF-8", AT_VAULTS, faults.body(b'{"value":[{"id":"/\xff\xfe"}]}'), IN_VAULTS, MALFORMED),
    Case("nested deeply", AT_VAULTS, faults.nested(200_000), IN_VAULTS, MALFORMED),
    Case("a number of many digits", AT_VAULTS, faults.body(b'{"value":[' + b"9" * 9000 + b"]}"), IN_VAULTS, MALFORMED),
    Case("a huge answer", AT_VAULTS, faults.body(b" " * 5_000_000), IN_VAULTS, gap("too-large", 200)),
    Case("a compressed answer that is huge", AT_VAULTS, faults.zip_bomb(50), IN_VAULTS, gap("too-large", 200)),
    Case("pages without an end", AT_VAULTS, faults.endless(), IN_VAULTS, gap("too-large", 200)),
    Case("a page that names itself", AT_VAULTS, faults.looped, NOTHING, gap("refused-link", 200)),
    Case("a page that names itself, in a client", AT_NSGS, faults.looped, NOTHING, gap("refused-link", 200, NSGS)),
    Case("a link that is no text", AT_VAULTS, faults.changed(lambda page: {**page, "nextLink": 7}), NOTHING, MALFORMED),
    Case(
        "refused on the second page",
        AT_VAULTS,
        faults.status(500),
        f"{IN_VAULTS}kv-erp-prod",
        gap("server-error", 500),
        after=1,
        page_size=1,
        limits=LIMITS._replace(pages=100),
    ),
    Case(
        "the subscription is not there",
        f"{PROD}$",
        faults.status(404, "SubscriptionNotFound"),
        "",
        gap("not-found", 404, SUBSCRIPTIONS),
    ),
    Case(
        "a child's list",
        f"{PSQL}/configurations$",
        faults.status(500),
        f"{PSQL}/configurations/",
        gap("server-error", 500, f"{SERVERS}/configurations"),
    ),
    Case(
        "a single object",
        f"{FILES}/blobServices/default$",
        faults.denied("x"),
        f"{FILES}/blobServices/default$",
        gap("forbidden", 403, f"{STORAGE}/blobServices"),
    ),
    Case(
        "a parent's list",
        f"/providers/{SERVERS}$",
        faults.status(500),
        f"/{SERVERS}/[^/]+($|/(?!providers/Microsoft.Authorization))",
        gap("server-error", 500, SERVERS),
    ),
    Case(
        "Resource Graph",
        GRAPH,
        faults.denied(f"{GRAPH}/read"),
        "/Microsoft.Maps/",
        gap("forbidden", 403, GRAPH),
    ),
]
PASSING = [
    Case("too many requests, twice", AT_VAULTS, faults.throttled("1"), times=2),
    Case("too many requests, twice, of Resource Graph", GRAPH, faults.throttled(), times=2),
    Case("come back tomorrow, once", AT_VAULTS, faults.throttled("86400"), times=1),
    Case("503, three times", AT_NSGS, faults.status(503), times=3),
    Case("reset once", AT_VAULTS, faults.reset, times=1),
    Case("hangs once", AT_VAULTS, faults.hanging, times=1, limits=IMPATIENT),
    Case("every item twice", AT_VAULTS, faults.duplicated),
    Case("every item twice, under another spelling", AT_VAULTS, faults.changed(as_wide)),
    Case("another content type", AT_VAULTS, faults.retyped("text/plain; charset=latin-1")),
    Case("another content type, for a client of azure-mgmt", AT_NSGS, faults.retyped("text/html")),
    Case("compressed", "/providers/", faults.zipped),
    Case(
        "no policies of the storage account",
        f"{FILES}/managementPolicies",
        faults.status(404, "ManagementPolicyNotFound"),
    ),
]


def read(found: list[str], hides: str) -> list[str]:
    """The ids that are left when some are hidden."""
    return [id_ for id_ in found if not re.search(hides, id_, re.IGNORECASE)]


def operations(found: Collected) -> tuple[tuple[str, str, int], ...]:
    """The gaps as the cases have them; an answer that came too slowly may have begun with its status, or not."""
    return tuple(
        (operation, reason, 0 if reason == "timeout" else status) for operation, _, reason, status, _ in found.told
    )


def check(case: Case, documents: Documents, certificates: Certificates, whole: Collected) -> FastRun:
    """Collect with a fault, and compare."""
    run = FastRun()
    with ArmServer(documents, certificates, case.page_size) as server:
        server.faults.add(case.at, case.fault, case.times, case.after)
        found = collect(server.connection(), run=run, limits=case.limits)
    assert operations(found) == case.gaps
    assert found.ids == read(whole.ids, case.hides)
    assert [one for one in found.gaps if problem(one).level != "error"] == []  # each makes a scan end with 3
    assert all(seconds <= LONGEST_WAIT for seconds in run.slept)
    assert run.over is None  # it ended by itself
    assert not [text for text in texts(found) if "erpguard-test-token" in text]
    return run


@pytest.mark.parametrize("case", LOST, ids=lambda case: case.name)
def test_a_fault_hides_what_it_hits_and_leaves_a_gap(
    case: Case, documents: Documents, certificates: Certificates, whole: Collected
) -> None:
    assert case.gaps, "a case of loss without a gap"
    check(case, documents, certificates, whole)


@pytest.mark.parametrize("case", PASSING, ids=lambda case: case.name)
def test_a_fault_that_passes_hides_nothing(
    case: Case, documents: Documents, certificates: Certificates, whole: Collected
) -> None:
    check(case, documents, certificates, whole)


def test_a_gap_names_the_operation_the_scope_and_the_permission(
    documents: Documents, certificates: Certificates
) -> None:
    with ArmServer(documents, certificates) as server:
        server.faults.add(AT_VAULTS, faults.denied(f"{VAULTS}/read"))
        server.faults.add(f"{PSQL}/firewallRules$", faults.denied(f"{SERVERS}/firewallRules/read"))
        found = collect(server.connection())
    assert found.told == [
        (f"{SERVERS}/firewallRules", PSQL, "forbidden", 403, f"{SERVERS}/firewallRules/read"),
        (VAULTS, PROD, "forbidden", 403, f"{VAULTS}/read"),
    ]
    shown = problem(next(one for one in found.gaps if one.operation == VAULTS))
    assert (shown.code, shown.level) == ("gap-forbidden", "error")
    assert shown.message.startswith(
        f"{VAULTS} of {PROD} was not read: no permission (HTTP 403); it needs {VAULTS}/read: AuthorizationFailed: "
    )


def test_the_time_that_the_server_asks_for_is_waited_and_no_more_than_a_minute(
    documents: Documents, certificates: Certificates, whole: Collected
) -> None:
    for after, shortest, longest in (("1", 1.0, 1.25), ("7", 7.0, 7.25), ("86400", 60.0, 60.0), ("soon", 0.5, 0.75)):
        case = Case("waits", AT_VAULTS, faults.throttled(after), times=1)
        run = check(case, documents, certificates, whole)
        assert len(run.slept) == 1
        assert shortest <= run.slept[0] <= longest


def test_waiting_ends_with_the_budget(documents: Documents, certificates: Certificates) -> None:
    run = FastRun(budget=90)
    with ArmServer(documents, certificates) as server:
        server.faults.add("/providers/", faults.throttled("86400"))
        found = collect(server.connection(), run=run)
    assert run.over == "budget"
    assert {item.body["type"] for item in found.items} <= {SUBSCRIPTIONS, "Microsoft.Resources/resourceGroups"}
    assert {one.reason for one in found.gaps} <= {"throttled", "budget"}
    assert {VAULTS, NSGS, f"{SERVERS}"} <= {one.operation for one in found.gaps}


def test_nothing_is_registered_for_a_service_that_is_not(documents: Documents, certificates: Certificates) -> None:
    with ArmServer(documents, certificates) as server:
        server.faults.add("/providers/", faults.unregistered("Microsoft.Any"))
        found = collect(server.connection())
        assert {(call.verb, call.path) for call in server.journal.calls if call.verb != "GET"} == {
            ("POST", "/providers/Microsoft.ResourceGraph/resources")
        }
    assert {item.body["type"] for item in found.items} == {SUBSCRIPTIONS, "Microsoft.Resources/resourceGroups"}
    assert {one.reason for one in found.gaps} == {"not-registered"}


def test_the_limit_of_subscription_ids_is_not_the_fault_of_others(
    documents: Documents, certificates: Certificates, whole: Collected
) -> None:
    """One subscription is not there; the other one is read as if it had been asked for alone."""
    gone = "00000000-0000-4000-8000-000000000000"
    with ArmServer(documents, certificates) as server:
        found = collect(server.connection(), (gone, PROD_ID))
    assert found.told == [
        (
            "Microsoft.Resources/subscriptions",
            f"/subscriptions/{gone}",
            "not-found",
            404,
            "Microsoft.Resources/subscriptions/read",
        )
    ]
    assert found.ids == whole.ids
