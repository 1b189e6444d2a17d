"""What a hostile plan can put into names, addresses and values stays harmless in every output."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import erpguard
from erpguard.reporters import ReportOptions, pieces
from tests.e2e.test_command import erpguard as run
from tests.e2e.test_hostile_output import NASTY, SCHEMA, assert_harmless, assert_no_controls
from tests.sources.terraform.plans import change, plan, written
from tests.sources.terraform.plans import resource as configured

TEXTS = {**NASTY, "long": "x" * 3_000}
REPORTS: dict[str, tuple[str, ReportOptions]] = {
    "quiet": ("text", ReportOptions(verbosity=-1)),
    "text": ("text", ReportOptions()),
    "verbose": ("text", ReportOptions(verbosity=1, include_passed=True, color=True)),
    "json": ("json", ReportOptions()),
    "sarif": ("sarif", ReportOptions()),
    "github": ("sarif", ReportOptions(sarif_profile="github")),
}
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def hostile_plan(text: str) -> dict[str, Any]:
    """A plan with the text wherever one fits, and findings to show it."""
    common = {"name": text, "resource_group_name": text, "location": text, "tags": {text: text, "environment": text}}
    rules = [
        {"name": text, "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
         "source_port_range": "*", "source_address_prefix": "*", "destination_port_range": "22",
         "destination_address_prefix": text},
        {"name": "odd", "priority": text, "direction": text},
    ]  # fmt: skip
    pod = {"host_network": True, "container": [{"name": text, "image": text}]}
    labels = {"name": text, "namespace": text, "labels": {text: text}}
    return plan(
        change(f"azurerm_redis_cache.{text}", {**common, "minimum_tls_version": "1.0", "capacity": text}),
        change("azurerm_redis_cache.b", {**common, "minimum_tls_version": text}),
        change(f'module.m["{text}"].azurerm_network_security_group.n', {**common, "security_rule": rules}),
        change("azurerm_storage_account.s", {**common, "account_tier": text, "min_tls_version": "TLS1_0"}),
        change("azurerm_role_assignment.r", {"scope": f"/subscriptions/{text}", "role_definition_name": "Owner"}),
        change("azurerm_postgresql_flexible_server.p", {**common, "version": text, "backup_retention_days": 7}),
        change("azurerm_key_vault.odd", common, text),
        change(text, common),
        change("azurerm_redis_cache.twice", common),
        change("azurerm_redis_cache.twice", common),
        change("kubernetes_pod.p", {"metadata": [labels], "spec": [pod]}, provider_name="x/kubernetes"),
        {"address": text, "type": text, "change": 3},
        {
            "address": "a.b",
            "type": text,
            "provider_name": text,
            "change": {"actions": ["create"], "after": {text: text}},
        },
        configuration=written(configured("azurerm_redis_cache.b", name=f"var.{text}"), variables={text: {}}),
        deferred_changes=[{"resource_change": {"type": text}}],
        terraform_version=text,
    )


def hostile_preview(text: str) -> dict[str, Any]:
    """The same for Pulumi."""

    def state(token: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        stack = text.replace(":", ".")  # else it would be other parts of the URN
        urn = f"urn:pulumi:{stack}::{stack}::{token}::{name}"
        return {"op": "create", "newState": {"urn": urn, "type": token, "custom": True, "inputs": inputs}}

    inputs = {"name": text, "resourceGroupName": text, "minimumTlsVersion": "1.0", "sku": {"name": text}}
    pod = {"metadata": {"name": text, "namespace": text}, "spec": {"hostNetwork": True, "containers": [{"name": text}]}}
    odd = {"op": text, "newState": state("azure-native:cache:Redis", "odd", {})["newState"]}
    steps = [
        state("azure-native:cache:Redis", text, inputs),
        state(f"azure-native:{text}:{text}", "unknown", {text: text}),
        state("kubernetes:core/v1:Pod", text, pod),
        {"op": "create", "newState": {"urn": text, "type": text}},
        odd,
    ]
    return {"steps": steps, "config": {text: text}, "diagnostics": [{"severity": "error", "message": text}]}


@pytest.fixture(params=TEXTS, scope="module")
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which one hostile text stands everywhere."""
    text, folder = TEXTS[request.param], tmp_path_factory.mktemp("hostile")
    (folder / ".git").mkdir()
    body = {"type": "Microsoft.Cache/redis", "name": text, "location": text, "tags": {text: text},
            "id": f"/subscriptions/1/resourceGroups/{text}/providers/Microsoft.Cache/redis/{text}",
            "properties": {"minimumTlsVersion": "1.0", "sku": {"name": text, "capacity": text}}}  # fmt: skip
    for name, content in (("plan", hostile_plan(text)), ("preview", hostile_preview(text)), ("arm", [body])):
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="module")
def result(hostile: Path) -> erpguard.ScanResult:
    """What is found there."""
    found = erpguard.scan([str(hostile)], root=str(hostile))
    assert found.exit_code() == 3
    assert {one.place.file for one in found.findings} >= {"plan.json", "preview.json", "arm.json"}
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_harmless(result: erpguard.ScanResult, name: str) -> None:
    reporter, options = REPORTS[name]
    text = "".join(pieces(reporter, result, options))
    if reporter == "text":
        assert_harmless(COLOURS.sub("", text) if options.color else text)
        return
    assert CONTROLS.search(text) is None
    assert [line for line in text.split("\n") if line.lstrip().startswith("::")] == []
    report = json.loads(text)
    if reporter == "json":
        shown = [*report["findings"], *report["undetermined"], *report["problems"]]
    else:
        jsonschema.Draft7Validator(SCHEMA).validate(report)
        (made,) = report["runs"]
        notes = made["invocations"][0].get("toolExecutionNotifications", [])
        shown = [{"message": one["message"]["text"]} for one in (*made["results"], *notes)]
    for message in (one["message"] for one in shown):
        assert_no_controls(message)
        assert reporter == "json" or re.search(r"(?<!\\)\[[^\]]*\]\(", message) is None


@pytest.mark.parametrize("text", ["ansi", "output", "lines"])
def test_the_command_is_harmless(tmp_path: Path, text: str) -> None:
    done = run("scan", "-", "--quiet", cwd=tmp_path, stdin=json.dumps(hostile_plan(TEXTS[text])))
    assert (done.returncode, done.stderr) == (3, "")
    assert_harmless(done.stdout)
