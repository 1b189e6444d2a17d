"""Plans of any size and shape: work grows with their size, and Ctrl-C is answered wherever a scan is."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from benchmarks.plans import write_plan

import erpguard
from tests.counted import assert_linear, ends
from tests.e2e.test_command import COMMAND
from tests.plans import UNKNOWN, Ref, Sensitive, plan, resource
from tests.sources.terraform.plans import change, expression, written
from tests.sources.terraform.plans import plan as plan_of
from tests.sources.terraform.plans import resource as configured
from tests.waiting import HANGS, has_loaded, has_read, needs_proc, until

IN_GROUP: dict[str, Any] = {"resource_group_name": "rg-erp-prod"}
LOCATED: dict[str, Any] = {**IN_GROUP, "location": "westeurope"}
GROUP = resource("azurerm_resource_group", "erp", name="rg-erp-prod", location="westeurope")
ANY: dict[str, Any] = {
    "source_port_range": "*",
    "source_address_prefix": "*",
    "destination_address_prefix": "*",
    "protocol": "Tcp",
}
SMALL = 100

Resources = list[dict[str, Any]]


def rule(number: int, **others: Any) -> dict[str, Any]:
    """A rule of a network security group, about a port of its own."""
    port = {"destination_port_range": str(1000 + number), "access": "Allow", "direction": "Inbound"}
    return {"name": f"rule{number}", "priority": 100 + number, **ANY, **port, **others}


def rules(count: int) -> Resources:
    group = resource("azurerm_network_security_group", "erp", name="nsg", **LOCATED)
    named: dict[str, Any] = {**IN_GROUP, "network_security_group_name": "nsg"}
    return [group, *(resource("azurerm_network_security_rule", f"r{n}", **rule(n), **named) for n in range(count))]


def rules_within(count: int) -> Resources:
    """All in one group, each with something that is unknown."""
    own = [rule(number, source_address_prefix=UNKNOWN) for number in range(count // 2)]
    return [resource("azurerm_network_security_group", "erp", name="nsg", security_rule=own, **LOCATED)]


def deleted_rules(count: int) -> Resources:
    own, named = [rule(number) for number in range(count)], {**IN_GROUP, "network_security_group_name": "nsg"}
    group = resource("azurerm_network_security_group", "erp", name="nsg", security_rule=own, **LOCATED)
    delete = ("delete",)
    return [
        group,
        *(resource("azurerm_network_security_rule", f"r{n}", delete, **rule(n), **named) for n in range(count)),
    ]


def subnets(count: int) -> Resources:
    """All in one network, each with a group."""
    network = resource("azurerm_virtual_network", "erp", name="vnet", address_space=["10.0.0.0/8"], **LOCATED)
    made = [network, resource("azurerm_network_security_group", "erp", name="nsg", **LOCATED)]
    group = Ref("azurerm_network_security_group.erp.id")
    for number in range(count):
        named = {
            **IN_GROUP,
            "virtual_network_name": "vnet",
            "address_prefixes": [f"10.{number // 250}.{number % 250}.0/24"],
        }
        made.append(resource("azurerm_subnet", f"s{number}", name=f"snet{number}", **named))
        ids: dict[str, Any] = {"subnet_id": Ref(f"azurerm_subnet.s{number}.id"), "network_security_group_id": group}
        made.append(resource("azurerm_subnet_network_security_group_association", f"a{number}", **ids))
    return made


def pools(count: int) -> Resources:
    first = [{"name": "system", "vm_size": "Standard_D4s_v5", "node_count": 3}]
    cluster = resource("azurerm_kubernetes_cluster", "erp", name="aks", default_node_pool=first, **LOCATED)
    of: dict[str, Any] = {"kubernetes_cluster_id": Ref("azurerm_kubernetes_cluster.erp.id"), "node_count": 2}
    return [
        cluster,
        *(resource("azurerm_kubernetes_cluster_node_pool", f"p{n}", name=f"p{n}", **of) for n in range(count)),
    ]


def assignments(count: int) -> Resources:
    scope: dict[str, Any] = {"scope": Ref("azurerm_resource_group.erp.id"), "role_definition_name": "Contributor"}
    return [
        resource("azurerm_role_assignment", f"a{number}", principal_id=f"00000000-0000-0000-0000-{number:012}", **scope)
        for number in range(count)
    ]


def endpoints(count: int) -> Resources:
    """All of one account, in one subnet."""
    account = resource("azurerm_storage_account", "erp", name="sterp", account_tier="Standard",
                       account_replication_type="ZRS", **LOCATED)  # fmt: skip
    connection = {"name": "c", "private_connection_resource_id": Ref("azurerm_storage_account.erp.id")}
    subnet: dict[str, Any] = {"subnet_id": Ref("azurerm_subnet.erp.id"), "private_service_connection": [connection]}
    made = (resource("azurerm_private_endpoint", f"e{n}", name=f"pe{n}", **subnet, **LOCATED) for n in range(count))
    return [account, resource("azurerm_subnet", "erp", name="s", virtual_network_name="v", **IN_GROUP), *made]


def locks(count: int) -> Resources:
    made = []
    for number in range(count):
        made.append(
            resource("azurerm_recovery_services_vault", f"v{number}", name=f"rsv{number}", sku="Standard", **LOCATED)
        )
        scope = Ref(f"azurerm_recovery_services_vault.v{number}.id")
        made.append(
            resource("azurerm_management_lock", f"l{number}", name="keep", scope=scope, lock_level="CanNotDelete")
        )
    return made


def secrets(count: int) -> Resources:
    """Secrets that begin alike, and texts that hold one each."""
    made = []
    for number in range(count):
        secret = f"AccountKey={number:06}hunter"
        made.append(resource("azurerm_key_vault_secret", f"s{number}", name=f"s{number}", value=Sensitive(secret)))
        made.append(resource("azurerm_key_vault_key", f"k{number}", name=f"k{number}", description=f"with {secret}"))
    return made


SHAPES: tuple[Callable[[int], Resources], ...] = (
    rules, rules_within, deleted_rules, subnets, pools, assignments, endpoints, locks, secrets,
)  # fmt: skip


def instances(count: int) -> dict[str, Any]:
    """All instances of one resource refer to all of another, by `for_each` of something that is not known."""
    subnet, server = "azurerm_subnet.s", "azurerm_redis_cache.r"
    entries = [
        change(f'{subnet}["{n}"]', {"name": f"s{n}", "virtual_network_name": "v", **IN_GROUP}) for n in range(count)
    ]
    entries += [change(f'{server}["k{n}"]', {"name": f"r{n}", **LOCATED}, after_unknown={"subnet_id": True})
                for n in range(count)]  # fmt: skip
    asking = {**configured(server, subnet_id=[subnet, "each.value"]), "for_each_expression": expression("local.x")}
    return plan_of(*entries, configuration=written(configured(subnet), asking))


def modules(count: int) -> dict[str, Any]:
    """Each module passes on what the one before it gives, and has a resource."""
    calls, entries, server = {}, [], "azurerm_redis_cache.r"
    for number in range(count):
        calls[f"m{number}"] = {
            "source": "./m",
            "expressions": {"id": expression(f"module.m{number - 1}.id") if number else {"constant_value": "x"}},
            "module": {
                "resources": [configured(server, subnet_id="var.id")],
                "outputs": {"id": {"expression": expression("var.id")}},
                "variables": {"id": {}},
            },
        }
        after = {"name": f"r{number}", **LOCATED}
        entries.append(change(f"module.m{number}.{server}", after, after_unknown={"subnet_id": True}))
    return plan_of(*entries, configuration=written(module_calls=calls))


PLANS: dict[str, Callable[[int], dict[str, Any]]] = {"instances": instances, "modules": modules}
PLANS |= {shape.__name__: lambda count, shape=shape: plan(GROUP, *shape(count)) for shape in SHAPES}  # type: ignore[misc]


@pytest.mark.parametrize("shape", PLANS)
def test_work_grows_with_the_size(shape: str) -> None:
    assert_linear(lambda count: scanning(PLANS[shape](count)), SMALL)


def scanning(given: dict[str, Any], **options: Any) -> Callable[[], object]:
    """A scan of a plan, which is still to be done."""
    return partial(erpguard.scan, ["-"], stdin=json.dumps(given).encode(), **options)


def redis(address: str, **expressions: Any) -> dict[str, Any]:
    """A plan of one cache, which asks for a subnet."""
    entry = change(
        address, {"name": "redis", "minimum_tls_version": "1.0", **LOCATED}, after_unknown={"subnet_id": True}
    )
    return plan_of(entry, configuration=written(configured("azurerm_redis_cache.r", **expressions)))


def circle(count: int) -> dict[str, Any]:
    """Modules whose outputs rest on each other, and resources that do."""
    given = modules(count)
    calls = given["configuration"]["root_module"]["module_calls"]
    calls["m0"]["expressions"]["id"] = expression(f"module.m{count - 1}.id")
    given["configuration"]["root_module"]["resources"] = [
        configured("azurerm_redis_cache.a", subnet_id="azurerm_redis_cache.a")
    ]
    return given


def children_of_each_other(count: int) -> dict[str, Any]:
    """Subnets that say of each other that they are within them."""
    network = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets"
    provider = "registry.terraform.io/azure/azapi"
    body = {"type": "Microsoft.Network/virtualNetworks/subnets@2024-05-01", "body": {}}
    entries = [change(f"azapi_resource.s{n}", {"name": f"s{n}", "parent_id": f"{network}/s{(n + 1) % count}", **body},
                      provider_name=provider) for n in range(count)]  # fmt: skip
    return plan_of(*entries)


ENDLESS: dict[str, Callable[[int], dict[str, Any]]] = {
    "deep address": lambda count: redis("module.a." * count + "azurerm_redis_cache.r"),
    "deep reference": lambda count: redis("azurerm_redis_cache.r", subnet_id={"references": ["a" + ".b" * count]}),
    "many references": lambda count: redis("azurerm_redis_cache.r", subnet_id=[f"a.b{n}" for n in range(count)]),
    "circle": circle,
    "children": children_of_each_other,
}
JUDGED = {"select": ["TLS003", "NET105"]}


@pytest.mark.parametrize("shape", ENDLESS)
def test_what_has_no_end_is_not_followed(shape: str) -> None:
    assert_linear(lambda count: scanning(ENDLESS[shape](count), **JUDGED), SMALL)


@pytest.mark.parametrize(
    ("shape", "size", "resources"),
    [
        ("deep address", 10_000, 1),
        ("deep reference", 100_000, 1),
        ("many references", 100_000, 1),
        ("circle", 1000, 1000),
        ("children", 1000, 1000),
    ],
)
def test_what_has_no_end_is_read(shape: str, size: int, resources: int) -> None:
    with ends():
        result = erpguard.scan(["-"], stdin=json.dumps(ENDLESS[shape](size)).encode(), select=["TLS003", "NET105"])
    assert [problem for problem in result.problems if problem.level == "error"] == []
    assert sum(result.resources.values()) == resources


def test_ten_thousand_modules() -> None:
    with ends():
        result = erpguard.scan(["-"], stdin=json.dumps(modules(10_000)).encode(), select=["TLS003"])
    assert result.resources == {"Microsoft.Cache/redis": 10_000}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a plan of 30 MB."""
    folder = tmp_path_factory.mktemp("large")
    (folder / ".git").mkdir()
    write_plan(str(folder / "plan.json"), 30)
    return folder


