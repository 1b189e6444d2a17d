"""From Azure to findings: what was planted is found, live as from a snapshot; what was not read never passes."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.collection import LiveOptions, collect
from erpguard.model import Finding, ScanResult, arm_ids, dotted
from erpguard.reporters import ReportOptions, load
from tests.servers.arm import ArmServer, faults
from tests.servers.arm.documents import Documents
from tests.servers.arm.faults import Fault
from tests.servers.arm.harness import ERP, HUB_ID, PROD, PROD_ID
from tests.servers.arm.harness import collect as collected
from tests.servers.arm.identity import SECRET, environment, identity_of
from tests.servers.certificates import Certificates
from tests.servers.https import HttpsServer, Response, as_json
from tests.waiting import until

FINDINGS = ERP.parent / "erp-findings.tsv"
AS_OF = "2026-01-31"
TAKEN = "2026-01-31T06:00:00Z"
ADDRESSES = [f"azure:{PROD_ID}", f"azure:{HUB_ID}"]
COMMAND = os.path.join(os.path.dirname(sys.executable), "erpguard")


@pytest.fixture
def server(certificates: Certificates) -> Iterator[ArmServer]:
    """A server of the ERP's subscriptions."""
    with ArmServer(Documents.of_folder(ERP), certificates, page_size=20) as server:
        yield server


@pytest.fixture(scope="module")
def whole(certificates: Certificates) -> ScanResult:
    """The result of a live scan where everything could be read."""
    with ArmServer(Documents.of_folder(ERP), certificates) as server:
        return scan(server)


def scan(server: ArmServer, **options: Any) -> ScanResult:
    """A live scan."""
    live = LiveOptions(azure=server.connection())
    return erpguard.scan(ADDRESSES, live=live, as_of=AS_OF, **options)


def shown(finding: Finding) -> tuple[str, str, str]:
    """(policy, resource, path): the resource from its group on, the path as it is written."""
    return finding.policy, arm_ids.tail(finding.resource_id), dotted(finding.path)


def test_what_was_planted_is_found_and_nothing_else(whole: ScanResult) -> None:
    with FINDINGS.open(encoding="utf-8", newline="") as file:
        planted = [tuple(row[:3]) for row in csv.reader(file, delimiter="\t")]
    assert sorted(map(shown, whole.findings)) == sorted(planted)
    assert whole.problems == []
    assert whole.complete
    assert whole.exit_code() == 1


def test_what_nobody_can_know_is_undetermined(whole: ScanResult) -> None:
    """Whether a principal still exists needs the directory; what `VirtualNetwork` holds, the routes of a firewall."""
    assert {(one.policy, one.path[-1] if one.path else "") for one in whole.undetermined} == {
        ("NET101", "name"),
        ("NET102", "name"),
        ("NET103", "name"),
        ("RBAC107", ""),
    }
    assert {arm_ids.parse(one.resource_id).name for one in whole.undetermined if one.policy.startswith("NET")} == {
        "nsg-aks"
    }


def test_a_snapshot_gives_what_the_live_scan_gives(server: ArmServer, whole: ScanResult, tmp_path: Path) -> None:
    file = tmp_path / "erp.snapshot.gz"
    with file.open("wb") as opened:
        found = collect(ADDRESSES, opened, options=LiveOptions(azure=server.connection()), taken=TAKEN)
    assert found.gaps == ()
    kept = erpguard.scan([str(file)], root=str(tmp_path))
    assert kept.as_of == AS_OF  # the snapshot's
    assert rendered(kept) == rendered(whole)


def test_a_snapshot_of_a_partial_collection_gives_what_the_live_scan_gives(server: ArmServer, tmp_path: Path) -> None:
    server.faults.add("/flexibleServers/psql-erp-legacy/configurations", faults.denied("x"))
    server.faults.add("/providers/Microsoft.KeyVault/vaults$", faults.unregistered("Microsoft.KeyVault"))
    live = scan(server)
    file = tmp_path / "erp.snapshot.gz"
    with file.open("wb") as opened:
        found = collect(ADDRESSES, opened, options=LiveOptions(azure=server.connection()), taken=TAKEN)
    assert [(gap.reason, gap.status) for gap in found.gaps].count(("forbidden", 403)) == 1
    kept = erpguard.scan([str(file)], root=str(tmp_path))
    assert rendered(kept) == rendered(live)
    assert kept.exit_code() == 3


