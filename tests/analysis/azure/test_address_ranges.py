"""When an allow-list is none any more."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.azure.address_ranges import admit_everybody
from erpguard.analysis.values.cidrs import network

BLOCKS = st.tuples(st.integers(0, 255), st.integers(0, 8)).map(
    lambda pair: ip_network(f"{pair[0]}.0.0.0/{pair[1]}", strict=False)
)


@given(st.lists(BLOCKS, max_size=12))
def test_more_than_half_of_the_internet(networks: list[object]) -> None:
    """The same by counting the first octets that lie in one of the ranges."""
    held = [octet for octet in range(256) if any(ip_network(f"{octet}.0.0.0/8").subnet_of(one) for one in networks)]  # type: ignore[arg-type]
    assert admit_everybody(networks) == (len(held) > 128)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([], False),
        (["0.0.0.0/0"], True),
        (["0.0.0.0/32"], False),
        (["0.0.0.0/1", "128.0.0.0/1"], True),
        (["0.0.0.0/1", "128.0.0.0/32"], True),
        (["::/0"], True),
        (["2000::/3"], True),
        (["2001:db8::/32"], False),
        (["fc00::/7"], False),
        (["${OFFICE}", "203.0.113.0/24"], False),
    ],
)
def test_ranges(ranges: list[str], expected: bool) -> None:
    assert admit_everybody([network(one) for one in ranges]) is expected
