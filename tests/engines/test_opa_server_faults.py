"""What goes wrong with a server ends as a problem that names the policies, and nothing is left there."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

import erpguard
from erpguard.engines import choice
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.engines.opa_server import OpaConnection, OpaEngine
from erpguard.engines.opa_server.client import Client
from erpguard.engines.opa_server.modules import every, revision, uploads
from erpguard.engines.opa_server.server import Clock
from erpguard.errors import DocumentTooLarge, EngineError, EngineUnavailable, UsageError
from erpguard.judge import Judge
from erpguard.model import Part, Problem
from erpguard.packs import load
from tests.engines.answers import answer
from tests.servers.https import HttpsServer, Request, Response, as_json

LIBRARY = load()
POLICIES = [LIBRARY.policies["NET008"], LIBRARY.policies["RES001"]]
BELOW = ": is its /v1 right below this address?"
TOKEN = "check the token (--opa-token-file, token_file) and its rights"
EMPTY: dict[str, Any] = {"resources": {}, "views": {}, "settings": {}}


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def clock(self) -> Clock:
        """For the engine."""
        return Clock(lambda: sum(self.slept), self.slept.append)


class Opa:
    """As much of an OPA as the engine needs. `faults` come before what would be answered, by verb and path."""

    def __init__(self, version: str = "1.22.2") -> None:
        self.version = version
        self.bundle = ""
        self.policies: dict[str, str] = {}
        self.asked: list[dict[str, Any]] = []
        self.faults: list[Callable[[Request], Response | None]] = []

    def __call__(self, request: Request) -> Response:
        for fault in self.faults:
            answer = fault(request)
            if answer is not None:
                return answer
        if request.path.startswith("/v1/policies"):
            return self._policies(request)
        if request.path.startswith("/v1/data/"):
            given = json.loads(request.body)["input"]
            if given["policies"]:
                self.asked.append(given)
            result: dict[str, Any] = {"result": {name: [] for name in given["policies"]}} if self.policies else {}
            bundles = {"bundles": {"ours": {"revision": self.bundle}}} if self.bundle else {}
            return as_json({"provenance": {"version": self.version, **bundles}, **result})
        return as_json({})

    def _policies(self, request: Request) -> Response:
        name = request.path.removeprefix("/v1/policies").removeprefix("/")
        if request.verb == "PUT":
            self.policies[name] = request.body.decode()
        elif request.verb == "DELETE":
            return as_json({}, 200 if self.policies.pop(name, None) else 404)
        else:
            return as_json({"result": [_listed(*one) for one in self.policies.items()]})
        return as_json({})


def _listed(name: str, text: str) -> dict[str, Any]:
    package = text.partition("\npackage ")[2].partition("\n")[0]
    path = [{"type": "string", "value": part} for part in ("data", *package.split("."))]
    return {"id": name, "raw": text, "ast": {"package": {"path": path}}}


def at(verb: str, path: str, answer: Response, first: int = 0, count: int = 10**9) -> Callable[..., Response | None]:
    """A fault at the requests of a verb to paths that begin so: at `count` of them, after the `first` ones."""
    seen = 0

    def fault(request: Request) -> Response | None:
        nonlocal seen
        if request.verb != verb or not request.path.startswith(path):
            return None
        seen += 1
        return answer if first < seen <= first + count else None

    return fault


def asked(answer: Response, first: int = 0, count: int = 10**9) -> Callable[..., Response | None]:
    """A fault at questions; the engine's own first one is not counted."""
    return at("POST", "/v1/data/", answer, first + 1, count)


@pytest.fixture
def opa() -> Opa:
    """A server without faults."""
    return Opa()


@pytest.fixture
def served(opa: Opa) -> Iterator[HttpsServer]:
    """The same, listening."""
    with HttpsServer(opa, None) as made:
        yield made


def engine(served: HttpsServer, time: Time | None = None, limit: int = 8_000_000, **options: Any) -> OpaEngine:
    """An engine of two policies that takes away what it publishes."""
    connection = OpaConnection(f"http://127.0.0.1:{served.port}", **{"remove": True, "wait": 1, **options})
    clock = (time or Time()).clock()
    return OpaEngine(connection, LIBRARY.parts, POLICIES, clock, limit)