def rendered(result: ScanResult) -> Any:
    """The JSON report."""
    return json.loads(load("json")(result, ReportOptions()))


HIDDEN = [
    pytest.param("/flexibleServers$", faults.denied("x"), id="/flexibleServers$"),
    pytest.param(
        "/flexibleServers/[^/]+/configurations$", faults.page(200), id="/flexibleServers/[^/]+/configurations$"
    ),
    pytest.param(
        "/flexibleServers/[^/]+/firewallRules$",
        faults.status(404, "ResourceNotFound"),
        id="/flexibleServers/[^/]+/firewallRules$",
    ),
    pytest.param("/networkSecurityGroups$", faults.truncated, id="/networkSecurityGroups$"),
    pytest.param("/virtualNetworks$", faults.denied("x"), id="/virtualNetworks$"),
    pytest.param("/privateEndpoints$", faults.status(501), id="/privateEndpoints$"),
    pytest.param("/privateDnsZoneGroups$", faults.denied("x"), id="/privateDnsZoneGroups$"),
    pytest.param("/storageAccounts$", faults.unregistered("Microsoft.Storage"), id="/storageAccounts$"),
    pytest.param("/blobServices/default$", faults.shaped([]), id="/blobServices/default$"),
    pytest.param("/managementPolicies/default$", faults.denied("x"), id="/managementPolicies/default$"),
    pytest.param("/backupProtectedItems$", faults.denied("x"), id="/backupProtectedItems$"),
    pytest.param("/backupInstances$", faults.denied("x"), id="/backupInstances$"),
    pytest.param("/backupJobs$", faults.denied("x"), id="/backupJobs$"),
    pytest.param("/locks$", faults.denied("x"), id="/locks$"),
    pytest.param("/roleAssignments$", faults.denied("x"), id="/roleAssignments$"),
    pytest.param("/roleDefinitions$", faults.denied("x"), id="/roleDefinitions$"),
    pytest.param(
        "/role(Assignment|Eligibility)ScheduleInstances$",
        faults.denied("x"),
        id="/role(Assignment|Eligibility)ScheduleInstances$",
    ),
    pytest.param("/flowLogs$", faults.denied("x"), id="/flowLogs$"),
    pytest.param("/managedClusters$", faults.body(b"", 204), id="/managedClusters$"),
    pytest.param(
        "/applicationGatewayWebApplicationFirewallPolicies$",
        faults.denied("x"),
        id="/applicationGatewayWebApplicationFirewallPolicies$",
    ),
    pytest.param(f"{PROD}$", faults.denied("x"), id=f"{PROD}$"),
]


# A database that is public is that whoever its rules, which were not read, admit.
STILL_TRUE = {
    (
        "NET106",
        "/resourcegroups/rg-erp-prod/providers/microsoft.dbforpostgresql/flexibleservers/psql-erp-legacy",
        "properties.network.publicNetworkAccess",
    )
}


@pytest.mark.parametrize(("at", "fault"), HIDDEN)
def test_what_was_not_read_never_passes(at: str, fault: Fault, server: ArmServer, whole: ScanResult) -> None:
    """Whatever failed fails still, or is undetermined, or its resource is not there; and nothing fails for a gap."""
    server.faults.add(at, fault)
    result = scan(server)
    read = {arm_ids.tail(id_) for id_ in collected(server.connection(), (PROD_ID, HUB_ID)).ids}
    assert any(problem.code.startswith("gap-") for problem in result.problems)
    assert not result.complete
    assert result.exit_code() == 3
    before, after = set(map(shown, whole.findings)), set(map(shown, result.findings))
    assert after - before <= STILL_TRUE
    open_ = {(one.policy, arm_ids.tail(one.resource_id)) for one in result.undetermined}
    true = {(policy, resource) for policy, resource, _ in after & STILL_TRUE}
    lost = {(policy, resource) for policy, resource, _ in before - after} - open_ - true
    assert {(policy, resource) for policy, resource in lost if resource in read} == set()
    more = {policy for policy, count in result.counts.items() if count.passed > whole.counts[policy].passed}
    assert more == set()


