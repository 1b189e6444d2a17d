"""Collecting: addresses to collectors, records to a snapshot, and to a scan that equals the scan of the snapshot."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard import AzureConnection, KubernetesConnection, LiveOptions, Run, UsageError, collection
from erpguard.cli import main
from erpguard.sources.discovery import discover, is_address
from erpguard.sources.live import PLATFORMS, Collector, Gap, Item, Target
from tests.sources.snapshot.test_snapshot import FORBIDDEN, POD, RECORDS, REDIS

SUBSCRIPTION = "0a1b0000-0000-4000-8000-000000000000"


class Fake:
    """A collector that gives what it is told to; it asks whether to go on before each record, as real ones do."""

    def __init__(
        self, records: Sequence[Item | Gap], stop_after: int = -1, noted: bool = False, stop_by: int = signal.SIGINT
    ) -> None:
        self._records = records
        self._noted = noted
        self._stop_after = stop_after
        self._stop_by = stop_by

    def targets(self) -> list[Target]:
        return [Target("azure", SUBSCRIPTION)]

    def notes(self) -> list[str]:
        return ["the server is not verified"] if self._noted else []

    def records(self, run: Run) -> Iterator[Item | Gap]:
        for number, record in enumerate(self._records):
            if number == self._stop_after:
                os.kill(os.getpid(), self._stop_by)
            if run.over:
                yield FORBIDDEN._replace(
                    reason=run.over, status=0, operation=f"call {number}", permission="", detail=""
                )
            else:
                run.report("reading", number + 1, len(self._records))
                yield record


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[Collector]:
    """The collectors that every address stands for."""
    collectors: list[Collector] = [Fake(RECORDS)]
    monkeypatch.setattr(collection, "named", lambda addresses, options: collectors)
    return collectors


def test_addresses_are_told_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "azure:x.yaml").write_text("")
    assert [is_address(f"{platform}:x") for platform in PLATFORMS] == [True, True]
    assert not is_address("azure:x.yaml")
    found = discover(["azure:1", "kubernetes:erp", "azure:1", "azure:x.yaml"], str(tmp_path))
    assert found.addresses == ["azure:1", "kubernetes:erp"]
    assert [one.name for one in found.inputs] == ["azure:x.yaml"]


def test_each_platform_has_one_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    from erpguard.sources import azure_live, kubernetes_cluster

    monkeypatch.setattr(azure_live, "AzureCollector", lambda *given, directory: (*given, directory))
    monkeypatch.setattr(kubernetes_cluster, "KubernetesCollector", lambda *given: given)
    options = LiveOptions(management_groups=("mg",), resource_groups=("rg",), namespaces=("shop",), directory=True)
    found: Any = collection.named(["azure:a", "kubernetes:", "azure:b", "kubernetes:erp"], options)
    assert found == [
        (AzureConnection(), ["a", "b"], ("mg",), ("rg",), True),
        (KubernetesConnection(), ["erp"], ("shop",)),
    ]
    found = collection.named([], options)
    assert found == [(AzureConnection(), [], ("mg",), ("rg",), True)]


@pytest.mark.parametrize("address", ["azure:", "aws:1", "deploy/"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError, match="not a live system: use azure:SUBSCRIPTION or kubernetes:CONTEXT"):
        collection.named([address], LiveOptions())


def test_a_live_scan_equals_the_scan_of_the_snapshot(fake: list[Collector], tmp_path: Path) -> None:
    file = tmp_path / "erp.snapshot.gz"
    with open(file, "wb") as opened:
        found = erpguard.collect([f"azure:{SUBSCRIPTION}"], opened, taken="2026-11-20T10:00:00Z")
    assert found == erpguard.Collection({"azure": 1, "kubernetes": 1}, (FORBIDDEN,), interrupted=False)
    live = erpguard.scan([f"azure:{SUBSCRIPTION}"], as_of="2026-11-20")
    kept = erpguard.scan([str(file)])
    assert live.to_json() == kept.to_json()
    assert kept.as_of == "2026-11-20"
    assert len(live.findings) > 5
    assert live.resources == {"Microsoft.Cache/redis": 1, "core/Pod": 1}
    assert live.exit_code() == 3


def test_a_live_scan_is_never_answered_from_the_cache(fake: list[Collector], tmp_path: Path) -> None:
    first = erpguard.scan(["azure:1"], cache=str(tmp_path))
    fake[:] = [Fake([])]
    second = erpguard.scan(["azure:1"], cache=str(tmp_path))
    assert (len(first.resources), len(second.resources)) == (2, 0)


def test_dates(fake: list[Collector], tmp_path: Path) -> None:
    file = tmp_path / "erp.snapshot.gz"
    with open(file, "wb") as opened:
        erpguard.collect(["azure:1"], opened, taken="2026-11-20T10:00:00Z")
    assert erpguard.scan([str(file)], today="2030-01-01").as_of == "2026-11-20"
    assert erpguard.scan([str(file)], as_of="2026-12-24").as_of == "2026-12-24"
    assert erpguard.scan(["azure:1"], today="2030-01-01").as_of == "2030-01-01"


def test_progress_is_told(fake: list[Collector]) -> None:
    told: list[tuple[str, int, int]] = []
    erpguard.scan(["azure:1"], progress=lambda *given: told.append(given))
    assert told[:3] == [("reading", 1, 3), ("reading", 2, 3), ("reading", 3, 3)]


def test_stopping_keeps_what_was_read() -> None:
    run = Run()
    file = io.BytesIO()

    class Stopping(Fake):
        def records(self, run: Run) -> Iterator[Item | Gap]:
            for record in super().records(run):
                yield record
                run.stop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collection, "named", lambda addresses, options: [Stopping(RECORDS)])
        found = erpguard.collect(["azure:1"], file, run=run)
    assert found.items == {"azure": 1}
    assert [(gap.operation, gap.reason) for gap in found.gaps] == [("call 1", "interrupted"), ("call 2", "interrupted")]
    assert found.interrupted
    assert len(gzip.decompress(file.getvalue()).splitlines()) == 5


def test_a_budget_that_is_spent() -> None:
    run = Run(budget=1e-9)
    assert (run.over, run.sleep(5)) == ("budget", False)
    run.stop()
    assert (run.over, run.is_stopped) == ("interrupted", True)
    unbounded = Run()
    assert (unbounded.over, unbounded.remaining) == (None, float("inf"))


def command(*arguments: str) -> int:
    return main(["collect", "azure", "--subscription", SUBSCRIPTION, "--no-progress", *arguments])


def test_the_command(
    fake: list[Collector], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command() == 3
    out, err = capsys.readouterr()
    assert out == "2 objects (1 of azure and 1 of kubernetes); 1 gap: erpguard.snapshot.gz\n"
    assert err == (
        "erpguard: gap: Microsoft.KeyVault/vaults of /subscriptions/0a1b was not read: no permission (HTTP 403); it "
        "needs Microsoft.KeyVault/vaults/read: AuthorizationFailed\n"
    )
    assert os.listdir(tmp_path) == ["erpguard.snapshot.gz"]
    assert os.stat("erpguard.snapshot.gz").st_mode & 0o777 == 0o600


def test_accepted_gaps_do_not_fail(
    fake: list[Collector], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "erpguard.yaml").write_text("accept_gaps: [Microsoft.KeyVault/*]\n")
    assert command("--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert command() == 0
    assert capsys.readouterr().err.startswith("erpguard: accepted gap: Microsoft.KeyVault/vaults of")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_what_was_read(
    fake: list[Collector],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    fake[:] = [Fake([Item("azure", REDIS), Item("kubernetes", POD, "erp"), FORBIDDEN], stop_after=1, stop_by=number)]
    before = signal.getsignal(number)
    assert command() == code
    assert signal.getsignal(number) is before
    assert capsys.readouterr().out == "1 object (1 of azure); 2 gaps: erpguard.snapshot.gz\n"
    *_, end = gzip.decompress((tmp_path / "erpguard.snapshot.gz").read_bytes()).splitlines()
    assert (json.loads(end)["items"], json.loads(end)["gaps"]) == (1, 2)


def test_what_is_to_be_told_of_a_connection(
    fake: list[Collector], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fake[:] = [Fake([], noted=True)]
    assert command("--quiet") == 0
    assert capsys.readouterr() == ("", "erpguard: warning: the server is not verified\n")
    for system in ("azure:1", "erpguard.snapshot.gz"):
        (problem,) = erpguard.scan([system]).problems
        assert (problem.code, problem.level, problem.message) == ("connection", "warning", "the server is not verified")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "no/such/s.gz"], "--out no/such/s.gz: cannot be written: No such file or directory"),
        (["--concurrency", "0"], "--concurrency 0: give a number of calls from 1 on"),
        (["--time-budget", "-1"], "--time-budget -1: give seconds, or 0 for no limit"),
        (["--time-budget", "nan"], "--time-budget nan: give seconds, or 0 for no limit"),
        (["--cloud", "moon"], "argument --cloud: invalid choice: 'moon'"),
    ],
)
def test_wrong_options(
    fake: list[Collector],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = command(*arguments)
    except SystemExit as error:
        code = int(error.code or 0)
    assert code == 2
    assert says in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_nothing_to_collect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "azure"]) == 2
    assert "name what to read: --subscription ID, or --management-group ID" in capsys.readouterr().err


def test_a_failed_collection_leaves_the_older_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "erpguard.snapshot.gz").write_bytes(b"older")

    def fail(addresses: Any, options: Any) -> Any:
        raise UsageError("there is no credential: run `az login`")

    monkeypatch.setattr(collection, "named", fail)
    assert command() == 2
    assert capsys.readouterr().err == "erpguard: there is no credential: run `az login`\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"erpguard.snapshot.gz": b"older"}


def test_the_environment_names_the_kubeconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    from erpguard.cli import environment

    monkeypatch.setenv("KUBECONFIG", "a:b")
    assert environment.kubeconfig("") == "a:b"
    assert environment.kubeconfig("c") == "c"


def test_snapshots_stand_for_findings_without_a_file(
    fake: list[Collector], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("--quiet") == 3
    main(["scan", "erpguard.snapshot.gz", "--format", "sarif", "--sarif-profile", "github", "--select", "TLS006"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "erpguard.snapshot.gz"
    assert location["physicalLocation"]["region"]["startLine"] == 1
