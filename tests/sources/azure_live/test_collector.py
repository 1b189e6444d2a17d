"""What a collection gives: items, gaps, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from erpguard.errors import UsageError
from erpguard.sources.azure_live import AzureCollector
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.table import Call, roots, services
from erpguard.sources.live import AzureConnection, Gap, Item, Run, Target
from tests.sources.azure_live.conftest import Collect
from tests.sources.azure_live.stand_in import ENDPOINT, HOME, SUBSCRIPTION, Credential, Reply, StandIn, page, refusal

OTHER = "99999999-2222-3333-4444-555555555555"
GROUPS = "Microsoft.Resources/resourceGroups"
ACCOUNTS = "Microsoft.Storage/storageAccounts"
GRAPH = "/providers/microsoft.resourcegraph/resources"


def at(type_: str, scope: str = HOME) -> str:
    """The path of a list."""
    return f"{scope}/providers/{type_}"


def body(type_: str, name: str, group: str = "erp", subscription: str = HOME, **more: Any) -> dict[str, Any]:
    """A resource."""
    return {
        "id": f"{subscription}/resourceGroups/{group}/providers/{type_}/{name}",
        "name": name,
        "type": type_,
        **more,
    }


def ids(items: list[Item]) -> list[str]:
    """The ids of items, without the subscription and what everything has."""
    return [item.body["id"].removeprefix(HOME) for item in items if item.body["id"] != HOME]


def test_an_empty_subscription(arm: StandIn, collect: Collect) -> None:
    items, gaps = collect()

    assert [item.body for item in items] == [
        {"id": HOME, "subscriptionId": SUBSCRIPTION, "displayName": "ERP", "type": "Microsoft.Resources/subscriptions"}
    ]
    assert gaps == []
    # One call for each list, and two for Resource Graph: what is above the subscription, and what is not listed.
    assert sorted(asked.path for asked in arm.asked) == sorted(
        [*(Call(row, HOME).path().lower() for row in roots()), GRAPH, GRAPH]
    )
    assert {asked.method for asked in arm.asked if asked.path != GRAPH} == {"GET"}
    assert {asked.method for asked in arm.asked if asked.path == GRAPH} == {"POST"}
    assert arm.closed


def test_each_call_has_the_pinned_version_also_those_of_clients(arm: StandIn, collect: Collect) -> None:
    collect()
    pinned = {Call(row, HOME).path().lower(): row.version for row in roots()}

    assert {asked.path: asked.version for asked in arm.asked if asked.path != GRAPH} == pinned


@pytest.mark.parametrize(
    "type_",
    ["Microsoft.Cache/redis", "Microsoft.Network/networkSecurityGroups", "Microsoft.Authorization/roleAssignments"],
)
def test_pages_are_followed_and_bodies_are_as_they_came(arm: StandIn, collect: Collect, type_: str) -> None:
    link = f"{ENDPOINT}{at(type_)}/next?$skiptoken=a%2Fb&api-version=2020-01-01"
    first = body(type_, "one", brandNew={"property": [1, None, {"x": True}]})
    arm.says(at(type_), page(first, link=link))
    arm.says(f"{at(type_)}/next", page(body(type_, "two")))
    items, gaps = collect()

    assert ids(items) == [f"/resourceGroups/erp/providers/{type_}/{name}" for name in ("one", "two")]
    assert items[1].body == first
    assert gaps == []


def test_children_are_asked_for_and_get_their_type(arm: StandIn, collect: Collect) -> None:
    server = body("Microsoft.DBforPostgreSQL/flexibleServers", "db")
    arm.says(at("Microsoft.DBforPostgreSQL/flexibleServers"), page(server))
    arm.says(f"{server['id']}/configurations", page({"id": f"{server['id']}/configurations/ssl", "name": "ssl"}))
    items, gaps = collect()

    assert gaps == []
    assert [(item.body["name"], item.body["type"]) for item in items[1:]] == [
        ("db", "Microsoft.DBforPostgreSQL/flexibleServers"),
        ("ssl", "Microsoft.DBforPostgreSQL/flexibleServers/configurations"),
    ]
    below = {asked.path.removeprefix(server["id"].lower()) for asked in arm.asked if server["id"].lower() in asked.path}
    assert below == {
        "/administrators",
        "/configurations",
        "/databases",
        "/firewallrules",
        "/providers/microsoft.insights/diagnosticsettings",
    }


def test_what_nobody_judges_is_not_kept(arm: StandIn, collect: Collect) -> None:
    """A vault has a job for each of its backups; only restores matter."""
    vault = body("Microsoft.DataProtection/backupVaults", "bvault")
    kinds = ("Backup", "Restore", "restore", None)
    jobs = [
        {"id": f"{vault['id']}/backupJobs/{number}", "name": str(number), "properties": {"operationCategory": kind}}
        for number, kind in enumerate(kinds)
    ]
    arm.says(at(vault["type"]), page(vault))
    arm.says(f"{vault['id']}/backupJobs", page(*jobs, {"id": f"{vault['id']}/backupJobs/9", "properties": None}))
    items, gaps = collect()

    assert gaps == []
    assert [item.body["name"] for item in items[2:]] == ["1", "2"]


def test_children_of_what_the_clients_list(arm: StandIn, collect: Collect) -> None:
    watcher = body("Microsoft.Network/networkWatchers", "watch", "nets")
    log = {"id": f"{watcher['id']}/flowLogs/a", "name": "a"}
    arm.says(at("Microsoft.Network/networkWatchers"), page(watcher))
    arm.says(f"{watcher['id']}/flowLogs", page(log))
    items, _ = collect()

    assert items[-1].body == {**log, "type": "Microsoft.Network/networkWatchers/flowLogs"}


@pytest.mark.parametrize(
    ("reply", "reason", "status", "detail"),
    [
        (refusal(403, "AuthorizationFailed", "no right"), "forbidden", 403, "AuthorizationFailed: no right"),
        (refusal(404, "SubscriptionNotFound", "x"), "not-found", 404, "SubscriptionNotFound: x"),
        (
            refusal(409, "MissingSubscriptionRegistration", "x"),
            "not-registered",
            409,
            "MissingSubscriptionRegistration: x",
        ),
        (refusal(429), "throttled", 429, "Refused: no"),
        (refusal(500), "server-error", 500, "Refused: no"),
        (Reply(200, b"<html>"), "malformed", 200, "a web page instead of JSON"),
        (Reply(fault=Fault("unreachable", 0, "reset")), "unreachable", 0, "reset"),
        (page(link="https://evil.example/x"), "refused-link", 200, "the link to page 2: it is on evil.example:443"),
    ],
)
@pytest.mark.parametrize(
    "type_", [ACCOUNTS, "Microsoft.Network/virtualNetworks", "Microsoft.Authorization/roleAssignments"]
)
def test_what_fails_is_a_gap_and_the_rest_is_read(
    arm: StandIn, collect: Collect, type_: str, reply: Reply, reason: str, status: int, detail: str
) -> None:
    arm.says(at(type_), reply)
    arm.says(at("Microsoft.Cache/redis"), page(body("Microsoft.Cache/redis", "r")))
    items, gaps = collect()
    row = next(one for one in services() if one.type == type_)

    assert ids(items) == ["/resourceGroups/erp/providers/Microsoft.Cache/redis/r"]
    assert gaps == [Gap("azure", type_, HOME, row.missing(), reason, status, f"{type_}/read", detail)]  # type: ignore[arg-type]
    assert not any("evil" in asked.url for asked in arm.asked)


def test_the_gap_of_a_child_names_its_parent(arm: StandIn, collect: Collect) -> None:
    account = body(ACCOUNTS, "files", kind="StorageV2")
    arm.says(at(ACCOUNTS), page(account))
    arm.says(f"{account['id']}/blobServices/default", refusal(403, "AuthorizationFailed", "x"))
    arm.says(f"{account['id']}/fileServices/default", refusal(404, "ResourceNotFound", "gone"))
    arm.says(f"{account['id']}/managementPolicies/default", refusal(404, "ManagementPolicyNotFound", "none"))
    for name in ("blobServices", "fileServices"):
        arm.says(f"{account['id']}/{name}/default/{'containers' if name[0] == 'b' else 'shares'}", page())
    items, gaps = collect()

    assert ids(items) == [account["id"].removeprefix(HOME)]
    assert [(gap.operation, gap.scope, gap.reason) for gap in gaps] == [
        (f"{ACCOUNTS}/blobServices", account["id"], "forbidden"),
        (f"{ACCOUNTS}/fileServices", account["id"], "not-found"),
    ]


@pytest.mark.parametrize(
    ("type_", "reply"),
    [
        ("Microsoft.DBforMySQL/servers", refusal(404, "InvalidResourceType")),
        ("Microsoft.DBforPostgreSQL/servers", refusal(404, "NotFound")),
        ("Microsoft.Authorization/roleEligibilityScheduleInstances", refusal(400, "AadPremiumLicenseRequired")),
        ("Microsoft.Cdn/profiles", refusal(404, "InvalidResourceNamespace")),
    ],
)
def test_what_is_not_there_is_no_gap(arm: StandIn, collect: Collect, type_: str, reply: Reply) -> None:
    arm.says(at(type_), reply)

    assert collect()[1] == []


@pytest.mark.parametrize("status", [404, 401])
def test_a_subscription_that_is_not_there(arm: StandIn, collect: Collect, status: int) -> None:
    arm.says(HOME, refusal(status, "SubscriptionNotFound", "x"))
    items, gaps = collect()

    assert items == []
    assert [(gap.operation, gap.scope, gap.types, gap.status) for gap in gaps] == [
        ("Microsoft.Resources/subscriptions", HOME, ("*",), status)
    ]
    assert {asked.path for asked in arm.asked} == {HOME}


def test_a_subscription_that_may_not_be_looked_at_is_read_all_the_same(arm: StandIn, collect: Collect) -> None:
    arm.says(HOME, refusal(403))
    arm.says(at("Microsoft.Cache/redis"), page(body("Microsoft.Cache/redis", "r")))
    items, gaps = collect()

    assert ids(items) == ["/resourceGroups/erp/providers/Microsoft.Cache/redis/r"]
    assert [(gap.operation, gap.types) for gap in gaps] == [
        ("Microsoft.Resources/subscriptions", ("Microsoft.Resources/subscriptions",))
    ]


def test_what_two_subscriptions_inherit_comes_once(arm: StandIn, collect: Collect) -> None:
    above = {"id": "/providers/Microsoft.Management/managementGroups/root/providers/x/roleAssignments/1", "name": "1"}
    for subscription in (SUBSCRIPTION, OTHER):
        arm.says(at("Microsoft.Authorization/roleAssignments", f"/subscriptions/{subscription}"), page(above))
    items, _ = collect(subscriptions=(SUBSCRIPTION, OTHER.upper()))

    assert [item.body["id"] for item in items].count(above["id"]) == 1
    assert len(items) == 3


def test_management_groups_above_a_subscription(arm: StandIn, collect: Collect) -> None:
    chain = [{"name": "erp", "displayName": "ERP"}, {"name": "root", "displayName": "Root"}]
    arm.replies[GRAPH] = lambda request: Reply(
        200,
        {
            "data": [{"id": HOME, "properties_managementGroupAncestorsChain": chain}]
            if b"resourcecontainers" in sent(request)
            else []
        },
    )
    items, gaps = collect()

    assert items[0].body["properties"] == {"managementGroupAncestorsChain": chain}
    assert gaps == []


def sent(request: Any) -> bytes:
    """The body of a request."""
    content = request.content
    return content if isinstance(content, bytes) else str(content).encode()


def test_what_no_list_reads(arm: StandIn, collect: Collect) -> None:
    rows = [
        {
            "id": f"{HOME}/resourceGroups/g/providers/microsoft.maps/accounts/m",
            "name": "m",
            "type": "microsoft.maps/accounts",
        },
        {"id": f"{HOME}/resourceGroups/g/providers/x/1", "name": "1", "type": "microsoft.graph/directoryobjects"},
        {"id": f"{HOME}/resourceGroups/g/providers/x/2", "name": "2", "type": "microsoft.graph/directoryobjects"},
    ]
    pages = [Reply(200, {"data": rows[:2], "$skipToken": "next"}), Reply(200, {"data": rows[2:]})]
    arm.replies[GRAPH] = lambda request: (
        Reply(200, {"data": []}) if b"resourcecontainers" in sent(request) else pages.pop(0)
    )
    items, gaps = collect()

    assert [item.body for item in items[1:]] == [rows[0]]
    known = "Microsoft.Graph/directoryObjects"
    assert gaps == [Gap("azure", known, HOME, (known,), "not-listed", 200, "", "2 of them")]
    assert pages == []


def test_without_resource_graph_nothing_that_is_judged_is_missing(arm: StandIn, collect: Collect) -> None:
    arm.says(GRAPH, refusal(403, "AccessDenied", "x"))
    _, gaps = collect()

    assert gaps == [
        Gap(
            "azure",
            "Microsoft.ResourceGraph/resources",
            HOME,
            (),
            "forbidden",
            403,
            "Microsoft.ResourceGraph/resources/read",
            "AccessDenied: x",
        )
    ]


@pytest.mark.parametrize("answer", [{"data": "x"}, {"data": [7]}, [], {"data": [{"id": 1, "type": "t"}]}])
def test_answers_of_resource_graph_that_are_none(arm: StandIn, collect: Collect, answer: Any) -> None:
    arm.says(GRAPH, Reply(200, answer))

    assert [(gap.operation, gap.reason) for gap in collect()[1]] == [("Microsoft.ResourceGraph/resources", "malformed")]


def test_only_some_groups(arm: StandIn, collect: Collect, collector: Callable[..., AzureCollector]) -> None:
    group = f"{HOME}/resourceGroups/erp"
    arm.says(group, Reply(200, {"id": group, "name": "erp", "type": GROUPS}))
    arm.says(at("Microsoft.Cache/redis", group), page(body("Microsoft.Cache/redis", "r")))
    arm.says(at("Microsoft.Network/virtualNetworks", group), page(body("Microsoft.Network/virtualNetworks", "v")))
    lock = {"id": f"{HOME}/resourceGroups/other/providers/Microsoft.Authorization/locks/l", "name": "l"}
    above = {"id": f"{HOME}/providers/Microsoft.Authorization/locks/a", "name": "a"}
    arm.says(at("Microsoft.Authorization/locks"), page(lock, above))
    items, gaps = collect(resource_groups=["erp"])

    assert gaps == []
    assert ids(items) == [
        "/providers/Microsoft.Authorization/locks/a",
        "/resourceGroups/erp",
        "/resourceGroups/erp/providers/Microsoft.Cache/redis/r",
        "/resourceGroups/erp/providers/Microsoft.Network/virtualNetworks/v",
    ]
    assert collector(resource_groups=["erp"]).targets() == [Target("azure", SUBSCRIPTION, ("erp",))]
    outside = {asked.path for asked in arm.asked if "/resourcegroups/" not in asked.path} - {GRAPH, HOME}
    assert outside == {at("Microsoft.Authorization/locks").lower(), at("Microsoft.Insights/diagnosticSettings").lower()}


def test_a_group_that_is_not_there(arm: StandIn, collect: Collect) -> None:
    arm.says(f"{HOME}/resourceGroups/gone", refusal(404, "ResourceGroupNotFound", "x"))
    _, gaps = collect(resource_groups=["gone"])

    assert [(gap.operation, gap.scope, gap.types, gap.reason) for gap in gaps] == [
        (GROUPS, f"{HOME}/resourceGroups/gone", ("*",), "not-found")
    ]


def test_the_subscriptions_of_a_management_group(arm: StandIn, collector: Callable[..., AzureCollector]) -> None:
    path = "/providers/microsoft.management/managementgroups/erp/descendants"
    below = [{"id": "/providers/Microsoft.Management/managementGroups/sub"}, {"id": f"/subscriptions/{OTHER.upper()}"}]
    arm.says(path, page(*below))
    made = collector(subscriptions=[SUBSCRIPTION], management_groups=["erp"])

    assert made.targets() == [Target("azure", SUBSCRIPTION), Target("azure", OTHER)]
    items = [record for record in made.records(Run(2)) if isinstance(record, Item)]
    assert len(items) == 2
    assert [asked.path for asked in arm.asked].count(path) == 1


def test_one_log_in_for_everything(arm: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Credential] = []

    def make(**_: str) -> Credential:
        made.append(Credential())
        return made[-1]

    monkeypatch.setattr("azure.identity.InteractiveBrowserCredential", make)
    collector = AzureCollector(AzureConnection("interactive", endpoint=ENDPOINT), [SUBSCRIPTION], ["erp"])
    collector.targets()
    list(collector.records(Run(1)))

    assert len(made) == 1


def test_a_management_group_that_may_not_be_read(arm: StandIn, collector: Callable[..., AzureCollector]) -> None:
    arm.says(
        "/providers/microsoft.management/managementgroups/erp/descendants", refusal(403, "AuthorizationFailed", "x")
    )
    made = collector(subscriptions=[], management_groups=["erp"])

    assert made.targets() == []
    assert list(made.records(Run(2))) == [
        Gap(
            "azure",
            "Microsoft.Management/managementGroups/descendants",
            "/providers/Microsoft.Management/managementGroups/erp",
            ("*",),
            "forbidden",
            403,
            "Microsoft.Management/managementGroups/descendants/read",
            "AuthorizationFailed: x",
        )
    ]


def test_secrets_do_not_leave_the_collector(arm: StandIn, collect: Collect) -> None:
    server = body("Microsoft.Sql/servers", "s", properties={"administratorLoginPassword": "hunter2", "version": "12.0"})
    arm.says(at("Microsoft.Sql/servers"), page(server))
    items, _ = collect()

    assert items[1].body["properties"] == {"version": "12.0"}
    assert items[1].sensitive == (("properties", "administratorLoginPassword"),)


def test_odd_bodies_end_as_they_are_or_as_gaps(arm: StandIn, collect: Collect) -> None:
    deep: Any = {"id": f"{HOME}/providers/x/deep"}
    for _ in range(900):
        deep = {"id": deep["id"], "inner": deep}
    odd: list[dict[str, Any]] = [
        {"id": ""},
        {"id": "\ud800"},
        {"id": "/x/{scope}/%s"},
        {"id": f"{HOME}/%2e%2e/{{parent}}", "type": 7},
        {"id": f"{HOME[1:]}/providers/x/without-slash"},
    ]
    arm.says(at("Microsoft.Compute/disks"), page(*odd))
    arm.says(at("Microsoft.Cache/redis"), page(deep))
    items, gaps = collect()

    assert [item.body["id"] for item in items[1:]] == [odd[3]["id"], f"{HOME}/providers/x/without-slash"]
    assert sorted((gap.operation, gap.reason, gap.detail) for gap in gaps) == [
        ("Microsoft.Cache/redis", "malformed", "no JSON, not all of it, or nested too deeply"),
        ("Microsoft.Compute/disks", "malformed", "3 of the list are no resources"),
    ]


def test_each_gap_once(arm: StandIn, collect: Collect) -> None:
    arm.says(GRAPH, refusal(500))

    assert len(collect()[1]) == 1


def test_after_a_stop_nothing_is_asked(arm: StandIn, collect: Collect) -> None:
    run = Run(2)
    run.stop()
    items, gaps = collect(run)

    assert (items, arm.asked) == ([], [])
    assert [(gap.operation, gap.scope, gap.types, gap.reason) for gap in gaps] == [
        ("Microsoft.Resources/subscriptions", HOME, ("*",), "interrupted")
    ]


def test_what_was_left_when_it_was_stopped(arm: StandIn, collector: Callable[..., AzureCollector]) -> None:
    run = Run(1)
    accounts = [body(ACCOUNTS, f"a{number}", kind="StorageV2") for number in range(3)]
    arm.says(at(ACCOUNTS), page(*accounts))
    gaps = []
    for record in collector().records(run):
        if isinstance(record, Gap):
            gaps.append(record)
        elif record.body["type"] == ACCOUNTS:
            run.stop()

    left = {(gap.operation, gap.scope, gap.detail) for gap in gaps}
    assert {gap.reason for gap in gaps} == {"interrupted"}
    assert (f"{ACCOUNTS}/managementPolicies", HOME, "3 calls") in left
    assert (f"{ACCOUNTS}/blobServices/containers", HOME, "3 calls") in left
    assert len(left) == len({(operation, scope) for operation, scope, _ in left})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"subscriptions": ["erp"]}, "erp: a subscription is named by its id, as `az account list` shows it"),
        ({"subscriptions": ["../x"]}, "../x: a subscription is named by its id, as `az account list` shows it"),
        ({"subscriptions": []}, "name a subscription or a management group of Azure"),
        ({"resource_groups": ["a/b"]}, "a/b: no name of a resource group"),
        ({"resource_groups": ["a."]}, "a.: no name of a resource group"),
        ({"management_groups": ["a b"]}, "a b: no name of a management group"),
    ],
)
def test_names_that_cannot_be(collector: Callable[..., AzureCollector], options: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError) as raised:
        collector(**options)
    assert str(raised.value) == text


def test_subscriptions_in_any_spelling_come_once(collector: Callable[..., AzureCollector]) -> None:
    made = collector(subscriptions=[f"/subscriptions/{SUBSCRIPTION}", SUBSCRIPTION.upper(), OTHER])

    assert made.targets() == [Target("azure", SUBSCRIPTION), Target("azure", OTHER)]


def test_making_a_collector_asks_nothing(arm: StandIn) -> None:
    credential = Credential()
    AzureCollector(AzureConnection(credential, endpoint=ENDPOINT), [SUBSCRIPTION]).targets()

    assert (credential.asked, arm.asked) == ([], [])


def test_progress_is_told(arm: StandIn, collect: Collect) -> None:
    told: list[tuple[str, int, int]] = []
    collect(Run(2, progress=lambda *one: told.append(one)))

    assert {stage for stage, _, _ in told} == {"reading Azure"}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1] == ("reading Azure", len(roots()) + 1, len(roots()) + 1)


HOLDER, GONE = "aaaaaaaa-2222-3333-4444-555555555555", "bbbbbbbb-2222-3333-4444-555555555555"


def assignment(name: str, holder: str) -> dict[str, Any]:
    """An assignment of a role."""
    return {
        "id": f"{HOME}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "properties": {"principalId": holder},
    }


def test_the_directory_is_asked_only_where_that_is_wanted(arm: StandIn, collect: Collect) -> None:
    arm.says(at("Microsoft.Authorization/roleAssignments"), page(assignment("1", HOLDER)))
    collect()

    assert {asked.url.partition("/providers/")[0].partition("?")[0] for asked in arm.asked} == {
        ENDPOINT,
        ENDPOINT + HOME,
        f"{ENDPOINT}{HOME}/resourcegroups",
    }


def test_who_still_exists(arm: StandIn, collect: Collect) -> None:
    given = assignment("1", HOLDER), assignment("2", GONE), assignment("3", HOLDER)
    arm.says(at("Microsoft.Authorization/roleAssignments"), page(*given))
    found = {"@odata.type": "#microsoft.graph.user", "id": HOLDER}
    arm.says("/v1.0/directoryObjects/getByIds", Reply(200, {"value": [found]}))
    credential = Credential()
    items, gaps = collect(credential=credential, directory="https://graph.test")

    assert gaps == []
    assert [
        (item.body["name"], item.body["properties"]) for item in items if "directoryObjects" in item.body["id"]
    ] == [
        (HOLDER, {"exists": True, "objectType": "User"}),
        (GONE, {"exists": False}),
    ]
    assert [asked.method for asked in arm.asked if asked.url.startswith("https://graph.test/")] == ["POST"]
    # A token for each host, and none of them at the other one.
    assert credential.asked == [((f"{ENDPOINT}/.default",), {}), (("https://graph.test/.default",), {})]
    assert {(asked.url.split("/")[2], asked.token) for asked in arm.asked} == {
        ("arm.test", "Bearer token-1"),
        ("graph.test", "Bearer token-2"),
    }


def test_a_directory_that_may_not_be_asked(arm: StandIn, collect: Collect) -> None:
    arm.says(at("Microsoft.Authorization/roleAssignments"), page(assignment("1", HOLDER)))
    arm.says("/v1.0/directoryObjects/getByIds", refusal(403, "Authorization_RequestDenied", "x"))
    _, gaps = collect(directory="https://graph.test")

    assert [(gap.types, gap.reason, gap.status, gap.permission) for gap in gaps] == [
        (("Microsoft.Graph/directoryObjects",), "forbidden", 403, "Directory.Read.All")
    ]
