"""Answers of ARM in which values of the wrong kind stand anywhere: no crash, no policy that fails, nothing made up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

import erpguard
from erpguard.collection import LiveOptions
from erpguard.model import ScanResult
from erpguard.reporters import ReportOptions, load
from tests.servers.arm import ArmServer
from tests.servers.arm.documents import Documents
from tests.servers.arm.faults import Fault
from tests.servers.arm.harness import ERP, PROD_ID, collect
from tests.servers.certificates import Certificates
from tests.servers.https import Request, Response, as_json

OTHER: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e300, 2**70, "", [], {}, [None], {"a": 1}, {"id": 7}, [[[]]]),
    *("x" * 5000, "\u202e", "/subscriptions/", "0.0.0.0/0"),
    "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/z",
)


@pytest.fixture
def server(certificates: Certificates) -> Iterator[ArmServer]:
    """A server of the ERP's subscriptions."""
    with ArmServer(Documents.of_folder(ERP), certificates, page_size=10) as server:
        yield server


def mangling(seed: int, share: float) -> Fault:
    """Replace, drop and double a share of all values; the same ones whenever the same is asked for."""

    def fault(request: Request, answer: Response) -> Response:
        if answer.status != 200:
            return answer
        chance = random.Random(f"{seed} {request.path} {sorted(request.query.items())}")
        return as_json(mangled(answer.json(), chance, share))

    return fault


def mangled(value: Any, chance: random.Random, share: float) -> Any:
    """The value, with others in it."""
    if chance.random() < share:
        return chance.choice(OTHER)
    if isinstance(value, dict):
        return {key: mangled(inner, chance, share) for key, inner in value.items() if chance.random() > share / 3}
    if isinstance(value, list):
        found = [mangled(inner, chance, share) for inner in value]
        return found * 2 if chance.random() < share else found
    return value


def scan(server: ArmServer, concurrency: int = 8) -> ScanResult:
    """A scan of what the server says."""
    options = LiveOptions(azure=server.connection(), concurrency=concurrency)
    return erpguard.scan([f"azure:{PROD_ID}"], live=options, as_of="2026-01-31")


@pytest.mark.parametrize("share", [0.001, 0.01, 0.05, 0.2])
@pytest.mark.parametrize("seed", [2, 4])
def test_values_of_any_kind_anywhere(seed: int, share: float, server: ArmServer) -> None:
    server.faults.add("/providers/", mangling(seed, share))
    assert collect(server.connection()).ids
    result = scan(server)
    assert [problem.message for problem in result.problems if problem.stage == "policy"] == []
    assert result.exit_code() == 3
    for report in ("json", "sarif", "text"):
        assert "".join(load(report)(result, ReportOptions()))
    one_by_one = scan(server, concurrency=1)
    assert one_by_one.to_json() == result.to_json(), "it depends on the order in which answers come"
