"""What the containers of a pod request together, against a simulation of how they start."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.resources.pod_requests import together
from erpguard.analysis.values.amounts import HIDDEN, Amount

AMOUNTS = st.none() | st.integers(0, 4).map(Fraction)
ASKED = st.lists(st.tuples(st.sampled_from(["main", "init", "sidecar", "ephemeral"]), AMOUNTS), max_size=5)


def _moments(asked: list[tuple[str, Amount]]) -> list[list[Amount]]:
    """What runs at each moment: each init container beside the sidecars before it, and in the end all that stays."""
    moments = []
    sidecars: list[Amount] = []
    for role, amount in asked:
        if role in ("init", "sidecar"):
            moments.append([*sidecars, amount])
        if role == "sidecar":
            sidecars.append(amount)
    return [*moments, [*sidecars, *(amount for role, amount in asked if role == "main")]]


@given(ASKED)
def test_as_much_as_at_the_worst_moment(asked: list[tuple[str, Amount]]) -> None:
    wanted = max(sum((one for one in moment if isinstance(one, Fraction)), Fraction(0)) for moment in _moments(asked))
    given_ = any(amount is not None for _, amount in asked)
    assert together(asked) == (wanted if given_ else None)


def test_one_that_is_not_known_hides_the_sum() -> None:
    assert together([("main", Fraction(1)), ("init", HIDDEN)]) is HIDDEN
