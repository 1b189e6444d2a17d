"""The pipeline: what is tried again and how long it waits, tokens, redirects, answers that are none."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline import Pipeline
from azure.core.rest import HttpRequest

from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.pipeline import Guard, Judged, Patience, Redirects
from erpguard.sources.azure_live.tokens import Bearer
from tests.sources.azure_live.stand_in import ENDPOINT, Credential, Reply, StandIn, refusal

PATH = "/subscriptions/x"
OK = Reply(200, {"ok": True})
LIMITS = Limits(attempts=4, throttled=6, first_wait=1, longest_wait=30)


class Clock:
    """Notes waits instead of waiting; `left` is how much time there is."""

    def __init__(self, left: float = 1e9) -> None:
        self.waits: list[float] = []
        self.left = left

    def sleep(self, seconds: float) -> bool:
        """Wait; False where there is not so much time."""
        self.waits.append(seconds)
        self.left -= seconds
        return self.left >= 0


@pytest.fixture
def arm() -> StandIn:
    return StandIn()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def get(arm: StandIn, clock: Clock) -> Callable[..., Any]:
    def get(url: str = ENDPOINT + PATH, credential: Any = None, jitter: float = 0) -> Any:
        policies: list[Any] = [
            Judged(),
            Redirects(),
            Patience(LIMITS, clock.sleep, lambda: jitter),
            Guard(ENDPOINT),
            Bearer(credential or Credential(), "scope"),
        ]
        return Pipeline(arm, policies).run(HttpRequest("GET", url)).http_response.body

    return get


@pytest.mark.parametrize(
    ("replies", "waits"),
    [
        ([OK], []),
        ([refusal(500), OK], [1]),
        ([refusal(503), refusal(502), refusal(504), OK], [1, 2, 4]),
        ([refusal(429), OK], [1]),
        ([refusal(429, **{"Retry-After": "7"}), OK], [7]),
        ([refusal(429, **{"Retry-After": "86400"}), OK], [30]),
        ([refusal(429, **{"x-ms-retry-after-ms": "2500"}), OK], [2.5]),
        ([refusal(503, **{"Retry-After": "5"}), OK], [5]),
        ([refusal(429, **{"Retry-After": "0"}), OK], [1]),
        ([refusal(429, **{"Retry-After": "-3"}), OK], [1]),
        ([refusal(429, **{"Retry-After": "nan"}), OK], [1]),
        ([refusal(429, **{"Retry-After": "inf"}), OK], [30]),
        ([refusal(429, **{"Retry-After": "soon"}), OK], [1]),
        ([refusal(429)] * 5 + [OK], [1, 2, 4, 8, 16]),
        ([refusal(408), OK], [1]),
        ([Reply(fault=Fault("unreachable")), Reply(fault=Fault("timeout")), OK], [1, 2]),
        ([Reply(fault=Fault("malformed", code="incomplete")), OK], [1]),
    ],
)
def test_what_passes_is_tried_again(
    arm: StandIn, clock: Clock, get: Callable[..., Any], replies: list[Reply], waits: list[float]
) -> None:
    arm.says(PATH, *replies)

    assert get() == {"ok": True}
    assert clock.waits == waits
    assert len(arm.asked) == len(replies)


def test_a_date_in_retry_after(arm: StandIn, clock: Clock, get: Callable[..., Any]) -> None:
    arm.says(PATH, refusal(429, **{"Retry-After": formatdate(time.time() + 20, usegmt=True)}), OK)

    assert get() == {"ok": True}
    assert 15 < clock.waits[0] <= 20


def test_jitter_comes_on_top_and_not_beyond_the_longest_wait(
    arm: StandIn, clock: Clock, get: Callable[..., Any]
) -> None:
    arm.says(PATH, refusal(500), refusal(429, **{"Retry-After": "10"}), refusal(429, **{"Retry-After": "30"}), OK)
    get(jitter=0.5)

    assert clock.waits == [1.25, 10.5, 30]


@pytest.mark.parametrize(
    ("reply", "reason", "status", "calls"),
    [
        (refusal(500), "server-error", 500, 4),
        (refusal(429), "throttled", 429, 6),
        (refusal(403, "AuthorizationFailed"), "forbidden", 403, 1),
        (refusal(404), "not-found", 404, 1),
        (refusal(409, "MissingSubscriptionRegistration"), "not-registered", 409, 1),
        (refusal(501), "server-error", 501, 1),
        (refusal(401), "unauthorized", 401, 2),
        (Reply(fault=Fault("unreachable")), "unreachable", 0, 4),
        (Reply(fault=Fault("unreachable", code="tls")), "unreachable", 0, 1),
        (Reply(fault=Fault("too-large")), "too-large", 0, 1),
        (Reply(fault=Fault("budget")), "budget", 0, 1),
        (Reply(200, b'{"value": [{"id": "/x"'), "malformed", 200, 1),
        (Reply(200, b"<html>log in</html>"), "malformed", 200, 1),
        (Reply(200, b""), "malformed", 200, 1),
        (Reply(200, b"\xff\xfe{"), "malformed", 200, 1),
        (Reply(200, b"[" * 100_000), "malformed", 200, 1),
        (Reply(204, b""), "malformed", 204, 1),
    ],
)
def test_what_does_not_pass_is_a_fault(
    arm: StandIn, get: Callable[..., Any], reply: Reply, reason: str, status: int, calls: int
) -> None:
    arm.says(PATH, reply)

    with pytest.raises(Fault) as raised:
        get()
    assert (raised.value.reason, raised.value.status, len(arm.asked)) == (reason, status, calls)
    assert {asked.method for asked in arm.asked} == {"GET"}


def test_no_attempt_where_there_is_no_time_to_wait(arm: StandIn, clock: Clock, get: Callable[..., Any]) -> None:
    clock.left = 5
    arm.says(PATH, refusal(429, **{"Retry-After": "6"}))

    with pytest.raises(Fault, match="throttled"):
        get()
    assert len(arm.asked) == 1


def test_the_token_is_fetched_once_and_sent_with_each_request(arm: StandIn, get: Callable[..., Any]) -> None:
    credential = Credential()
    arm.says(PATH, refusal(500), OK)
    get(credential=credential)

    assert [asked.token for asked in arm.asked] == ["Bearer token-1"] * 2
    assert credential.asked == [(("scope",), {})]


def test_a_refused_token_is_renewed_once(arm: StandIn, get: Callable[..., Any]) -> None:
    arm.says(PATH, refusal(401, "ExpiredAuthenticationToken"), OK)

    assert get() == {"ok": True}
    assert [asked.token for asked in arm.asked] == ["Bearer token-1", "Bearer token-2"]


def test_claims_that_a_token_must_have_are_passed_on(arm: StandIn, get: Callable[..., Any]) -> None:
    credential = Credential()
    challenge = 'Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ=="'
    arm.says(PATH, refusal(401, **{"WWW-Authenticate": challenge}), OK)
    get(credential=credential)

    assert credential.asked == [(("scope",), {}), (("scope",), {"claims": '{"a":1}'})]


def test_a_token_that_expires_soon_is_renewed_before_it_is_sent(arm: StandIn, get: Callable[..., Any]) -> None:
    arm.says(PATH, refusal(500), OK)
    get(credential=Credential(expires_on=int(time.time()) + 60))

    assert [asked.token for asked in arm.asked] == ["Bearer token-1", "Bearer token-2"]


def test_a_credential_that_fails_in_mid_run(arm: StandIn, get: Callable[..., Any]) -> None:
    error = ClientAuthenticationError("\nthe secret has expired\nAttempted credentials:\n  ...")

    with pytest.raises(Fault) as raised:
        get(credential=Credential(error=error))
    assert (raised.value.reason, raised.value.detail) == ("unauthorized", "the secret has expired")
    assert arm.asked == []


def test_nothing_is_sent_to_another_host(arm: StandIn, get: Callable[..., Any]) -> None:
    credential = Credential()

    with pytest.raises(Fault, match="refused-link"):
        get("https://evil.example/subscriptions/x", credential)
    assert (arm.asked, credential.asked) == ([], [])


def test_a_redirect_within_arm_is_followed(arm: StandIn, get: Callable[..., Any]) -> None:
    arm.says(PATH, Reply(307, b"", {"Location": "/moved?api-version=1"}))
    arm.says("/moved", OK)

    assert get() == {"ok": True}
    assert [asked.url for asked in arm.asked] == [ENDPOINT + PATH, f"{ENDPOINT}/moved?api-version=1"]


@pytest.mark.parametrize(
    "location", ["https://evil.example/x", "http://arm.test/x", "//evil.example/x", "//[", "file:/x"]
)
def test_a_redirect_elsewhere_is_not(arm: StandIn, get: Callable[..., Any], location: str) -> None:
    arm.says(PATH, Reply(302, b"", {"Location": location}))

    with pytest.raises(Fault, match="refused-link"):
        get()
    assert [asked.url for asked in arm.asked] == [ENDPOINT + PATH]


def test_redirects_in_a_circle(arm: StandIn, get: Callable[..., Any]) -> None:
    arm.says(PATH, Reply(302, b"", {"Location": PATH}))

    with pytest.raises(Fault, match="refused-link"):
        get()
    assert len(arm.asked) == 4
