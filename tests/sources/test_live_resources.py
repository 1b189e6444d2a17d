"""What live systems give, whatever order their servers answer in."""

from __future__ import annotations

import random
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from erpguard.sources import Collected
from erpguard.sources.live import Item
from erpguard.sources.live_resources import add
from tests.live_items import POSTGRES, azure, kubernetes

NUMBERS = st.integers(1, 3)
ITEMS = st.lists(
    st.one_of(
        st.builds(lambda name, days: azure(POSTGRES, name, {"backup": days}), st.sampled_from("ab"), NUMBERS),
        st.builds(lambda name, days: Item("azure", {"type": POSTGRES, "name": name, "x": days}), st.just("a"), NUMBERS),
        st.builds(
            lambda name, data: kubernetes("ConfigMap", name, data={"x": str(data)}), st.sampled_from("ab"), NUMBERS
        ),
    ),
    max_size=8,
)


def resources(items: list[Item]) -> list[tuple[str, str, object]]:
    """What they become."""
    collected = Collected()
    add("live", (), deepcopy(items), {}, collected)
    return [(one.type, one.id, one.body) for one in collected.resources]


@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(items: list[Item], chance: random.Random) -> None:
    """Not even of namesakes, of which the first is what references find."""
    found = resources(items)
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert resources(shuffled) == found
    assert len(found) == len(items)


def test_an_id_without_its_first_slash_is_the_same_id() -> None:
    """As lists of diagnostic settings of subscriptions write it."""
    whole = azure(POSTGRES, "db")
    cut = Item("azure", {**whole.body, "id": whole.body["id"][1:]})
    assert resources([cut]) == resources([whole])
