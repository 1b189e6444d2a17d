"""Plans as users scan them: by the command, from standard input, several at once, with manifests and sources."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import erpguard
from erpguard.model import ScanResult
from tests.e2e.test_bad_plans import FINDING, GOOD, HCL, REDIS, STATE, TEXT
from tests.e2e.test_command import BAD
from tests.e2e.test_command import erpguard as run
from tests.plans import Ref, plan, resource
from tests.sources.pulumi.programs import SECRET, SIGNATURE
from tests.sources.terraform.plans import change

SCHEMAS = Path(__file__).parents[2] / "schemas"
PLACE = "plan.json:1:"
SELECT = ("--select", "TLS003", "--quiet")
OTHER = {"hashicorp/random": "random_password", "hashicorp/aws": "aws_s3_bucket", "hashicorp/azurerm": "azurerm_odd"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with a plan that has one finding, and its configuration."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "plan.json").write_text(TEXT)
    (tmp_path / "infra" / "main.tf").write_text(HCL)
    return tmp_path


def scan(*plans: Any, select: tuple[str, ...] = ("TLS003",), **settings: Any) -> ScanResult:
    """Scan plans from memory, by the names `0.json`, `1.json`; the last one is given on standard input."""
    folder = settings.pop("folder")
    for number, one in enumerate(plans):
        (folder / f"{number}.json").write_text(json.dumps(one))
    files = [str(folder / f"{number}.json") for number in range(len(plans))]
    return erpguard.scan(files, root=str(folder), select=select, **settings)


def test_a_plan_from_standard_input(tree: Path) -> None:
    done = run("scan", "-", *SELECT, cwd=tree, stdin=TEXT)
    address = "azurerm_redis_cache.erp/properties/minimumTlsVersion"
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"{address}: high TLS003 tls-version-too-low: {FINDING}\n"
    done = run("scan", "-", "--stdin-path", "infra/plan.json", *SELECT, cwd=tree, stdin=TEXT)
    assert done.stdout.startswith("infra/plan.json:1:")
    done = run("scan", "-", "--source-dir", "infra", *SELECT, cwd=tree, stdin=TEXT)
    assert done.stdout.startswith("infra/main.tf:3:3: ")


@pytest.mark.parametrize("profile", ["full", "github", "azure-devops"])
def test_sarif_of_a_plan_without_a_file_is_valid(tree: Path, profile: str) -> None:
    done = run("scan", "-", "--format", "sarif", "--sarif-profile", profile, cwd=tree, stdin=TEXT)
    report = json.loads(done.stdout)
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(report)
    (made,) = report["runs"]
    told = [one["descriptor"]["id"] for one in made["invocations"][0].get("toolExecutionNotifications", ())]
    # Other readers refuse results without a file: they are told of, and not shown.
    assert bool(made["results"]) is (profile == "full") is ("results-without-file" not in told)


def test_json_of_plans_is_valid(tree: Path) -> None:
    (tree / "odd.json").write_text(TEXT[:-10])
    (tree / "bad.yaml").write_text(BAD)
    done = run("scan", ".", "--format", "json", cwd=tree)
    report = json.loads(done.stdout)
    schema = json.loads((SCHEMAS / "finding.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(report)
    assert (done.returncode, report["exitCode"], report["complete"]) == (3, 3, False)


def test_a_plan_in_a_folder_with_everything_else(tree: Path) -> None:
    (tree / "bad.yaml").write_text(BAD)
    (tree / "node_modules" / "left-pad").mkdir(parents=True)
    (tree / "node_modules" / "left-pad" / "package.json").write_text('{"name": "left-pad", "version": "1.3.0"}')
    (tree / ".gitignore").write_text("node_modules\n")
    (tree / "terraform.tfvars.json").write_text('{"location": "westeurope"}')
    result = erpguard.scan([str(tree)], root=str(tree), select=["TLS003", "NET008"])
    assert [(one.policy, one.place.file) for one in result.findings] == [
        ("NET008", "bad.yaml"),
        ("TLS003", "plan.json"),
    ]
    assert (result.problems, list(result.not_judged.values())) == ([], [1])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_plan_without_permission(tree: Path) -> None:
    (tree / "plan.json").chmod(0)
    (problem,) = erpguard.scan([str(tree / "plan.json")], root=str(tree), type="terraform_plan").problems
    assert str(problem.place.file) == "plan.json" and "check its permissions" in problem.message


def test_what_is_no_regular_file(tree: Path) -> None:
    os.mkfifo(tree / "pipe.json")
    for type_ in ("", "terraform_plan", "pulumi"):
        result = erpguard.scan([str(tree / "pipe.json")], root=str(tree), type=type_)
        assert [one.message for one in result.problems] == ["not a regular file: name a file, or pipe it to `-`"]
        assert result.exit_code() == 3


@pytest.mark.parametrize("folder", ["nowhere", "plan.json", "in\x1bfra"])
def test_a_source_folder_that_is_none_is_bad_usage(tree: Path, folder: str) -> None:
    done = run("scan", "plan.json", "--source-dir", folder, *SELECT, cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("erpguard: ") and "no such folder of a configuration" in done.stderr
    assert done.stderr.count("\n") == 1 and "\x1b" not in done.stderr


DAMAGED = {
    "broken": 'resource "azurerm_redis_cache" "erp" {\n',
    "closing": "}}}}",
    "binary": "\0\1\2",
    "heredoc": f"locals {{\n  a = <<EOT\nresource\n}}\n{HCL}",
    "comment": "/*" * 100_000 + HCL,
    "huge": "# " + "x" * (1 << 22) + "\n" + HCL,
    "nested": "a = " + "[" * 100_000 + "\n" + HCL,
    "blocks": "a {\n" * 100_000 + HCL,
    "templates": "a = " + '"${' * 100_000 + "\n" + HCL,
    "heredocs": "".join(f"a{number} = <<E{number}\n" for number in range(100_000)) + HCL,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_configuration_that_is_damaged_costs_its_places_only(tree: Path, name: str) -> None:
    (tree / "infra" / "main.tf").write_text(DAMAGED[name])
    result = erpguard.scan([str(tree / "plan.json")], root=str(tree), source_dir=str(tree / "infra"), select=["TLS003"])
    assert [(one.place.file, one.message) for one in result.findings] == [("plan.json", FINDING)]
    told = {(one.code, one.level, one.place.file) for one in result.problems}
    assert told <= {("hcl-syntax", "warning", "infra/main.tf")}
    assert result.exit_code() == 1


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ('a = "x\n', 1),
        ("# fine\n\nb = 1\nc = [1, 2\n", 4),
        ("}\n", 1),
        ("locals {\n  a = 1\n", 1),
        ("a = 1\n) = 2\n", 2),
        ('resource "x" "y" {\n  b = 1\n  c {\n    d = <<EOT\n', 4),
    ],
)
def test_a_broken_file_of_the_configuration_is_told_with_its_line(tree: Path, before: str, line: int) -> None:
    (tree / "infra" / "broken.tf").write_text(before)
    for _ in range(2):
        (tree / f"plan{_}.json").write_text(TEXT)  # told once for both
    files = [str(tree / name) for name in ("plan0.json", "plan1.json")]
    result = erpguard.scan(files, root=str(tree), source_dir=str(tree / "infra"), select=["TLS003"])
    (problem,) = result.problems
    assert (problem.code, problem.level, problem.place.file) == ("hcl-syntax", "warning", "infra/broken.tf")
    assert problem.place.line == line
    assert {one.place.file for one in result.findings} == {"infra/main.tf"}  # the other file is read


@pytest.mark.parametrize(
    ("before", "line"),
    [("locals {\n  a = <<EOT\n" + HCL + "EOT\n}\n", 11), ("\ufeff", 3), ("a = 1\r\n", 4), ("# ${ \"\n/* { */\n", 5)],
)  # fmt: skip
def test_places_behind_what_is_unusual(tree: Path, before: str, line: int) -> None:
    (tree / "infra" / "main.tf").write_text(before + HCL, encoding="utf-8", newline="")
    result = erpguard.scan([str(tree / "plan.json")], root=str(tree), source_dir=str(tree / "infra"), select=["TLS003"])
    assert [(one.place.file, one.place.line) for one in result.findings] == [("infra/main.tf", line)]


def test_a_configuration_that_leads_out_of_the_tree(tree: Path) -> None:
    outside = tree.parent / "outside.tf"
    outside.write_text(HCL)
    (tree / "infra" / "main.tf").unlink()
    (tree / "infra" / "main.tf").symlink_to(outside)
    (tree / "infra" / "loop.tf").symlink_to("loop.tf")
    os.mkfifo(tree / "infra" / "pipe.tf")
    result = erpguard.scan([str(tree / "plan.json")], root=str(tree), source_dir=str(tree / "infra"), select=["TLS003"])
    assert [one.place.file for one in result.findings] == ["plan.json"]


SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
NETWORK = f"{SUBSCRIPTION}/resourceGroups/rg-erp-prod/providers/Microsoft.Network"
LOCATED: dict[str, Any] = {"resource_group_name": "rg-erp-prod", "location": "westeurope"}
SUBNET = f"{NETWORK}/virtualNetworks/vnet-erp/subnets/db"


def known(made: dict[str, Any], id_: str) -> dict[str, Any]:
    """A resource that exists already, and does not change."""
    made = copy.deepcopy(made)
    entry = made["change"]["change"]
    entry["after"]["id"] = id_
    entry |= {"actions": ["no-op"], "after_unknown": {}, "before": entry["after"]}
    return made


def rule(access: str) -> dict[str, Any]:
    """A rule about the database's port."""
    other = {"source_port_range": "*", "source_address_prefix": "*", "destination_address_prefix": "*"}
    at = {"priority": 100, "direction": "Inbound", "protocol": "Tcp", "destination_port_range": "5432"}
    return {"name": "db", "access": access, **at, **other}


