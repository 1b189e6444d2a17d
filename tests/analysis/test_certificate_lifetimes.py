"""When cert-manager renews, and with which key."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.routing.certificate_lifetimes import certificates
from erpguard.estate import Estate
from tests.analysis.estates import resource

DAY = 86_400


def rows(**spec: Any) -> tuple[dict[str, Any], dict[str, Any], frozenset[str]]:
    """(row of the renewal, row of the key, all fields that are not known)."""
    made = resource(
        "cert-manager.io/v1", "Certificate", "erp", spec={"secretName": "s", "issuerRef": {"name": "i"}, **spec}
    )
    view = certificates(Analyses(Estate([made])))
    renewal, key = view.rows.values()
    return renewal, key, frozenset().union(*view.unknown.values())


@pytest.mark.parametrize(
    ("spec", "duration", "renewal", "decides"),
    [
        ({}, 90 * DAY, 30 * DAY, None),
        ({"duration": "24h"}, DAY, DAY // 3, None),
        ({"renewBefore": "360h"}, 90 * DAY, 15 * DAY, "renewBefore"),
        ({"renewBeforePercentage": 25}, 90 * DAY, 90 * DAY // 4, "renewBeforePercentage"),
        ({"renewBefore": "360h", "renewBeforePercentage": 5}, 90 * DAY, 15 * DAY, "renewBefore"),
        ({"renewBefore": "2160h"}, 90 * DAY, 30 * DAY, None),
        ({"renewBefore": "-1h"}, 90 * DAY, 30 * DAY, None),
        ({"renewBeforePercentage": 100}, 90 * DAY, 30 * DAY, None),
        ({"duration": "1h", "renewBeforePercentage": 33}, 3600, 1188, "renewBeforePercentage"),
    ],
)
def test_renewal(spec: dict[str, Any], duration: int, renewal: int, decides: str | None) -> None:
    row, _, unknown = rows(**spec)
    assert (row["duration"], row["renewal"], row.get("renewal_key")) == (duration, renewal, decides)
    assert not unknown


@pytest.mark.parametrize(
    ("key", "algorithm", "size"),
    [
        ({}, "RSA", 2048),
        ({"size": 1024}, "RSA", 1024),
        ({"size": 0}, "RSA", 2048),
        ({"algorithm": "ECDSA"}, "ECDSA", None),
        ({"algorithm": "ECDSA", "size": 384}, "ECDSA", 384),
        ({"algorithm": "Ed25519"}, "Ed25519", None),
    ],
)
def test_private_keys(key: dict[str, Any], algorithm: str, size: int | None) -> None:
    _, row, unknown = rows(privateKey=key)
    assert (row["algorithm"], row.get("key_size")) == (algorithm, size)
    assert not unknown


@pytest.mark.parametrize(
    ("spec", "unknown"),
    [
        ({"duration": "90d"}, {"duration", "renewal", "renewal_key"}),
        ({"duration": "${X}"}, {"duration", "renewal", "renewal_key"}),
        ({"renewBefore": "14 days"}, {"renewal", "renewal_key"}),
        ({"renewBeforePercentage": "a third"}, {"renewal", "renewal_key"}),
        ({"renewBeforePercentage": "${X}"}, {"renewal", "renewal_key"}),
        ({"privateKey": {"algorithm": "${X}"}}, {"algorithm", "key_size"}),
        ({"privateKey": {"size": "${X}"}}, {"key_size"}),
    ],
)
def test_what_is_not_known(spec: dict[str, Any], unknown: set[str]) -> None:
    assert rows(**spec)[2] == unknown
