"""Azure as a whole: what is there is read once and completely, within what was asked, and no longer than it may."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from erpguard.sources.azure_live import AzureCollector, Limits
from erpguard.sources.live import Gap, Item, Run
from tests.servers.arm import ArmServer, faults
from tests.servers.arm.documents import Documents, shown
from tests.servers.arm.harness import (
    DEADLINE,
    HUB,
    HUB_ID,
    LIMITS,
    PROD,
    PROD_ID,
    FastRun,
    collect,
    sorted_out,
    texts,
    within,
)
from tests.servers.arm.recorded import FILE, Recording
from tests.servers.arm.tokens import FixedCredential
from tests.servers.certificates import Certificates
from tests.servers.https import Request, Response

SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
DESCENDANTS = "Microsoft.Management/managementGroups/descendants"
# What no list asks for: node pools come inside their cluster, and the backups of a database say nothing that a policy
# asks; management groups come as names above a subscription.
NOT_ASKED = ("/agentPools/", "/backups/", "/managementGroups/")
needs_recording = pytest.mark.skipif(not FILE.is_file(), reason="the recorded answers are not beside the checkout")


@pytest.fixture
def server(documents: Documents, certificates: Certificates) -> Iterator[ArmServer]:
    """A server of them, with small pages."""
    with ArmServer(documents, certificates, page_size=4) as server:
        yield server


def expected(documents: Documents, *subscriptions: str) -> dict[str, Any]:
    """The bodies that a collection of some subscriptions should give, by id."""
    found = {}
    for body in documents.bodies:
        id_ = body["id"]
        inherited = "/managementGroups/erp/providers/" in id_
        if (inherited or id_.startswith(subscriptions)) and (
            inherited or not any(part.lower() in id_.lower() for part in NOT_ASKED)
        ):
            found[id_.lower()] = shown(body)
    return found


def test_everything_is_read_once_and_as_arm_shows_it(server: ArmServer, documents: Documents) -> None:
    found = collect(server.connection(), (PROD_ID, HUB_ID))
    assert found.told == []
    bodies = {item.body["id"].lower(): item.body for item in found.items}
    wanted = expected(documents, PROD, HUB)
    assert found.ids == sorted(wanted)
    different = {id_ for id_, body in bodies.items() if body != wanted[id_]}
    # Of these more is told than GET shows (the management groups above) or less is asked (no policy knows the type).
    assert {id_.rpartition("/")[2] for id_ in different} == {PROD_ID, HUB_ID, "maps-erp"}
    assert [item.sensitive for item in found.items if item.sensitive] == []


def test_the_management_groups_above_a_subscription_are_told(server: ArmServer) -> None:
    bodies = [item.body for item in collect(server.connection()).items if item.body["id"].lower() == PROD]
    assert [body["properties"]["managementGroupAncestorsChain"] for body in bodies] == [
        [{"displayName": "ERP", "name": "erp"}, {"displayName": "Corp", "name": "corp"}]
    ]


def test_it_only_reads(server: ArmServer) -> None:
    """Every server of the suite holds this when it is closed; here it is said by numbers."""
    collect(server.connection(), (PROD_ID, HUB_ID))
    counted = server.journal.counted()
    assert {verb for verb, _ in counted} == {"GET", "POST"}
    assert {path for verb, path in counted if verb == "POST"} == {"/providers/microsoft.resourcegraph/resources"}
    assert all(call.token for call in server.journal.calls)


def test_no_more_calls_than_pages(documents: Documents, certificates: Certificates) -> None:
    """With pages that hold all, each address is asked for once."""
    with ArmServer(documents, certificates, page_size=1000) as server:
        collect(server.connection())
        counted = server.journal.counted()
    assert {path: number for (verb, path), number in counted.items() if verb == "GET" and number > 1} == {}


def test_only_the_resource_groups_that_are_asked_for(server: ArmServer) -> None:
    found = collect(server.connection(), resource_groups=["RG-ERP-backup"])
    groups = {id_.split("/")[4] for id_ in found.ids if "/resourcegroups/" in id_}
    assert groups == {"rg-erp-backup"}
    assert sum("/vaults/rsv-erp" in id_ for id_ in found.ids) == 8
    # What applies from above is read all the same.
    assert any("/roleassignments/" in id_ and "/resourcegroups/" not in id_ for id_ in found.ids)
    assert found.told == []


def test_a_resource_group_that_is_not_there(server: ArmServer) -> None:
    found = collect(server.connection(), resource_groups=["rg-none", "rg-erp-test"])
    assert [(reason, status) for _, _, reason, status, _ in found.told] == [("not-found", 404)]
    assert found.gaps[0].scope.lower() == f"{PROD}/resourcegroups/rg-none"
    assert any("/rg-erp-test/" in id_ for id_ in found.ids)


def test_the_subscriptions_of_a_management_group(server: ArmServer, documents: Documents) -> None:
    collector = AzureCollector(server.connection(), (), management_groups=["corp"], limits=LIMITS)
    assert [target.name for target in collector.targets()] == [PROD_ID, HUB_ID]
    found = sorted_out(within(DEADLINE, lambda: list(collector.records(FastRun()))))
    assert found.told == []
    assert found.ids == sorted(expected(documents, PROD, HUB))


def test_a_management_group_that_is_not_shown(server: ArmServer, documents: Documents) -> None:
    server.faults.add("/managementGroups/corp/", faults.denied(f"{DESCENDANTS}/read"))
    found = collect(server.connection(), (HUB_ID,), management_groups=["corp"])
    corp = "/providers/Microsoft.Management/managementGroups/corp"
    assert found.told == [(DESCENDANTS, corp, "forbidden", 403, f"{DESCENDANTS}/read")]
    assert found.gaps[0].types == ("*",)
    assert found.ids == sorted(expected(documents, HUB))


def test_a_token_that_expires_in_mid_run_is_renewed(server: ArmServer, documents: Documents) -> None:
    server.tokens.expire_after(40)
    credential = server.credential()
    found = collect(server.connection(credential))
    assert found.told == []
    assert found.ids == sorted(expected(documents, PROD))
    # One scope of ARM, and one token more than at first, however many threads were refused.
    assert credential.scopes == [(f"{server.endpoint}/.default",)] * 2


def test_a_token_that_expires_and_cannot_be_renewed(server: ArmServer, documents: Documents) -> None:
    server.tokens.expire_after(40)
    found = collect(server.connection(server.credential(renews=False)))
    assert {gap.reason for gap in found.gaps} == {"unauthorized"}
    assert "AADSTS700082" in found.gaps[0].detail
    assert 30 < len(found.ids) < len(expected(documents, PROD))
    assert set(found.ids) < set(expected(documents, PROD))


def test_a_token_of_somebody_else_reads_nothing(server: ArmServer) -> None:
    server.tokens.issue()
    found = collect(server.connection(FixedCredential("of-another-tenant")))
    assert found.ids == []
    assert found.told == [(SUBSCRIPTIONS, PROD, "unauthorized", 401, f"{SUBSCRIPTIONS}/read")]
    assert found.gaps[0].types == ("*",)
    assert len(server.journal.calls) <= 2
    assert not [text for text in texts(found) if "of-another-tenant" in text]


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_so_many_requests_at_a_time_and_never_more(
    documents: Documents, certificates: Certificates, concurrency: int
) -> None:
    with ArmServer(documents, certificates, page_size=4) as server:
        # Resource Graph is asked for the groups above the subscription before there is anything else to ask.
        server.faults.add("/providers/(?!Microsoft.ResourceGraph)", faults.gathered(concurrency))
        found = collect(server.connection(), run=FastRun(concurrency), limits=Limits())
        assert server.journal.peak == concurrency
    assert found.told == []
    assert found.ids == sorted(expected(documents, PROD))


def test_stopping_keeps_what_was_read_and_names_the_rest(server: ArmServer, documents: Documents) -> None:
    run, records = Run(concurrency=2), []
    collector = AzureCollector(server.connection(), (PROD_ID,), limits=LIMITS)

    def read() -> None:
        for record in collector.records(run):
            records.append(record)
            if len(records) == 30:
                run.stop()

    within(DEADLINE, read)
    found = sorted_out(records)
    wanted = expected(documents, PROD)
    assert 30 <= len(found.ids) < len(wanted)
    assert set(found.ids) < set(wanted)
    assert {gap.reason for gap in found.gaps} == {"interrupted"}
    assert named(found.gaps, wanted, found.ids) == set()


def test_stopping_does_not_wait_for_a_server_that_hangs(server: ArmServer) -> None:
    server.faults.add("/providers/Microsoft.KeyVault/vaults$", faults.hanging)
    run = Run()
    collector = AzureCollector(server.connection(), (PROD_ID,))  # with the patience of the real limits
    records: list[Item | Gap] = []
    threading.Timer(1.0, run.stop).start()
    within(30, lambda: records.extend(collector.records(run)))  # else it would be minutes
    told = {gap.operation: gap.reason for gap in sorted_out(records).gaps}
    assert told == {"Microsoft.KeyVault/vaults": "interrupted"}


@pytest.mark.parametrize(
    "fault",
    [faults.hanging, faults.dripping(0.02), faults.dripping(0.02, headers=True)],
    ids=["hangs", "drips", "headers"],
)
def test_the_time_budget_is_kept_where_servers_do_not_answer(server: ArmServer, fault: Any) -> None:
    server.faults.add("/providers/Microsoft", fault)
    collector = AzureCollector(server.connection(), (PROD_ID,))
    found = sorted_out(within(20, lambda: list(collector.records(Run(budget=1.5)))))
    assert {gap.reason for gap in found.gaps} <= {"budget", "timeout"}
    assert "Microsoft.KeyVault/vaults" in {gap.operation for gap in found.gaps}
    assert PROD in found.ids


def test_a_budget_that_is_spent_before_it_begins(server: ArmServer) -> None:
    run = FastRun(budget=10)
    run.sleep(10)
    found = collect(server.connection(), run=run)
    assert found.ids == []
    assert {gap.reason for gap in found.gaps} == {"budget"}
    assert found.gaps[0].types == ("*",)


def named(gaps: list[Gap], wanted: dict[str, Any], read: list[str]) -> set[str]:
    """The types of resources that are missing and that no gap names."""
    missing = {str(body.get("type", SUBSCRIPTIONS)) for id_, body in wanted.items() if id_ not in read}
    told = {type_.lower() for gap in gaps for type_ in gap.types}
    # What Resource Graph alone would have found is no type that policies know.
    return (
        set()
        if "*" in told
        else {type_ for type_ in missing if type_.lower() not in told} - {"Microsoft.Maps/accounts"}
    )


SECRETS = (
    "AccountKey=ZmFrZS1rZXktb2YtYS1zdG9yYWdlLWFjY291bnQ=",
    "c2hhcmVkLWtleS1vZi10aGUtd29ya3NwYWNl",
    "I2Nsb3VkLWNvbmZpZyBwYXNzd29yZDogaHVudGVyMg==",
    "planted-administrator-password",
)


def with_secrets(page: Any) -> Any:
    """What no GET should show, and some do."""
    for item in page["value"]:
        properties = item.setdefault("properties", {})
        properties["administratorLoginPassword"] = SECRETS[3]
        properties["primarySharedKey"] = SECRETS[1]
        properties["connectionString"] = f"DefaultEndpointsProtocol=https;AccountName=a;{SECRETS[0]}"
        properties["osProfile"] = {"adminUsername": "ops", "customData": SECRETS[2], "adminPassword": SECRETS[3]}
    return page


def test_secrets_in_bodies_and_errors_are_in_no_record(server: ArmServer) -> None:
    server.faults.add(
        "(storageAccounts|virtualMachines|networkSecurityGroups|workspaces)$", faults.changed(with_secrets)
    )
    server.faults.add("/vaults$", faults.status(500, "Failed", "of Bearer eyJhbGciOiJSUzI1NiJ9.planted.token"))
    found = collect(server.connection())
    assert {gap.status for gap in found.gaps} == {500}
    everything = list(texts([*found.items, *found.gaps]))
    for secret in (*SECRETS, "eyJhbGciOiJSUzI1NiJ9", "erpguard-test-token"):
        assert [text for text in everything if secret in text] == [], secret
    taken = {
        item.body["name"]: item.sensitive
        for item in found.items
        if item.body.get("type", "").endswith("virtualMachines")
    }
    assert taken["vm-jump"] == (
        ("properties", "osProfile", "customData"),
        ("properties", "osProfile", "adminPassword"),
        ("properties", "administratorLoginPassword"),
        ("properties", "primarySharedKey"),
        ("properties", "connectionString"),
    )


@needs_recording
def test_what_azure_really_said_is_read(certificates: Certificates) -> None:
    """Answers that were recorded, of many services: each resource that was given out comes back, once."""
    recording = Recording()
    with ArmServer(recording.answer, certificates) as server:
        found = collect(server.connection(), (recording.subscription,))
    # What is one object, and was not recorded, does not exist here.
    assert {(gap.reason, gap.status) for gap in found.gaps} <= {("not-found", 404)}
    assert len(found.ids) == len(set(found.ids))
    # Those of diagnostic settings of a subscription came without the slash at their beginning.
    assert set(found.ids) == {f"/{id_.lstrip('/')}" for id_ in recording.given}
    assert len(found.ids) > 150
    types = {str(item.body.get("type")).lower() for item in found.items}
    assert {"microsoft.network/networksecuritygroups", "microsoft.keyvault/vaults", "microsoft.sql/servers"} <= types


@needs_recording
def test_links_of_recorded_answers_to_azure_itself_are_not_followed(certificates: Certificates) -> None:
    recording = Recording()

    def as_recorded(request: Request) -> Response:
        answer = recording.answer(request)
        own = f"https://{request.host}".encode()
        return answer._replace(body=answer.body.replace(own, b"https://management.azure.com"))

    with ArmServer(as_recorded, certificates) as server:
        found = collect(server.connection(), (recording.subscription,))
    assert ("Microsoft.KeyVault/vaults", "refused-link") in {(gap.operation, gap.reason) for gap in found.gaps}