def networks(environment: str, access: str) -> dict[str, Any]:
    """The plan of a configuration that several environments have: their addresses are the same."""
    located = {**LOCATED, "resource_group_name": f"rg-erp-{environment}"}
    subnet: dict[str, Any] = {"resource_group_name": f"rg-erp-{environment}", "virtual_network_name": "vnet-erp"}
    return plan(
        resource("azurerm_virtual_network", "erp", name="vnet-erp", address_space=["10.0.0.0/8"], **located),
        resource("azurerm_subnet", "db", name="db", address_prefixes=["10.1.0.0/24"], **subnet),
        resource("azurerm_network_security_group", "db", name="nsg", security_rule=[rule(access)], **located),
        resource("azurerm_subnet_network_security_group_association", "db", subnet_id=Ref("azurerm_subnet.db.id"),
                 network_security_group_id=Ref("azurerm_network_security_group.db.id")),
    )  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_plans_of_one_configuration_are_kept_apart(tmp_path: Path, order: int) -> None:
    """Each group is in force in the subnet of its own environment, though all have the same addresses."""
    plans = [networks("dev", "Deny"), networks("prod", "Allow")][::order]
    result = scan(*plans, folder=tmp_path, select=("NET102", "NET105"))
    assert [one.message for one in result.findings] == [
        "networkSecurityGroups nsg: rule db lets the internet reach TCP port 5432 of vnet-erp/db"
    ]
    (related,) = result.findings[0].related
    assert related.place.file == result.findings[0].place.file == ("1.json" if order > 0 else "0.json")
    assert result.problems == []