SCAN = [*COMMAND, "scan", "plan.json", "--no-cache", "--format", "json:report.json"]
INTERRUPTED = "erpguard: interrupted: nothing was judged"


@needs_proc
@pytest.mark.parametrize("reached", ["the engine is loaded", "the plan is read"])
def test_an_interrupted_scan_ends(large: Path, reached: str) -> None:
    process = subprocess.Popen(SCAN, cwd=large, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    size = (large / "plan.json").stat().st_size
    until(process, lambda: has_loaded(process, "regorus") if "engine" in reached else has_read(process, size))
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=HANGS)
    assert (process.returncode, output, errors) == (130, "", f"{INTERRUPTED}\n")
    assert sorted(os.listdir(large)) == [".git", "plan.json"]


def test_a_scan_that_is_interrupted_while_it_judges_ends(large: Path) -> None:
    """Its progress on a terminal says where it is."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(SCAN, cwd=large, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    with open(ours, "rb", buffering=0) as terminal:
        shown = b""
        while b"judging" not in shown:
            shown += terminal.read(1000)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=HANGS)
        with suppress(OSError):  # so ends what a terminal says when nobody is behind it any more
            while True:
                shown += terminal.read(1000)
    assert (process.returncode, output) == (130, "")
    assert shown.endswith(f"\x1b[K{INTERRUPTED}\r\n".encode())
    assert sorted(os.listdir(large)) == [".git", "plan.json"]


def test_a_reader_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan(GROUP, *locks(100))))
    command = f"{COMMAND[0]} scan plan.json --verbose --format text --format json:report.json | head -c 10"
    command += "; exit ${PIPESTATUS[0]}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr, len(done.stdout)) == (1, "", 10)
    assert json.loads((tmp_path / "report.json").read_text())["exitCode"] == 1
