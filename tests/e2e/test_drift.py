"""The drift example: by the command, from Python, and as SARIF."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import erpguard
from erpguard.model import Counts, ScanResult
from tests.e2e.test_command import erpguard as run

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "drift"
FILES = ("examples/drift/plan.json", "examples/drift/live.jsonl")
COMPARE = ("--compare", "plan,live", "--source-dir", "examples/drift", "--no-cache")
GROUP = "/subscriptions/0f1e2d3c-4b5a-4968-8776-5a4b3c2d1e0f/resourcegroups/rg-erp-prod"
DATABASE = f"{GROUP}/providers/microsoft.dbforpostgresql/flexibleservers/psql-erp-prod"
STORE = f"{GROUP}/providers/microsoft.storage/storageaccounts"
VAULT = f"{GROUP}/providers/microsoft.keyvault/vaults/kv-erp-prod"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository that holds the example."""
    (tmp_path / ".git").mkdir()
    shutil.copytree(EXAMPLE, tmp_path / "examples" / "drift")
    return tmp_path


def result(**settings: Any) -> ScanResult:
    """A scan of the example from Python."""
    defaults: dict[str, Any] = {"select": ["DRIFT"], "compare": ("plan", "live"), "source_dir": str(EXAMPLE)}
    return erpguard.scan([str(ROOT / file) for file in FILES], root=str(ROOT), **{**defaults, **settings})


def test_one_case_of_each_kind() -> None:
    found = result()
    assert [(one.policy, one.values.get("policy"), str(one.severity), str(one.place)) for one in found.findings] == [
        ("DRIFT001", "BAK020", "low", f"{DATABASE}/name"),
        ("DRIFT001", "NET106", "high", f"{DATABASE}/properties/network/publicNetworkAccess"),
        ("DRIFT003", None, "medium", f"{DATABASE}/firewallrules/office/name"),
        ("DRIFT003", None, "medium", f"{STORE}/sterpexport/name"),
        ("DRIFT004", None, "medium", "examples/drift/main.tf:35:3"),
        ("DRIFT002", "TLS003", "high", "examples/drift/main.tf:46:3"),
    ]
    assert [(one.policy, one.values.get("policy"), str(one.place)) for one in found.undetermined] == [
        ("DRIFT001", "NET107", f"{VAULT}/properties/networkAcls/defaultAction")
    ]
    assert found.problems == []
    assert found.as_of == "2026-01-31"
    assert found.counts == {
        "DRIFT001": Counts(failed=1, undetermined=1, passed=4),
        "DRIFT002": Counts(failed=1, passed=5),
        "DRIFT003": Counts(failed=2, passed=6, not_applicable=1),
        "DRIFT004": Counts(failed=1, passed=6, not_applicable=2),
    }


def test_the_configuration_is_what_the_plan_was_made_from() -> None:
    """Each block of main.tf is a resource of the plan, at the line that findings point to."""
    plan = json.loads((EXAMPLE / "plan.json").read_text(encoding="utf-8"))
    blocks = [line.split('"')[1::2] for line in (EXAMPLE / "main.tf").read_text().split("\n") if "resource " in line]
    assert [one["address"].split(".") for one in plan["resource_changes"]] == blocks


def test_what_fails_on_both_sides_is_no_drift() -> None:
    found = [one for one in result(select=[]).findings if one.resource_name == "redis-erp-prod"]
    assert {one.policy for one in found} == {"BAK021", "NET107", "NET108", "RBAC109"}
    for policy in ("BAK021", "NET107", "NET108", "RBAC109"):
        places = [one.place.file for one in found if one.policy == policy]
        assert places == ["", "examples/drift/main.tf"]


def _without_version(log: dict[str, Any]) -> dict[str, Any]:
    log["runs"][0]["tool"]["driver"].pop("semanticVersion", None)
    log["runs"][0]["tool"]["driver"].pop("version", None)
    return log