@pytest.mark.parametrize("order", [1, -1])
def test_what_one_plan_lacks_is_found_in_another(tmp_path: Path, order: int) -> None:
    """The network in one plan, the group and what puts it into force in the other."""
    there = plan(
        known(resource("azurerm_virtual_network", "erp", name="vnet-erp", address_space=["10.0.0.0/8"], **LOCATED),
              SUBNET.partition("/subnets")[0]),
        known(resource("azurerm_subnet", "db", name="db", virtual_network_name="vnet-erp",
                       resource_group_name="rg-erp-prod", address_prefixes=["10.1.0.0/24"]), SUBNET),
    )  # fmt: skip
    here = plan(
        resource("azurerm_network_security_group", "db", name="nsg", security_rule=[rule("Allow")], **LOCATED),
        resource("azurerm_subnet_network_security_group_association", "db", subnet_id=SUBNET,
                 network_security_group_id=Ref("azurerm_network_security_group.db.id")),
    )  # fmt: skip
    policies = ("NET102", "NET105")
    assert [one.policy for one in scan(there, folder=tmp_path, select=policies).findings] == ["NET105"]
    result = scan(*[there, here][::order], folder=tmp_path, select=policies)
    assert [(one.policy, one.message.partition("reach ")[2]) for one in result.findings] == [
        ("NET102", "TCP port 5432 of vnet-erp/db")
    ]


def test_a_plan_beside_its_copy(tree: Path) -> None:
    (tree / "copy.json").write_text(TEXT)
    result = erpguard.scan([str(tree), str(tree / "plan.json")], root=str(tree), select=["TLS003"])
    assert [one.place.file for one in result.findings] == ["copy.json", "plan.json"]
    assert len({one.fingerprint for one in result.findings}) == 2
    assert result.problems == []


def test_a_cluster_in_a_plan_and_its_workloads_in_manifests(tree: Path) -> None:
    profile = [{"network_plugin": "azure", "network_policy": None}]
    pool = [{"name": "system", "vm_size": "Standard_D4s_v5", "node_count": 3}]
    cluster = resource("azurerm_kubernetes_cluster", "erp", name="aks-erp", default_node_pool=pool,
                       network_profile=profile, **LOCATED)  # fmt: skip
    (tree / "plan.json").write_text(json.dumps(plan(cluster)))
    (tree / "bad.yaml").write_text(BAD)
    result = erpguard.scan([str(tree)], root=str(tree), select=["NET008", "NET110"])
    assert [(one.policy, one.place.file) for one in result.findings] == [
        ("NET008", "bad.yaml"),
        ("NET110", "plan.json"),
    ]


