"""Which secrets of TLS somebody issues."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.routing.issued_secrets import is_issued
from erpguard.estate import Estate
from erpguard.model import Path
from tests.analysis.estates import resource

LISTENER: Path = ("spec", "listeners", 0)


@pytest.mark.parametrize(
    ("host", "mode", "unknown", "answer"),
    [
        ("erp.example.com", "Terminate", (), True),
        ("erp.example.com", None, (), True),
        (None, None, (), False),
        ("", None, (), False),
        ("erp.example.com", "Passthrough", (), False),
        (None, None, ("hostname",), None),
        ("erp.example.com", None, ("tls", "mode"), None),
        (None, None, ("tls", "mode"), False),
        ("${HOST}", None, ("hostname",), True),
    ],
)
def test_listeners_of_a_gateway(host: str | None, mode: str | None, unknown: Path, answer: bool | None) -> None:
    tls: dict[str, Any] = {"certificateRefs": [{"name": "erp-tls"}], "mode": mode}
    listener = {"name": "https", "hostname": host, "tls": {key: value for key, value in tls.items() if value}}
    gateway = resource(
        "gateway.networking.k8s.io/v1",
        "Gateway",
        "edge",
        metadata={"annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"}},
        spec={"listeners": [{key: value for key, value in listener.items() if value is not None}]},
    )
    gateway.unknown = frozenset(((*LISTENER, *unknown),)) if unknown else frozenset()
    assert is_issued(Analyses(Estate([gateway])), gateway, gateway.namespace, "erp-tls") is answer
