"""The example estate on Azure has exactly the defects that were planted, in all of its spellings, at their places."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import erpguard
from erpguard.packs import load as load_policies
from erpguard.reporters import ReportOptions, load
from tests.json_lines import paths_by_line

ZONE = Path(__file__).parent.parent.parent / "examples" / "azure-landing-zone"
PLANS = ("terraform-v3/plan.json", "terraform-v4/plan.json", "terraform-v5/plan.json")
PREVIEW, STATE = "pulumi/preview.json", "pulumi/state.json"
SPELLINGS = (*PLANS, PREVIEW, STATE)
SCHEMA = ZONE.parent.parent / "schemas" / "sarif-2.1.0.json"
CHANGES = "BAK022"
"""What judges changes, which a state does not have."""

LARGEST = 400_000
_MARK = re.compile(r"#\s*defect:\s*([A-Z].+?)\s*$")
# The last steps of the path in the file, for what stands at a property: the same in all of its spellings of one tool.
AZURERM = {
    ("BAK001", "psql-erp-legacy"): "backup_retention_days",
    ("BAK010", "bvault-erp"): "soft_delete",
    ("BAK012", "bvault-erp"): "redundancy",
    ("BAK012", "rsv-erp"): "storage_mode_type",
    ("BAK013", "bkpol-disk-daily"): "default_retention_duration",
    ("BAK013", "bkpol-vm-daily"): "retention_daily.0.count",
    ("BAK014", "vm-print"): "name",
    ("BAK015", "default"): "rule.0.actions.0.base_blob.0.delete_after_days_since_modification_greater_than",
    ("BAK016", "default"): "blob_properties.0.delete_retention_policy.0.days",
    ("BAK017", "sterpbackup"): "account_replication_type",
    ("BAK018", "psql-erp-legacy"): "tags.erpguard.io-last-restore-test",
    ("BAK020", "psql-erp-legacy"): "name",
    ("BAK022", "bkpol-vm-daily"): "retention_daily.0.count",
    ("NET106", "psql-erp-legacy"): "start_ip_address",
    ("NET107", "kv-erp-prod"): "public_network_access_enabled",
    ("NET112", "agw-erp"): "policy_settings.0.mode",
    ("NET114", "vnet-hub"): "name",
    ("RBAC102", "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1c01"): "role_definition_name",
    ("RBAC109", "crerpprod"): "admin_enabled",
    ("RBAC109", "sb-erp-prod"): "local_auth_enabled",
    ("TLS003", "agw-erp"): "ssl_policy.0.min_protocol_version",
    ("TLS003", "redis-erp-prod"): "minimum_tls_version",
    ("TLS003", "ssl_min_protocol_version"): "value",
    ("TLS004", "agw-erp"): "ssl_policy.0.cipher_suites.1",
    ("TLS006", "require_secure_transport"): "value",
}
AZURE_NATIVE = {
    ("BAK001", "psql-erp-legacy"): "backup.backupRetentionDays",
    ("BAK010", "bvault-erp"): "properties.securitySettings.softDeleteSettings.state",
    ("BAK012", "bvault-erp"): "properties.storageSettings.0.type",
    ("BAK012", "rsv-erp"): "properties.redundancySettings.standardTierStorageRedundancy",
    ("BAK013", "bkpol-disk-daily"): "properties.policyRules.1.lifecycles.0.deleteAfter.duration",
    ("BAK013", "bkpol-vm-daily"): "properties.retentionPolicy.dailySchedule.retentionDuration.count",
    ("BAK014", "vm-print"): "vmName",
    ("BAK015", "default"): "policy.rules.0.definition.actions.baseBlob.delete.daysAfterModificationGreaterThan",
    ("BAK016", "default"): "deleteRetentionPolicy.days",
    ("BAK017", "sterpbackup"): "sku.name",
    ("BAK018", "psql-erp-legacy"): "tags.erpguard.io-last-restore-test",
    ("BAK020", "psql-erp-legacy"): "serverName",
    ("BAK022", "bkpol-vm-daily"): "properties.retentionPolicy.dailySchedule.retentionDuration.count",
    ("NET106", "psql-erp-legacy"): "startIpAddress",
    ("NET107", "kv-erp-prod"): "properties.publicNetworkAccess",
    ("NET112", "agw-erp"): "policySettings.mode",
    ("NET114", "vnet-hub"): "virtualNetworkName",
    ("RBAC102", "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1c01"): "roleDefinitionId",
    ("RBAC109", "crerpprod"): "adminUserEnabled",
    ("RBAC109", "sb-erp-prod"): "disableLocalAuth",
    ("TLS003", "agw-erp"): "sslPolicy.minProtocolVersion",
    ("TLS003", "redis-erp-prod"): "minimumTlsVersion",
    ("TLS003", "ssl_min_protocol_version"): "value",
    ("TLS004", "agw-erp"): "sslPolicy.cipherSuites.1",
    ("TLS006", "require_secure_transport"): "value",
}


def planted() -> Counter[tuple[str, str]]:
    """(policy, resource) as expected.tsv lists them."""
    with open(ZONE / "expected.tsv", encoding="utf-8", newline="") as file:
        return Counter((policy, name) for policy, name, _ in csv.reader(file, delimiter="\t"))


@cache
def judged(spelling: str, source_dir: str = "") -> erpguard.ScanResult:
    """The result of a scan of one spelling."""
    folder = str(ZONE / source_dir) if source_dir else ""
    return erpguard.scan([str(ZONE / spelling)], root=str(ZONE), as_of="2026-01-31", source_dir=folder)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_findings_are_the_planted_defects(spelling: str) -> None:
    found = Counter((finding.policy, finding.resource_name) for finding in judged(spelling).findings)
    expected = Counter({key: count for key, count in planted().items() if spelling != STATE or key[0] != CHANGES})
    assert found - expected == Counter(), "found, but not planted"
    assert expected - found == Counter(), "planted, but not found"


NOT_PLANTED = {
    "BAK006": "planted in the manifests",
    "NET115": "off unless a parameter is set",
    "RES010": "it takes the workloads that connect: planted in the manifests",
    "RBAC106": "only live state shows a subscription: planted in tests/e2e/test_live_rows.py",
    "RBAC107": "only the directory tells: planted in tests/e2e/test_live_rows.py",
    "RES015": "Azure refuses such pools, and the production cluster has a pool for workloads",
}


def test_every_policy_of_azure_has_a_planted_defect() -> None:
    policies = load_policies().policies
    azure = {
        name
        for name, policy in policies.items()
        if any(type_.startswith(("Microsoft.", "erpguard/")) for type_ in policy.resource_types)
    }
    with (ZONE / "expected.tsv").open(encoding="utf-8") as opened:
        planted = {line.split("\t")[0] for line in opened} & set(policies)
    assert planted | set(NOT_PLANTED) == azure


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nothing_is_wrong_with_the_files(spelling: str) -> None:
    assert judged(spelling).problems == []
    assert (ZONE / spelling).stat().st_size < LARGEST


def _told(finding: erpguard.Finding) -> tuple[str, str, str, str, str]:
    return finding.policy, finding.resource_type, finding.resource_name, finding.environment, finding.severity


def test_all_spellings_tell_the_same() -> None:
    told = {
        spelling: sorted(_told(finding) for finding in judged(spelling).findings if finding.policy != CHANGES)
        for spelling in SPELLINGS
    }
    for spelling in SPELLINGS[1:]:
        assert told[spelling] == told[SPELLINGS[0]]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_places_are_the_lines_of_the_properties(spelling: str) -> None:
    """A second reading of the file says which resource and which property stand in the line of a finding."""
    text = (ZONE / spelling).read_text(encoding="utf-8")
    paths, document = paths_by_line(text), json.loads(text)
    expected = AZURERM if spelling in PLANS else AZURE_NATIVE
    seen = set()
    for finding in judged(spelling).findings:
        place = finding.place
        assert place.file == spelling
        path = paths[place.line]
        element = _element(document, path)
        # A rule or a subnet that is written by itself is judged within its group or network, and names that one.
        assert _is_about(place.object_id, _names(element)) or finding.resource_name in json.dumps(element), finding
        key = finding.policy, finding.resource_name
        if key in expected:
            seen.add(key)
            assert ".".join(map(str, path)).endswith("." + expected[key]), finding
        assert text.split("\n")[place.line - 1][place.column - 1 :].strip() != "", finding
    assert seen == {key for key in expected if spelling != STATE or key[0] != CHANGES}


def _is_about(object_id: str, names: set[str]) -> bool:
    """Whether an id is one of the names, or that of a part of it, or of what it is a part of."""
    return any(object_id.startswith(name) or name.startswith(object_id) for name in names)


def _element(document: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
    """The description of the resource that a path of the file leads into."""
    found: dict[str, Any] = {}
    node = document
    for step in path:
        node = node[step]
        if isinstance(node, dict) and ("address" in node or "urn" in node):
            found = node
            break
    return found


def _names(element: dict[str, Any]) -> set[str]:
    """What a resource may be called: its address or URN, and its id if it has one."""
    change = element.get("change") or {}
    states = (element, element.get("oldState"), element.get("newState"), change.get("before"), change.get("after"))
    ids = {state["id"].lower() for state in states if state and state.get("id")}
    return ids | {element.get("address") or element["urn"]}


def test_sources_are_marked_where_findings_stand() -> None:
    """With the configuration at hand, a finding stands in its line."""
    found = Counter(
        (finding.policy, finding.place.file, finding.place.line)
        for finding in judged("terraform-v4/plan.json", "terraform-v4").findings
    )
    destroyed = [key for key in found if key[1].endswith("plan.json")]
    assert [policy for policy, _, _ in destroyed] == [CHANGES]
    assert set(found) - set(destroyed) == marked()


def marked() -> set[tuple[str, str, int]]:
    """(policy, file, line) of the comments in the configuration."""
    found = set()
    for path in sorted(ZONE.glob("terraform-v4/**/*.tf")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            match = _MARK.search(line)
            for policy in match[1].split(",") if match else ():
                found.add((policy.strip(), str(path.relative_to(ZONE)), number))
    return found


def test_every_planted_policy_is_marked_in_the_configuration() -> None:
    assert {policy for policy, _, _ in marked()} == {policy for policy, _ in planted()}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_sarif_is_valid(spelling: str) -> None:
    report = json.loads(load("sarif")(judged(spelling), ReportOptions(fallback_file="plan.json")))
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(report)
    result = judged(spelling)
    kinds = Counter(one["kind"] for one in report["runs"][0]["results"])
    assert (kinds["fail"], kinds["open"]) == (len(result.findings), len(result.undetermined))


def test_plans_hold_what_a_plan_holds() -> None:
    """What of a plan is not read for findings stays a plan: Terraform's own members, changes of every kind."""
    for spelling in PLANS:
        plan = json.loads((ZONE / spelling).read_text(encoding="utf-8"))
        assert plan["format_version"] == "1.2"
        actions = Counter(tuple(change["change"]["actions"]) for change in plan["resource_changes"])
        assert set(actions) == {("create",), ("update",), ("delete",), ("no-op",)}
        assert actions["delete",] == actions["update",] == 1
        assert plan["configuration"]["root_module"]["module_calls"]
