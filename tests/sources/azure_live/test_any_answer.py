"""Whatever a server answers: it ends, without an exception, as items and gaps that can be kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpguard.sources.azure_live import AzureCollector
from erpguard.sources.live import Gap, Item, Run, problem
from erpguard.sources.snapshot.lines import record, record_value
from tests.sources.azure_live.stand_in import HOME, Reply, StandIn

KEYS = st.sampled_from(
    ("id", "type", "name", "properties", "value", "nextLink", "data", "$skipToken", "error", "kind", "sku")
)
TEXTS = (
    st.sampled_from((HOME, f"{HOME}/resourceGroups/g/providers/x/y/z", "https://arm.test/x", "//evil.test", "x", ""))
    | st.text()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
REPLIES = st.builds(
    Reply,
    st.sampled_from((200, 200, 200, 200, 204, 301, 400, 401, 403, 404, 409, 429, 500, 503)),
    JSON | st.builds(lambda *items: {"value": list(items)}, JSON, JSON) | st.binary(max_size=20),
    st.dictionaries(st.sampled_from(("Location", "Retry-After", "WWW-Authenticate")), st.text(max_size=8), max_size=1),
    st.none(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(replies=st.lists(REPLIES, min_size=1, max_size=6))
def test_any_answer(arm: StandIn, collector: Callable[..., AzureCollector], replies: list[Reply]) -> None:
    turns = iter(range(1 << 30))
    arm.asked.clear()
    arm.says(HOME, Reply(200, {"id": HOME}))

    def answer(_request: Any) -> Reply:
        turn = next(turns)
        return replies[turn % len(replies)] if turn < 400 else Reply(404)

    arm.anything = answer
    for one in collector(management_groups=["erp"]).records(Run(1)):
        assert isinstance(one, Item | Gap)
        kept = json.loads(json.dumps(record_value(one)).encode())
        assert record(kept) == one
        if isinstance(one, Gap):
            assert problem(one).message.isprintable() or "\n" not in problem(one).message
    assert {asked.url.split("/")[2] for asked in arm.asked} == {"arm.test"}
