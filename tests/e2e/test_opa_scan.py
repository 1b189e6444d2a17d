"""`erpguard scan --engine opa` and `policies bundle`: the installed command against a real OPA on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import write_estate

import erpguard
from erpguard.cli import main
from tests.e2e.test_command import COMMAND
from tests.engines.opa import Server, needs_opa, running
from tests.waiting import HANGS, until

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = str(ROOT / "examples" / "erp-on-aks")
PACK = ("--pack", "network", "--no-progress", "--no-cache")

pytestmark = needs_opa


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server without authentication."""
    with running() as server:
        yield server


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """The exit code, and the JSON report."""
    code = main(["scan", EXAMPLE, *PACK, "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_the_server_says_what_the_engine_in_process_says(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    here = report(capsys)
    options = ("--engine", "opa", "--opa-url", server.url, "--opa-token-file", str(token), "--opa-remove")
    assert report(capsys, *options) == here
    assert here[0] == 1
    assert server.names() == []


def test_from_python(server: Server, tmp_path: Path) -> None:
    """What a server judged is not kept: its policies may be others tomorrow."""
    opa = erpguard.OpaConnection(server.url, remove=True)
    found = erpguard.scan([EXAMPLE], packs=["tls"], opa=opa, cache=str(tmp_path))
    assert found.to_json() == erpguard.scan([EXAMPLE], packs=["tls"]).to_json()
    assert os.listdir(tmp_path) == []


def test_the_bundle_is_read_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "erpguard-bundle.tar.gz")
    assert main(["policies", "bundle", "--out", file]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: revision ")
    with running("--bundle", file) as server:
        before = server.names()
        options = ("--engine", "opa", "--opa-url", server.url, "--opa-read-only")
        assert report(capsys, *options) == report(capsys)
        assert server.names() == before


def test_a_server_that_is_down_makes_the_scan_incomplete(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(capsys, "--engine", "opa", "--opa-url", "http://127.0.0.1:9", "--opa-wait", "0")
    assert code == 3
    (problem,) = [one for one in found["problems"] if one["level"] == "error"]
    assert "the OPA server http://127.0.0.1:9" in problem["message"]


def test_a_server_that_dies_in_mid_scan(tmp_path: Path) -> None:
    """What was judged before counts, and what could not be taken away is told."""
    write_estate(str(tmp_path / "estate"), 2_000)
    with running() as mortal:

        def progress(stage: str, done: int, total: int) -> None:
            if stage == "judging" and done >= 1_000:
                mortal.stop()

        opa = erpguard.OpaConnection(mortal.url, remove=True)
        found = erpguard.scan([str(tmp_path)], select=["NET008", "RES001"], opa=opa, progress=progress)
    lost, left = sorted(
        (one for one in found.problems if one.stage == "policy"), key=lambda one: one.code, reverse=True
    )
    place = f"the OPA server {mortal.url}"
    assert lost.message.startswith(f"{place} cannot be reached: ")
    assert lost.message.endswith(" resources were not judged by NET008, RES001")
    assert left.message.startswith(f"left behind on {place}: erpguard/")
    assert found.exit_code() == 3
    assert found.counts["NET008"].passed + found.counts["NET008"].failed > 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--engine", "opa"], "--engine opa needs the address of the server: --opa-url https://opa.example.com:8181"),
        (["--opa-url", "http://127.0.0.1:1"], "--opa-url and the like are for the engine on a server: add "),
        (["--opa-remove"], "--opa-url and the like are for the engine on a server: add --engine opa"),
        (["--engine", "opa", "--opa-url", "localhost"], "the address of an OPA server looks like https://"),
        (
            ["--engine", "opa", "--opa-url", "https://o", "--opa-token-file", "gone"],
            "--opa-token-file gone: cannot be read: No such file or directory",
        ),
    ],
)
def test_wrong_options(options: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", EXAMPLE, *PACK, *options]) == 2
    assert says in capsys.readouterr().err


def test_without_the_client_a_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "opa_client", None)
    monkeypatch.setattr("erpguard.engines.opa_server.connection.find_spec", lambda name: None)
    assert main(["scan", EXAMPLE, *PACK, "--engine", "opa", "--opa-url", "http://127.0.0.1:1"]) == 2
    assert "an OPA server needs opa-python-client: pip install 'erpguard[opa]'" in capsys.readouterr().err


def test_a_terminated_scan_removes_what_it_published(server: Server, tmp_path: Path) -> None:
    write_estate(str(tmp_path / "estate"), 20_000)
    command = [*COMMAND, "scan", ".", "--engine", "opa", "--opa-url", server.url, "--opa-remove", "--no-cache"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "ERPGUARD_OPA_TOKEN": "secret"}
    )
    until(process, lambda: bool(server.names()))
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=HANGS)
    assert (process.returncode, errors) == (143, "erpguard: terminated: nothing was judged\n")
    assert server.names() == []