def erpguard_command(
    server: ArmServer, identity: HttpsServer, folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command, with the identity of the machine that it runs on."""
    return subprocess.run(
        [COMMAND, *arguments, *connection(server)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONWARNINGS": "error", **environment(identity)},
    )


def connection(server: ArmServer) -> list[str]:
    """The arguments for the test server."""
    return [
        *("--arm-endpoint", server.endpoint),
        *("--ca-file", server.certificates.ca_file),
        *("--credential", "managed-identity"),
    ]


@pytest.fixture
def identity(server: ArmServer) -> Iterator[HttpsServer]:
    """What hands out the tokens; they are asked for with GET."""
    with identity_of(server) as identity:
        yield identity
        assert {call.verb for call in identity.journal.calls} <= {"GET"}


def test_the_command_collects_and_scans(
    server: ArmServer, identity: HttpsServer, whole: ScanResult, tmp_path: Path
) -> None:
    subscriptions = ["--subscription", PROD_ID, "--subscription", HUB_ID]
    done = erpguard_command(server, identity, tmp_path, "collect", "azure", *subscriptions, "--out", "erp.snapshot.gz")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"{sum(whole.resources.values())} objects ({sum(whole.resources.values())} of azure): erp.snapshot.gz\n"
    )
    assert (tmp_path / "erp.snapshot.gz").stat().st_mode & 0o777 == 0o600
    live = erpguard_command(server, identity, tmp_path, "scan", *ADDRESSES, "--as-of", AS_OF, "--format", "json")
    assert (live.returncode, live.stderr) == (1, "")
    kept = subprocess.run(
        [COMMAND, "scan", "erp.snapshot.gz", "--as-of", AS_OF, "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (kept.returncode, kept.stderr) == (1, "")
    assert kept.stdout == live.stdout
    assert json.loads(live.stdout) == rendered(whole)
    text = gzip.decompress((tmp_path / "erp.snapshot.gz").read_bytes()).decode()
    assert [secret for secret in (SECRET, "erpguard-test-token", server.endpoint) if secret in text] == []


def test_the_command_tells_gaps_and_the_permission(server: ArmServer, identity: HttpsServer, tmp_path: Path) -> None:
    server.faults.add("/providers/Microsoft.KeyVault/vaults$", faults.denied("Microsoft.KeyVault/vaults/read"))
    arguments = ["collect", "azure", "--subscription", PROD_ID, "--out", "erp.snapshot.gz"]
    done = erpguard_command(server, identity, tmp_path, *arguments)
    assert done.returncode == 3
    start = f"erpguard: gap: Microsoft.KeyVault/vaults of {PROD} was not read: no permission (HTTP 403); it needs "
    assert done.stderr.startswith(f"{start}Microsoft.KeyVault/vaults/read: AuthorizationFailed: The client ")
    assert done.stderr.count("\n") == 1
    (tmp_path / "accepting.yaml").write_text("accept_gaps: [Microsoft.KeyVault/*]\n", encoding="utf-8")
    done = erpguard_command(server, identity, tmp_path, *arguments, "--config", "accepting.yaml")
    assert done.returncode == 0
    assert done.stderr.startswith("erpguard: accepted gap: Microsoft.KeyVault/vaults of ")


@pytest.mark.parametrize("refusal", [as_json({"message": "no"}, 401), Response(401, faults.HTML)])
def test_without_a_token_nothing_is_read(refusal: Response, server: ArmServer, tmp_path: Path) -> None:
    with HttpsServer(lambda request: refusal, None) as refusing:
        arguments = ["collect", "azure", "--subscription", PROD_ID, "--out", "erp.snapshot.gz"]
        done = erpguard_command(server, refusing, tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("erpguard: no token for Azure by the credential managed-identity: ")
    assert server.journal.calls == []
    assert not (tmp_path / "erp.snapshot.gz").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_what_was_collected(
    server: ArmServer, identity: HttpsServer, tmp_path: Path, number: int, code: int
) -> None:
    server.faults.add("/providers/Microsoft.KeyVault/vaults$", faults.hanging)
    process = subprocess.Popen(
        [COMMAND, "collect", "azure", "--subscription", PROD_ID, "--out", "erp.snapshot.gz", *connection(server)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment(identity)},
    )
    until(process, lambda: server.journal.under_way == 1 and len(server.journal.calls) > 60)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert f"Microsoft.KeyVault/vaults of {PROD} was not read: interrupted" in err
    kept = erpguard.scan([str(tmp_path / "erp.snapshot.gz")], root=str(tmp_path))
    assert kept.resources["Microsoft.Network/networkSecurityGroups"] == 6
    assert kept.exit_code() == 3