def refusal(made: OpaEngine) -> str:
    """Why an engine can judge nothing, in one line."""
    with pytest.raises(EngineUnavailable) as caught:
        made.evaluate(POLICIES, EMPTY)
    assert "\n" not in str(caught.value)
    with pytest.raises(EngineUnavailable) as again:
        answer(made, POLICIES[0], EMPTY)
    assert str(again.value) == str(caught.value)
    return str(caught.value).replace(str(made._connection.place), "SERVER")


def hang(wire: Any, content: bytes) -> None:
    """Accept, and say nothing."""
    wire.wait()


def cut(wire: Any, content: bytes) -> None:
    """Send half of it."""
    wire.send(content[: len(content) // 2])


BUSY = as_json({"code": "x"}, 503)
BROKEN = as_json({"code": "internal_error", "message": "out of luck"}, 500)


def test_down_at_the_start() -> None:
    with HttpsServer(Opa(), None) as gone:
        pass
    time = Time()
    said = refusal(engine(gone, time))
    assert said == "SERVER is not ready after 1 second: Connection refused"
    assert time.slept == pytest.approx([0.2] * 5)


def test_late_at_the_start(opa: Opa, served: HttpsServer) -> None:
    opa.faults = [at("GET", "/health", BROKEN, count=3)]
    time = Time()
    made = engine(served, time)
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    assert time.slept == [0.2] * 3


def test_never_healthy(opa: Opa, served: HttpsServer) -> None:
    opa.faults = [at("GET", "/health", BROKEN)]
    assert refusal(engine(served)) == "SERVER is not ready after 1 second: its health check says 500: out of luck"


@pytest.mark.parametrize("version", ["0.70.0", ""])
def test_another_version(opa: Opa, served: HttpsServer, version: str) -> None:
    opa.version = version
    said = refusal(engine(served))
    assert said == f"SERVER is OPA {version or 'of a version that it does not tell'}: 1.0 or newer is needed"
    assert opa.policies == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response(200, b"<html>"), "SERVER does not answer as an OPA does: it is no JSON"),
        (as_json([]), f"SERVER does not answer as an OPA does{BELOW}"),
        (as_json({"provenance": []}), f"SERVER does not answer as an OPA does{BELOW}"),
        (as_json({"code": "x"}, 404), f"SERVER answers 404{BELOW}"),
        (
            Response(400, b"Client sent an HTTP request to an HTTPS server.\n"),
            "SERVER speaks TLS there: is the address one with https://?",
        ),
        (as_json({}, 307, Location="http://127.0.0.1:1/"), "SERVER sends its clients elsewhere (307), which is not "),
        (as_json({"message": "no"}, 403), f"SERVER refuses this client (403: no): {TOKEN}"),
        (Response(502, b"<html>bad gateway</html>"), "SERVER answers 502: <html>bad gateway</html>"),
        (
            as_json({"message": "x", "errors": [{"message": "no such rule"}]}, 500),
            "SERVER cannot be used: no such rule",
        ),
        (as_json({"message": "x", "errors": [{"message": "no"}]}, 400), "SERVER cannot be used: x"),
        (Response(200, b"{}" * 99, send=cut), "SERVER cannot be reached: "),
        (as_json({}, 413), "SERVER cannot be used: the server takes no input of this size (413)"),
    ],
)
def test_what_is_no_opa(opa: Opa, served: HttpsServer, answer: Response, said: str) -> None:
    opa.faults = [at("POST", "/v1/data/", answer)]
    assert refusal(engine(served)).startswith(said)
    assert opa.policies == {}


def test_busy_for_a_while(opa: Opa, served: HttpsServer) -> None:
    opa.faults = [asked(BUSY, count=2), at("PUT", "/v1/policies", BROKEN, count=1)]
    time = Time()
    made = engine(served, time)
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    assert time.slept == [0.2, 0.2, 0.5]
    assert made.close() == []
    assert opa.policies == {}