def test_sarif(tree: Path) -> None:
    done = run("scan", *FILES, *COMPARE, "--select", "DRIFT", "--format", "sarif:out.sarif", cwd=tree)
    assert (done.returncode, done.stderr) == (1, "")
    log = json.loads((tree / "out.sarif").read_text(encoding="utf-8"))
    jsonschema.validate(log, json.loads((ROOT / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8")))
    assert _without_version(log) == _without_version(json.loads((EXAMPLE / "expected.sarif").read_text()))


def test_no_two_results_of_a_log_are_the_same() -> None:
    """Not even where a policy says the same of both sides: one of them has a file."""
    log = result(select=[]).to_sarif()
    told = [json.dumps(one, sort_keys=True) for one in log["runs"][0]["results"]]
    assert len(told) > 40
    assert len(set(told)) == len(told)
    drift = [one for one in log["runs"][0]["results"] if one["ruleId"].startswith("DRIFT")]
    fingerprints = [one["partialFingerprints"]["erpguardResource/v1"] for one in drift]
    assert len(set(fingerprints)) == len(drift) == 7
    assert all(one["relatedLocations"] for one in drift)


@pytest.mark.parametrize("profile", ["github", "azure-devops"])
def test_readers_that_insist_on_a_file_are_shown_the_plan(profile: Any) -> None:
    """What is told of something live stands at its block of the plan there, and relates to what lives."""
    run_ = result().to_sarif(profile=profile)["runs"][0]
    told = []
    for one in run_["results"]:
        (where,) = one["locations"]
        place, related = where["physicalLocation"], one["relatedLocations"][0]
        told.append((one["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"]))
        assert one["ruleId"] in ("DRIFT002", "DRIFT004") or "physicalLocation" not in related
    assert sorted(told) == [
        ("DRIFT001", "examples/drift/main.tf", 24),
        ("DRIFT001", "examples/drift/main.tf", 31),
        ("DRIFT002", "examples/drift/main.tf", 46),
        ("DRIFT003", "examples/drift/main.tf", 19),
        ("DRIFT003", "examples/drift/main.tf", 24),
        ("DRIFT004", "examples/drift/main.tf", 35),
    ]
    assert "toolExecutionNotifications" not in run_["invocations"][0]


def test_the_command_refuses_what_is_not_there(tree: Path) -> None:
    done = run("scan", *FILES, "--compare", "plan,manifests", "--no-cache", cwd=tree)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "erpguard: --compare: manifests is nothing in this scan: there is plan, declared, live"
    )
    done = run("scan", *FILES, "--compare", "plan", "--no-cache", cwd=tree)
    assert done.returncode == 2
    assert done.stderr == "erpguard: --compare plan: name two different sides, such as plan,live\n"


def test_a_kept_result_is_that_of_its_comparison(tmp_path: Path) -> None:
    """The cache keeps each comparison by itself."""
    plain, compared = (
        result(select=[], compare=compare, source_dir="", cache=str(tmp_path)) for compare in ((), ("plan", "live"))
    )
    again = result(select=[], compare=("plan", "live"), source_dir="", cache=str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 2
    assert not any(one.policy.startswith("DRIFT") for one in plain.findings)
    assert again.findings == compared.findings
    assert again.counts == compared.counts


@pytest.mark.parametrize("rule", ["DRIFT001", "DRIFT002", "DRIFT003", "DRIFT004"])
def test_rules_are_explained(tree: Path, rule: str) -> None:
    done = run("explain", rule, cwd=tree)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(rule)
    shown = run("policies", "show", rule, "--json", cwd=tree)
    assert json.loads(shown.stdout)["pack"] == "drift"


def test_rules_are_listed(tree: Path) -> None:
    listed = json.loads(run("policies", "list", "--pack", "drift", "--json", cwd=tree).stdout)
    assert [one["id"] for one in listed] == ["DRIFT001", "DRIFT002", "DRIFT003", "DRIFT004"]
    everything = json.loads(run("policies", "list", "--json", cwd=tree).stdout)
    assert len(everything) > 80
    assert listed == [one for one in everything if one["pack"] == "drift"]