def test_parts_of_plans_leave_what_is_missing_undetermined(tmp_path: Path) -> None:
    lacking = ("BAK020",)  # no lock: it may be in what is not there
    redis = plan(resource("azurerm_recovery_services_vault", "erp", name="rsv-erp", sku="Standard", **LOCATED))
    whole = scan(redis, folder=tmp_path, select=lacking)
    for keys, code in (({"complete": False}, "terraform-incomplete"), ({"errored": True}, "terraform-errored"),
                       ({"deferred_changes": [{"resource_change": change("azurerm_management_lock.x", {})}]},
                        "terraform-deferred")):  # fmt: skip
        part = scan({**redis, **keys}, folder=tmp_path, select=lacking)
        assert [problem.code for problem in part.problems] == [code]
        assert (len(part.findings), len(part.undetermined)) == (0, len(whole.findings)) != (0, 0)
    part = scan(redis, folder=tmp_path, select=lacking, complete=False)
    assert (len(part.findings), len(part.undetermined), part.problems) == (0, len(whole.findings), [])


def test_previews_and_states_of_pulumi(tmp_path: Path) -> None:
    inputs = {"name": "redis-erp", "resourceGroupName": "rg-erp-prod", "minimumTlsVersion": "1.0"}
    state = {**STATE, "custom": True, "inputs": inputs}
    hidden = {SIGNATURE: SECRET, "ciphertext": "v1:hunter2hunter2=="}
    step = {"op": "create", "newState": state}
    files = [
        ({"steps": [step], "changeSummary": {"create": 1, "same": 7}}, "pulumi-sames", 1),
        ({"steps": [step], "diagnostics": [{"severity": "error", "message": "hunter2"}]}, "pulumi-failed", 3),
        ({"version": 3, "deployment": {"resources": [state], "pending_operations": [{}]}}, "pulumi-pending", 1),
        ({"version": 3, "deployment": {"secrets_providers": {"type": "passphrase"}, "resources": [
            {**state, "outputs": {**inputs, "accessKeys": hidden, "sku": hidden}}]}}, "", 1),
        ({"version": 3, "deployment": {"resources": [
            {**state, "inputs": {**inputs, "minimumTlsVersion": hidden}}]}}, "undetermined", 0),
    ]  # fmt: skip
    for document, code, exit_code in files:
        result = scan(document, folder=tmp_path)
        if code == "undetermined":
            assert (len(result.findings), len(result.undetermined), result.exit_code()) == (0, 1, 0)
            continue
        assert [finding.message for finding in result.findings] == [FINDING]
        assert [problem.code for problem in result.problems] == ([code] if code else [])
        assert result.exit_code() == exit_code
        assert "hunter2" not in str(result.problems)


def test_types_that_no_policy_knows(tmp_path: Path) -> None:
    odd = [{"change": change(f"{type_}.x", {"name": "x"}, provider_name=f"registry.terraform.io/{name}"), "block": {}}
           for name, type_ in OTHER.items()]  # fmt: skip
    given = plan(REDIS, *odd)
    result = scan(given, folder=tmp_path)
    assert sorted(name.split()[0] for name in result.not_judged) == sorted(OTHER.values())
    assert (result.problems, result.exit_code()) == ([], 1)
    strict = scan(given, folder=tmp_path, strict=True)
    assert [problem.code for problem in strict.problems] == ["not-judged"] * 3
    assert (strict.exit_code(), len(strict.findings)) == (3, 1)


def test_the_hook_reports_the_plan_that_is_named(tree: Path) -> None:
    (tree / "odd.json").write_text(TEXT[:300])
    (tree / "bad.yaml").write_text(BAD)
    done = run("hook", "plan.json", *SELECT, cwd=tree)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert done.stdout.startswith(PLACE) and FINDING in done.stdout
    done = run("hook", "odd.json", *SELECT, cwd=tree)
    assert done.returncode == 3
    assert done.stdout == "odd.json:1:301: error json-syntax: not valid JSON: it ends too early: make it again\n"


def test_the_second_run_says_the_same(tree: Path) -> None:
    first, second, typed = (
        run("scan", *arguments, "--format", "json", cwd=tree)
        for arguments in (["plan.json"], ["plan.json"], ["plan.json", "--type", "pulumi"])
    )
    assert (first.returncode, first.stdout, first.stderr) == (second.returncode, second.stdout, second.stderr)
    assert (first.returncode, typed.returncode) == (1, 3)
    (tree / "plan.json").write_text(json.dumps({**GOOD, "complete": False}))
    assert run("scan", "plan.json", "--format", "json", cwd=tree).stdout != first.stdout