@pytest.mark.parametrize(("asked_for", "slept"), [("3", 3.0), ("999", 10.0), ("0", 0.2), ("soon", 0.2)])
def test_the_server_says_how_long(opa: Opa, served: HttpsServer, asked_for: str, slept: float) -> None:
    opa.faults = [asked(as_json({}, 429, Retry_After=asked_for), count=1)]
    time = Time()
    engine(served, time).evaluate(POLICIES, EMPTY)
    assert time.slept == [slept]


@pytest.mark.parametrize("answer", [BUSY, BROKEN])
def test_busy_for_ever(opa: Opa, served: HttpsServer, answer: Response) -> None:
    opa.faults = [asked(answer, first=1)]
    time = Time()
    made = engine(served, time)
    made.evaluate(POLICIES, EMPTY)
    assert refusal(made).startswith(f"SERVER answers {answer.status}")
    assert time.slept == [0.2, 0.5, 1.0]
    assert made.close() == []
    assert opa.policies == {}


def test_down_in_mid_scan_and_back_at_the_end(opa: Opa, served: HttpsServer) -> None:
    dead = Response(200, b"", send=lambda wire, content: wire.reset())
    opa.faults = [asked(dead, first=1)]
    made = engine(served)
    made.evaluate(POLICIES, EMPTY)
    assert refusal(made) == "SERVER cannot be reached: Connection reset by peer"
    assert made.close() == []
    assert opa.policies == {}


def test_down_for_good_in_mid_scan(opa: Opa, served: HttpsServer) -> None:
    made = engine(served)
    made.evaluate(POLICIES, EMPTY)
    opa.faults = [lambda request: Response(200, b"", send=lambda wire, content: wire.reset())]
    assert refusal(made) == "SERVER cannot be reached: Connection reset by peer"
    (told,) = made.close()
    place = f"the OPA server http://127.0.0.1:{served.port}"
    assert told.level == "error"
    assert told.message.startswith(f"left behind on {place}: erpguard/")
    assert told.message.endswith(f" others: {place} cannot be reached: Connection reset by peer")


def test_the_right_is_taken_away_in_mid_scan(opa: Opa, served: HttpsServer) -> None:
    made = engine(served)
    made.evaluate(POLICIES, EMPTY)
    opa.faults = [lambda request: as_json({"code": "unauthorized", "message": "expired"}, 401)]
    said = f"SERVER refuses this client (401: expired): {TOKEN}"
    assert refusal(made) == said
    (told,) = made.close()
    place = str(made._connection.place)
    assert told.level == "error"
    assert told.message.startswith(f"left behind on {place}: erpguard/")
    assert told.message.endswith(f" others: {said.replace('SERVER', place)}")


def test_publishing_breaks_off(opa: Opa, served: HttpsServer) -> None:
    opa.faults = [at("PUT", "/v1/policies", BROKEN, first=2, count=4)]
    made = engine(served)
    assert refusal(made) == "SERVER answers 500: out of luck"
    assert len(opa.policies) == 2
    assert made.close() == []
    assert opa.policies == {}


def test_interrupted_while_publishing(opa: Opa, served: HttpsServer) -> None:
    """The request had arrived when Ctrl-C came."""
    made = engine(served, Interrupting())
    opa.faults = [at("GET", "/v1/policies", BUSY, first=1, count=1)]
    with pytest.raises(KeyboardInterrupt):
        made.evaluate(POLICIES, EMPTY)
    assert len(opa.policies) == len(LIBRARY.parts[0].modules) + 3
    assert made.close() == []
    assert opa.policies == {}


def test_interrupted_while_a_module_is_under_way(
    opa: Opa, served: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server gets to it after it was asked to remove it."""
    put = Client.put

    def interrupted(client: Client, name: str, text: str) -> None:
        if "finding" in name:
            late.append((name, text))
            raise KeyboardInterrupt
        put(client, name, text)

    def arrive(request: Request) -> Response | None:
        if request.verb != "DELETE" or not late:
            return None
        opa.policies.update([late.pop()])
        return as_json({}, 404)

    late: list[tuple[str, str]] = []
    monkeypatch.setattr(Client, "put", interrupted)
    opa.faults = [arrive]
    time = Time()
    made = engine(served, time)
    with pytest.raises(KeyboardInterrupt):
        made.evaluate(POLICIES, EMPTY)
    assert made.close() == []
    assert (opa.policies, late, time.slept) == ({}, [], [0.2])


@pytest.mark.parametrize("name", ["modules", "delete"])
def test_interrupted_while_cleaning_up(
    opa: Opa, served: HttpsServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = engine(served)
    made.evaluate(POLICIES, EMPTY)
    whole = getattr(Client, name)

    def interrupted(client: Client, *given: Any) -> Any:
        monkeypatch.setattr(Client, name, whole)
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        made.close()
    assert opa.policies == {}


class Interrupting(Time):
    """The first sleep is interrupted."""

    def clock(self) -> Clock:
        """For the engine."""
        return Clock(lambda: 0.0, self._interrupt)

    def _interrupt(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == 1:
            raise KeyboardInterrupt


def test_bundle_owns_the_packages(opa: Opa, served: HttpsServer) -> None:
    message = 'path erpguard/lib/finding is owned by bundle "ours"'
    opa.faults = [at("PUT", "/v1/policies", as_json({"code": "invalid_parameter", "message": message}, 400))]
    assert refusal(engine(served)) == f"SERVER has its policies from a bundle ({message}): use it read only"


def test_another_bundle_in_mid_scan(opa: Opa, served: HttpsServer) -> None:
    opa.bundle = revision(every(LIBRARY.parts))
    opa.policies = {"bundled": ""}
    made = engine(served, read_only=True, remove=False)
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    opa.bundle = "0123456789abcdef0123"
    assert "it has ours of revision 0123456789abcdef; make it by" in refusal(made)
    assert made.close() == []
    assert {call.verb for call in served.journal.calls} == {"GET", "POST"}


def test_another_bundle_is_no_hindrance(opa: Opa, served: HttpsServer, tmp_path: Path) -> None:
    """Also for packs that fit into no bundle, since they have files of the same name."""
    opa.bundle = "theirs"
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "finding.rego").write_text("#\npackage erpguard.lib.other\n")
    own = Part(str(tmp_path), "own/", {}, ("lib/finding.rego",))
    connection = OpaConnection(f"http://127.0.0.1:{served.port}", remove=True)
    made = OpaEngine(connection, [*LIBRARY.parts, own], POLICIES)
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    assert sum("/lib/finding.rego" in name for name in opa.policies) == 2
    assert made.close() == []
    assert opa.policies == {}


def test_the_bundle_of_these_policies_is_used(opa: Opa, served: HttpsServer) -> None:
    opa.bundle = revision(every(LIBRARY.parts))
    opa.policies = {"bundled": ""}
    made = engine(served)
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    assert made.close() == []
    assert {call.verb for call in served.journal.calls} == {"GET", "POST"}
    assert opa.policies == {"bundled": ""}


def test_a_slow_policy_costs_itself_only(opa: Opa, served: HttpsServer) -> None:
    opa.faults = [slow_for("RES001")]
    made = engine(served, timeout=1)
    found = made.evaluate(POLICIES, EMPTY)
    assert found["NET008"] == []
    assert str(found["RES001"]) == f"RES001: {made._connection.place} did not answer within 1 second"
    assert isinstance(found["RES001"], EngineUnavailable)
    before = len(served.journal.calls)
    assert made.evaluate(POLICIES, EMPTY) == found
    assert len(served.journal.calls) == before + 1, "it is not asked for again"


def slow_for(policy: str) -> Callable[[Request], Response | None]:
    """No answer to anything that asks for a policy."""

    def fault(request: Request) -> Response | None:
        is_slow = request.verb == "POST" and policy in json.loads(request.body)["input"]["policies"]
        return Response(200, send=hang) if is_slow else None

    return fault


def test_a_server_that_is_slow_for_all_is_given_up(
    opa: Opa, served: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erpguard.engines.opa_server.engine.MOST_EXCESSES", 2)
    opa.faults = [asked(Response(200, send=hang))]
    made = engine(served, timeout=1)
    assert refusal(made) == "SERVER did not answer within 1 second"
    questions = [call for call in served.journal.calls if call.verb == "POST"]
    assert len(questions) == 1 + 1 + 2, "its own, all policies at once, each policy"
    assert made.close() == []
    assert opa.policies == {}


def test_input_that_no_json_can_hold(served: HttpsServer) -> None:
    made = engine(served)
    for value in (float("nan"), object()):
        found = made.evaluate(POLICIES, {**EMPTY, "views": {"x": value}})
        assert {name: type(error) for name, error in found.items()} == {"NET008": EngineError, "RES001": EngineError}
        assert str(found["NET008"]).startswith("NET008: the input cannot be written as JSON: ")
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}


def test_no_request_is_larger_than_allowed(opa: Opa, served: HttpsServer) -> None:
    made = engine(served, limit=1000)
    made.evaluate(POLICIES, EMPTY)
    with pytest.raises(DocumentTooLarge, match=r"^the input has [\d,]+ bytes, and 1,000 are allowed$"):
        made.evaluate(POLICIES, {**EMPTY, "settings": "x" * 1000})
    assert len(opa.asked) == 1
    assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (OpaConnection("opa.example.com:8181"), "looks like https://"),
        (OpaConnection("ftp://opa.example.com"), "looks like https://"),
        (OpaConnection("https://"), "looks like https://"),
        (OpaConnection("https://opa.example.com:99999"), "not valid: "),
        (OpaConnection("https://me:secret@opa.example.com"), "must not hold credentials"),
        (OpaConnection("https://opa.example.com/?x=1"), "must not hold credentials, a query"),
        (OpaConnection("http://opa.example.com", token="t"), "in plain text: use https"),
        (OpaConnection("http://localhost", ca_file=__file__), "takes no certificates"),
        (OpaConnection("https://localhost", key=__file__), "has no certificate"),
        (OpaConnection("https://localhost", ca_file="/none.pem"), "/none.pem: there is no such file"),
        (OpaConnection("https://localhost", read_only=True, remove=True), "leave one of the two out"),
        (OpaConnection("https://localhost", timeout=0), "more than 0 seconds"),
        (OpaConnection("https://localhost", timeout=math.nan), "more than 0 seconds, and a day at most"),
        (OpaConnection("https://localhost", timeout=1e300), "more than 0 seconds, and a day at most"),
        (OpaConnection("https://localhost", wait=math.inf), "more than 0 seconds, and a day at most"),
        (OpaConnection("https://localhost", wait=-1), "more than 0 seconds, and a day at most"),
        (OpaConnection("https://localhost", ca_file=__file__), "faults.py: it holds no certificate in PEM"),
        (OpaConnection("https://localhost", certificate=__file__), " in the same file (or --opa-key)"),
        (OpaConnection("https://localhost", certificate=__file__, key=__file__), f" in {__file__}"),
    ],
)
def test_connections_that_cannot_be_used(connection: OpaConnection, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        OpaEngine(connection, LIBRARY.parts, POLICIES)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opa_client", None)
    with pytest.raises(UsageError, match=r"pip install 'erpguard\[opa\]'$"):
        OpaEngine(OpaConnection("https://localhost"), LIBRARY.parts, POLICIES)


def test_keys_of_another_certificate_or_with_a_password(tmp_path: Path) -> None:
    """OpenSSL would ask for the password at the terminal."""
    leaf, other = (trustme.CA().issue_cert("a") for _ in range(2))
    leaf.cert_chain_pems[0].write_to_path(str(tmp_path / "leaf.crt"))
    leaf.private_key_pem.write_to_path(str(tmp_path / "leaf.key"))
    other.private_key_pem.write_to_path(str(tmp_path / "other.key"))
    private = load_pem_private_key(leaf.private_key_pem.bytes(), None)
    locked = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (tmp_path / "locked.key").write_bytes(locked)
    (tmp_path / "locked.pem").write_bytes((tmp_path / "leaf.crt").read_bytes() + locked)
    for certificate, key in (("leaf.crt", "other.key"), ("leaf.crt", "locked.key"), ("locked.pem", "")):
        files = {"certificate": str(tmp_path / certificate), "key": str(tmp_path / key) if key else ""}
        with pytest.raises(UsageError, match=r" with the key that fits, without a password, in "):
            OpaEngine(OpaConnection("https://localhost", **files), LIBRARY.parts, POLICIES)  # type: ignore[arg-type]
    files = {"certificate": str(tmp_path / "leaf.crt"), "key": str(tmp_path / "leaf.key")}
    OpaEngine(OpaConnection("https://localhost", **files), LIBRARY.parts, POLICIES)  # type: ignore[arg-type]


def test_https_where_no_tls_is_spoken(served: HttpsServer) -> None:
    time = Time()
    connection = OpaConnection(f"https://127.0.0.1:{served.port}")
    made = OpaEngine(connection, LIBRARY.parts, POLICIES, time.clock())
    assert refusal(made) == "SERVER cannot be reached: it speaks no TLS there: is the address one with http://?"
    assert time.slept == [], "it does not get better"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 307])
def test_a_health_check_that_is_refused_is_no_end(opa: Opa, served: HttpsServer, status: int) -> None:
    """A proxy may hand on what is asked below `/v1`, and nothing else."""
    opa.faults = [at("GET", "/health", as_json({}, status))]
    time = Time()
    assert engine(served, time).evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    assert time.slept == []


def test_half_an_answer_and_then_nothing(opa: Opa, served: HttpsServer) -> None:
    def stop(wire: Any, content: bytes) -> None:
        wire.send(content[: len(content) // 2])
        wire.wait()

    opa.faults = [asked(as_json({"result": "x" * 999})._replace(send=stop))]
    found = engine(served, timeout=1).evaluate(POLICIES[:1], EMPTY)
    assert str(found["NET008"]).endswith(" did not answer within 1 second")
    assert len([call for call in served.journal.calls if call.verb == "POST"]) == 2, "it is not asked again"


def test_the_token_is_not_shown() -> None:
    assert repr(OpaConnection("https://localhost", token="secret")) == "OpaConnection('https://localhost')"


def test_below_a_path(opa: Opa) -> None:
    def below(request: Request) -> Response:
        assert request.path.startswith("/teams/opa/")
        return opa(request._replace(path=request.path.removeprefix("/teams/opa")))

    with HttpsServer(below, None) as served:
        url = f"http://127.0.0.1:{served.port}/teams/opa/"
        made = OpaEngine(OpaConnection(url), LIBRARY.parts, POLICIES)
        assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}


# In a scan: the judge makes problems of it.


def pod(name: str) -> dict[str, Any]:
    """A Pod that both policies object to."""
    spec = {"hostNetwork": True, "containers": [{"name": "a", "image": "a:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch) -> Callable[..., erpguard.ScanResult]:
    """Scan some Pods by an engine instead of the embedded one."""

    def scanned(made: OpaEngine, count: int) -> erpguard.ScanResult:
        monkeypatch.setattr(EmbeddedEngine, "evaluate", lambda _, *asked: made.evaluate(*asked))
        return erpguard.scan(resources=[pod(f"p{number}") for number in range(count)], select=["NET008", "RES001"])

    return scanned


Scan = Callable[[OpaEngine, int], erpguard.ScanResult]


def test_a_scan_without_its_server_is_incomplete(opa: Opa, served: HttpsServer, scan: Scan) -> None:
    opa.faults = [asked(BUSY)]
    result = scan(engine(served), 3)
    (problem,) = result.problems
    place = f"the OPA server http://127.0.0.1:{served.port}"
    assert problem.message == f"{place} answers 503: 3 resources were not judged by NET008, RES001"
    assert (problem.code, problem.stage, result.exit_code()) == ("policy-failed", "policy", 3)
    assert result.findings == []


def test_what_was_judged_before_counts(
    opa: Opa, served: HttpsServer, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erpguard.judgement.Judge", partial(Judge, shard=2))
    opa.faults = [asked(BUSY, first=2)]
    result = scan(engine(served), 7)
    (problem,) = result.problems
    assert problem.message.endswith(" answers 503: 3 resources were not judged by NET008, RES001")
    assert result.counts["NET008"].passed == 4
    assert len(opa.asked) == 2
    assert result.exit_code() == 3


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (True, "`deny` is a boolean, and "),
        ([{"resource": 1}], "`deny` holds an object without "),
        (["no"], "`deny` holds a string, "),
        (None, "`deny` has no value, and "),
    ],
)
def test_an_answer_that_is_no_set_of_violations(
    opa: Opa, served: HttpsServer, scan: Scan, answer: Any, says: str
) -> None:
    found = {"provenance": {"version": "1.22.2"}, "result": {"NET008": [], "RES001": answer}}
    opa.faults = [asked(as_json(found))]
    result = scan(engine(served), 2)
    (problem,) = result.problems
    assert problem.message.startswith(f"RES001: {POLICIES[1].file}: {says}")
    assert problem.message.endswith(": 2 resources were not judged by it")
    assert result.counts["NET008"].passed == 2
    assert result.exit_code() == 3
    assert opa.policies != {}, "the engine is still open"


def test_a_policy_that_is_out_costs_no_other(opa: Opa, served: HttpsServer, scan: Scan) -> None:
    opa.faults = [slow_for("RES001")]
    result = scan(engine(served, timeout=1), 2)
    (problem,) = result.problems
    assert problem.message.startswith("RES001: the OPA server ")
    assert problem.message.endswith(" did not answer within 1 second: 2 resources were not judged by it")
    assert result.counts["NET008"].passed == 2
    assert result.exit_code() == 3


def test_a_policy_that_fails_on_one_resource_judges_the_others(opa: Opa, served: HttpsServer, scan: Scan) -> None:
    error = {"code": "eval_builtin_error", "message": "no", "location": {"file": "x", "row": 1, "col": 1}}

    def fault(request: Request) -> Response | None:
        is_bad = request.verb == "POST" and b'"RES001"' in request.body and b"/p1" in request.body
        return as_json({"message": "x", "errors": [error]}, 500) if is_bad else None

    opa.faults = [fault]
    result = scan(engine(served), 3)
    (problem,) = result.problems
    assert problem.message == "RES001: no: Pod p1 was not judged by it"
    assert result.counts["RES001"].passed == 2
    assert result.counts["NET008"].passed == 3


def in_joined(row: int) -> dict[str, Any]:
    """A complaint of a server about a line of the joined pack."""
    (upload,) = [one for one in uploads(LIBRARY.parts, POLICIES) if one.file == "network.rego"]
    (section,) = [one for one in upload.sections if one.module.policy == "NET008"]
    location = {"file": upload.id, "row": section.start + row - section.line, "col": 7}
    return {"code": "x", "message": "no such thing", "location": location}


def test_a_pack_that_does_not_compile_there_costs_no_other(opa: Opa, served: HttpsServer, scan: Scan) -> None:
    """As with an OPA that lacks a builtin. Its line is that of the policy."""
    answer = as_json({"message": "x", "errors": [in_joined(30)]}, 400)
    opa.faults = [lambda request: answer if request.verb == "PUT" and "/network.rego" in request.path else None]
    made = engine(served)
    result = scan(made, 2)
    (problem,) = result.problems
    assert problem.message == (
        "network/host_network_or_port.rego:30: no such thing: 2 resources were not judged by NET008"
    )
    assert result.counts["RES001"].passed == 2
    assert made.close() == []
    assert opa.policies == {}


def test_a_policy_of_a_joined_pack_that_fails_is_told_with_its_line(opa: Opa, served: HttpsServer) -> None:
    def fault(request: Request) -> Response | None:
        is_bad = request.verb == "POST" and b'"NET008"' in request.body
        return as_json({"message": "x", "errors": [in_joined(31)]}, 500) if is_bad else None

    opa.faults = [fault]
    found = engine(served).evaluate(POLICIES, EMPTY)
    assert str(found["NET008"]) == "NET008: network/host_network_or_port.rego:31: no such thing"
    assert found["RES001"] == []
    assert [list(given["policies"]) for given in opa.asked] == [["RES001"]], "nothing is asked one by one"


def test_shards_are_halved_until_they_fit(opa: Opa, served: HttpsServer, scan: Scan) -> None:
    whole = scan(engine(served), 16)
    size = max(len(json.dumps(given)) for given in opa.asked)
    assert len(opa.asked) == 1
    opa.asked.clear()
    result = scan(engine(served, limit=size // 2 + 300), 16)
    assert result.problems == whole.problems == []
    assert result.counts == whole.counts
    assert len(opa.asked) == 2 or len(opa.asked) == 4
    seen = [key for given in opa.asked for key in given["views"]["pods"]]
    assert sorted(seen) == sorted({*seen})
    assert len(seen) == 16


@pytest.mark.parametrize(
    "refused",
    [
        Response(413, b"<html>413 Request Entity Too Large</html>"),
        as_json({"code": "invalid_parameter", "message": "request body too large: exceeds limit of 9 bytes"}, 400),
    ],
)
def test_what_the_server_takes_is_found_out_once(
    opa: Opa, served: HttpsServer, scan: Scan, monkeypatch: pytest.MonkeyPatch, refused: Response
) -> None:
    monkeypatch.setattr("erpguard.judge.Judge.__init__.__defaults__", (4, None, None))
    whole = scan(engine(served), 16)
    size = max(len(json.dumps(given)) for given in opa.asked)
    opa.asked.clear()
    sent: list[int] = []

    def fault(request: Request) -> Response | None:
        is_too_large = request.verb == "POST" and len(request.body) > size * 0.7
        sent.extend([len(request.body)] if is_too_large else ())
        return refused if is_too_large else None

    opa.faults = [fault]
    made = engine(served)
    result = scan(made, 16)
    assert result.problems == whole.problems == []
    assert result.counts == whole.counts
    assert len(sent) == 1, "the next shards are halved without asking"
    assert len(opa.asked) == 8
    assert made.close() == []


def test_a_resource_that_never_fits_is_told(opa: Opa, served: HttpsServer, scan: Scan) -> None:
    result = scan(engine(served, limit=100), 2)
    told = [(one.message.partition(": the input has ")[0], one.message.rpartition(": ")[2]) for one in result.problems]
    assert told == [
        ("NET008", "Pod p0 was not judged by it"),
        ("RES001", "Pod p0 was not judged by it"),
        ("NET008", "Pod p1 was not judged by it"),
        ("RES001", "Pod p1 was not judged by it"),
    ]
    assert opa.asked == []
    assert result.exit_code() == 3


def test_the_choice_of_a_connection(opa: Opa, served: HttpsServer) -> None:
    problems: list[Problem] = []
    connection = OpaConnection(f"http://127.0.0.1:{served.port}", remove=True)
    with choice.engine(connection, LIBRARY.parts, POLICIES, problems) as made:
        assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
        first, *_ = opa.policies
        del opa.policies[first]
    assert [(problem.code, problem.level) for problem in problems] == [("opa-server", "error")]
    assert problems[0].message.startswith(f"another client of {connection.place} removed lib/")
    assert opa.policies == {}


def test_the_choice_of_no_connection() -> None:
    problems: list[Problem] = []
    with choice.engine(None, LIBRARY.parts, POLICIES, problems) as made:
        assert isinstance(made, EmbeddedEngine)
        assert made.evaluate(POLICIES, EMPTY) == {"NET008": [], "RES001": []}
    assert problems == []


def test_what_was_published_is_removed_after_an_interruption(opa: Opa, served: HttpsServer) -> None:
    connection = OpaConnection(f"http://127.0.0.1:{served.port}", remove=True)
    chosen = choice.engine(connection, LIBRARY.parts, POLICIES, [])
    with pytest.raises(KeyboardInterrupt), chosen as made:
        made.evaluate(POLICIES, EMPTY)
        assert len(opa.policies) == len(LIBRARY.parts[0].modules) + 3
        raise KeyboardInterrupt
    assert opa.policies == {}
