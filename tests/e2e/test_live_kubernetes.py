"""A cluster that answers, one that does not, and everything between: what could be read is there, and one gap."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from erpguard import KubernetesConnection, UsageError
from erpguard.sources.kubernetes_cluster import KubernetesCollector, pages, transport
from erpguard.sources.live import Gap, Run
from tests.servers.arm import faults
from tests.servers.arm.faults import Fault
from tests.servers.certificates import Certificates
from tests.servers.https import Request, Response, as_json
from tests.servers.kubernetes_api import (
    EXPIRED,
    THROTTLED,
    TOKEN,
    UNAVAILABLE,
    KubernetesApi,
    forbidden,
    kubeconfig,
    refused,
)
from tests.servers.kubernetes_api_harness import Found, QuickRun, collect, connection


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("authority"))


def _object(version: str, kind: str, name: str, namespace: str = "erp", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


OBJECTS = [
    _object("v1", "Namespace", "erp", ""),
    _object("v1", "Namespace", "shop", ""),
    *(_object("v1", "ConfigMap", f"settings-{number}", data={"key": "value"}) for number in range(7)),
    _object("v1", "Secret", "odoo", type="Opaque", data={"password": "UGxhbnRlZA=="}),
    _object("apps/v1", "Deployment", "odoo", spec={"selector": {}, "template": {"spec": {"containers": []}}}),
    _object("apps/v1", "Deployment", "shop", "shop", spec={"selector": {}, "template": {"spec": {"containers": []}}}),
    _object("rbac.authorization.k8s.io/v1", "ClusterRole", "reader", "", rules=[]),
    _object("velero.io/v1", "Schedule", "daily", "velero", spec={"schedule": "0 1 * * *"}),
    _object("metrics.example/v1", "Widget", "w"),
]
EVERYTHING = [
    "ClusterRole/reader",
    *(f"ConfigMap/settings-{number}" for number in range(7)),
    "Deployment/odoo",
    "Deployment/shop",
    "Namespace/erp",
    "Namespace/shop",
    "Schedule/daily",
    "Secret/odoo",
]
CONFIG_MAPS = "/api/v1/configmaps"


@pytest.fixture
def api(certificates: Certificates) -> Iterator[KubernetesApi]:
    with KubernetesApi(certificates, OBJECTS) as server:
        yield server


@pytest.fixture(autouse=True)
def bounded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience for busy machines; little of it only where a test waits for something that never comes."""
    waits = any(word in request.node.name for word in ("no answer", "one byte at a time"))
    monkeypatch.setattr(transport, "READ_SECONDS", 2 if waits else 60)
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 4 if waits else 60)
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 200_000)


def without(found: Found, kind: str) -> list[str]:
    return [name for name in EVERYTHING if not name.startswith(kind + "/")]


def test_everything_that_policies_need_and_nothing_else(api: KubernetesApi, tmp_path: Path) -> None:
    found = collect(api, tmp_path)
    assert (found.names, found.gaps) == (EVERYTHING, [])
    assert {(one.platform, one.cluster) for one in found.items} == {("kubernetes", "erp-prod")}
    schedule = next(one for one in found.items if one.body["kind"] == "Schedule")
    assert list(schedule.body) == ["apiVersion", "kind", "metadata", "spec"]
    assert (schedule.body["apiVersion"], schedule.body["metadata"]["namespace"]) == ("velero.io/v1", "velero")
    asked = {call.path for call in api.journal.calls}
    assert asked.isdisjoint({"/apis/metrics.example/v1", "/api/v1/events", "/api/v1/nodes", "/api/v1/endpoints"})
    assert "/apis/traefik.io/v1alpha1" not in asked  # what /apis does not name, is not asked for
    assert {call.token for call in api.journal.calls} == {True}


def test_of_secrets_only_metadata_is_asked_for_and_given(api: KubernetesApi, tmp_path: Path) -> None:
    found = collect(api, tmp_path)
    accepted = {headers["accept"] for headers in api.seen_headers if headers["accept"] != "application/json"}
    assert accepted == {"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}
    secret = next(one for one in found.items if one.body["kind"] == "Secret")
    assert secret.body == {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "odoo", "namespace": "erp"}}
    assert secret.sensitive == (("data",), ("type",))


def test_secrets_of_a_server_that_sends_them_whole_all_the_same(api: KubernetesApi, tmp_path: Path) -> None:
    def whole(request: Request, answer: Response) -> Response:
        return as_json({**answer.json(), "items": [OBJECTS[9]]})

    api.fault("/api/v1/secrets", whole)
    found = collect(api, tmp_path)
    assert found.names == EVERYTHING
    assert "UGxhbnRlZA" not in found.text()


def test_pages(certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, OBJECTS, page=3) as api:
        found = collect(api, tmp_path)
        assert (found.names, found.gaps) == (EVERYTHING, [])
        assert len(api.lists("configmaps")) == 3  # of 7 objects


def test_a_list_that_expires_on_its_way_starts_again(certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, OBJECTS, page=3) as api:
        api.fault(CONFIG_MAPS, EXPIRED, times=2, continue_="any")
        found = collect(api, tmp_path)
        assert (found.names, found.gaps) == (EVERYTHING, [])  # nothing twice
        assert len(api.lists("configmaps")) == 2 + 2 + 3


def test_a_list_that_always_expires_is_a_gap(certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, OBJECTS, page=3) as api:
        api.fault(CONFIG_MAPS, EXPIRED, continue_="any")
        found = collect(api, tmp_path)
        assert found.refused == {("configmaps", "server-error", 410)}
        assert found.gaps[0].detail == "the list changed faster than it could be read"
        assert found.names == [
            name for name in EVERYTHING if name not in [f"ConfigMap/settings-{n}" for n in (3, 4, 5, 6)]
        ]
        assert len(api.lists("configmaps")) == 2 * (1 + pages.RESTARTS)


def _endless(request: Request, answer: Response) -> Response:
    """Every page is new, and empty."""
    token = base64.b64encode(str(len(request.query.get("continue", ""))).encode() * 9).decode()
    value = answer.json()
    return as_json({**value, "items": [], "metadata": {"continue": request.query.get("continue", "") + token[:4]}})


def _circle(request: Request, answer: Response) -> Response:
    value = answer.json()
    return as_json({**value, "metadata": {"continue": "MA=="}})


def _changed(change: Callable[[Any], Any]) -> Fault:
    return lambda request, answer: as_json(change(answer.json()))


def _with_one(item: Any) -> Fault:
    return _changed(lambda value: {**value, "items": [item, *value["items"]]})


def _with_text(text: str) -> Fault:
    """A value as it stands in the answer, whether JSON or not."""
    return faults.body(f'{{"kind":"ConfigMapList","items":[],"x":{text}}}'.encode())


DEEP: Any = {}
for _ in range(80):
    DEEP = {"a": DEEP}

HUGE = faults.body(b'{"kind":"ConfigMapList","apiVersion":"v1","items":[' + b" " * 300_000 + b"]}")
BOMB = Response(200, gzip.compress(b" " * 100_000_000), {"Content-Encoding": "gzip"})

# (fault, reason, status, how often the list is asked for, what is read of it)
ONE_LIST: dict[str, tuple[Fault, str, int, int, int]] = {
    "403": (forbidden("configmaps"), "forbidden", 403, 1, 0),
    "401 for one list": (refused(401, "Unauthorized", "Unauthorized"), "unauthorized", 401, 1, 0),
    "404": (refused(404, "NotFound"), "not-found", 404, 1, 0),
    "405": (refused(405, "MethodNotAllowed"), "server-error", 405, 1, 0),
    "429": (THROTTLED, "throttled", 429, 5, 0),
    "429 for a day": (refused(429, "TooManyRequests", Retry_After="86400"), "throttled", 429, 5, 0),
    "429 without Retry-After": (refused(429, "TooManyRequests"), "throttled", 429, 5, 0),
    "500": (refused(500, "InternalError"), "server-error", 500, 3, 0),
    "503": (UNAVAILABLE, "server-error", 503, 3, 0),
    "504": (refused(504, "Timeout"), "server-error", 504, 3, 0),
    "reset": (faults.reset, "unreachable", 0, 3, 0),
    "closed without an answer": (faults.closed, "unreachable", 0, 3, 0),
    "no answer": (faults.hanging, "timeout", 0, 2, 0),
    "one byte at a time": (faults.dripping(0.02), "timeout", 200, 1, 0),
    "cut off": (faults.cut_off, "malformed", 0, 2, 0),
    "half of the JSON": (faults.truncated, "malformed", 200, 1, 0),
    "a page to sign in": (faults.page(200), "malformed", 200, 1, 0),
    "an error page": (faults.page(502), "server-error", 502, 3, 0),
    "nothing": (faults.body(b""), "malformed", 200, 1, 0),
    "a list": (faults.shaped([]), "malformed", 200, 1, 0),
    "another list": (_changed(lambda value: {**value, "kind": "PodList"}), "malformed", 200, 1, 0),
    "items that are no list": (_changed(lambda value: {**value, "items": {}}), "malformed", 200, 1, 0),
    "metadata that are none": (_changed(lambda value: {**value, "metadata": 1}), "malformed", 200, 1, 0),
    "an item that is none": (_with_one("x"), "malformed", 200, 1, 7),
    "an item without a name": (_with_one({"metadata": {}}), "malformed", 200, 1, 7),
    "an item nested too deep": (_with_one({"metadata": {"name": "x"}, "data": DEEP}), "malformed", 200, 1, 7),
    "no number": (_with_text("NaN"), "malformed", 200, 1, 0),
    "no UTF-8": (faults.body(b'{"kind":"ConfigMapList","items":[],"x":"\xff"}'), "malformed", 200, 1, 0),
    "brackets": (faults.nested(50_000), "malformed", 200, 1, 0),
    "more than any answer has": (HUGE, "too-large", 200, 3, 0),
    "little that unpacks to a lot": (lambda request, answer: BOMB, "too-large", 200, 3, 0),
    "not packed as it says": (faults.not_zipped, "malformed", 0, 2, 0),
    "pages in a circle": (_circle, "refused-link", 200, 2, 7),
    "pages without an end": (_endless, "refused-link", 200, 5, 0),
    "sent elsewhere": (faults.redirected("https://127.0.0.1:1/api/v1/configmaps"), "refused-link", 302, 1, 0),
}


@pytest.mark.parametrize("name", ONE_LIST)
def test_a_fault_of_one_list_ends_in_one_gap(name: str, api: KubernetesApi, tmp_path: Path) -> None:
    fault, reason, status, asked, read = ONE_LIST[name]
    api.fault(CONFIG_MAPS, fault)
    run = QuickRun()
    found = collect(api, tmp_path, run=run)
    assert [(gap.operation, gap.scope, gap.types, gap.reason, gap.status) for gap in found.gaps] == [
        ("configmaps", "erp-prod", ("core/ConfigMap",), reason, status)
    ]
    assert found.gaps[0].permission == "list configmaps"
    assert len([name for name in found.names if name.startswith("ConfigMap/")]) == read, found.gaps
    assert [name for name in found.names if not name.startswith("ConfigMap/")] == without(found, "ConfigMap")
    assert len(api.lists("configmaps")) == asked
    assert max(run.slept, default=0) <= 30
    assert TOKEN not in found.text()


PASSING: dict[str, tuple[Fault, list[float]]] = {
    "429": (THROTTLED, [1.0]),
    "429 for a day": (refused(429, "TooManyRequests", Retry_After="86400"), [30.0]),
    "500": (refused(500, "InternalError"), [0.5]),
    "reset": (faults.reset, [0.5]),
    "cut off": (faults.cut_off, [0.5]),
    "no answer": (faults.hanging, [0.5]),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_is_no_gap(name: str, api: KubernetesApi, tmp_path: Path) -> None:
    fault, waits = PASSING[name]
    api.fault(CONFIG_MAPS, fault, times=1)
    run = QuickRun()
    found = collect(api, tmp_path, run=run)
    assert (found.names, found.gaps, run.slept) == (EVERYTHING, [], waits)


def test_a_huge_page_is_asked_for_in_smaller_ones(certificates: Certificates, tmp_path: Path) -> None:
    large = [_object("v1", "ConfigMap", f"c{number}", data={"x": "y" * 20_000}) for number in range(30)]
    with KubernetesApi(certificates, large) as api:
        found = collect(api, tmp_path)
        assert (len(found.items), found.gaps) == (30, [])
        assert [call.query.partition("&")[0] for call in api.lists("configmaps")[:3]] == [
            "limit=500",
            "limit=50",
            "limit=5",
        ]


def test_an_aggregated_api_that_is_down_is_a_gap_for_its_kinds_only(certificates: Certificates, tmp_path: Path) -> None:
    custom = {"projectcalico.org/v3": "NetworkPolicy GlobalNetworkPolicy"}
    with KubernetesApi(certificates, OBJECTS, custom) as api:
        api.fault("/apis/projectcalico.org/.*", UNAVAILABLE)
        found = collect(api, tmp_path)
        assert found.names == EVERYTHING
        assert found.refused == {
            ("networkpolicies.projectcalico.org", "server-error", 503),
            ("globalnetworkpolicies.projectcalico.org", "server-error", 503),
        }
        assert found.gaps[0].detail == "the server is currently unable to handle the request"


def test_a_version_that_erpguard_does_not_know_is_a_gap(certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, OBJECTS, {"keda.sh/v2": "ScaledObject Other"}) as api:
        found = collect(api, tmp_path)
        assert found.names == EVERYTHING
        assert found.gaps == [
            Gap(
                "kubernetes",
                "scaledobjects.keda.sh",
                "erp-prod",
                ("keda.sh/ScaledObject",),
                "not-listed",
                0,
                "list scaledobjects.keda.sh",
                "it is served as keda.sh/v2 only",
            )
        ]


def test_old_groups_are_read_beside_new_ones(certificates: Certificates, tmp_path: Path) -> None:
    routes = [_object(f"{group}/v1alpha1", "IngressRoute", group) for group in ("traefik.io", "traefik.containo.us")]
    with KubernetesApi(certificates, routes) as api:
        found = collect(api, tmp_path)
        assert (found.names, found.gaps) == (["IngressRoute/traefik.containo.us", "IngressRoute/traefik.io"], [])


@pytest.mark.parametrize(
    "fault", [forbidden("apis"), refused(500, "InternalError"), faults.page(200), faults.shaped({})]
)
def test_without_discovery_lists_are_tried(fault: Fault, api: KubernetesApi, tmp_path: Path) -> None:
    api.fault("/apis|/api/v1|/apis/[^/]+/[^/]+", fault)
    found = collect(api, tmp_path)
    assert found.names == EVERYTHING
    # What is not there, and what may not be there, cannot be told apart.
    assert {(gap.reason, gap.status) for gap in found.gaps} == {("not-found", 404)}
    assert "ingressroutes.traefik.io" in {gap.operation for gap in found.gaps}
    assert "core/ConfigMap" not in {type_ for gap in found.gaps for type_ in gap.types}


WHOLE_CLUSTER: dict[str, tuple[Fault, str, int, int]] = {
    "401": (refused(401, "Unauthorized", "Unauthorized"), "unauthorized", 401, 1),
    "reset": (faults.reset, "unreachable", 0, 3),
    "no answer": (faults.hanging, "timeout", 0, 2),
    "sent elsewhere": (faults.redirected("https://127.0.0.1:1/"), "refused-link", 302, 1),
}


@pytest.mark.parametrize("name", WHOLE_CLUSTER)
def test_a_cluster_that_refuses_everything_is_one_gap(name: str, api: KubernetesApi, tmp_path: Path) -> None:
    fault, reason, status, asked = WHOLE_CLUSTER[name]
    api.fault(".*", fault)
    found = collect(api, tmp_path)
    assert [(gap.operation, gap.types, gap.reason, gap.status) for gap in found.gaps] == [("*", ("*",), reason, status)]
    assert (found.items, len(api.journal.calls)) == ([], asked)


def test_something_else_that_answers_is_no_empty_cluster(api: KubernetesApi, tmp_path: Path) -> None:
    api.fault(".*", faults.page(404))
    found = collect(api, tmp_path)
    assert found.items == []
    assert {gap.reason for gap in found.gaps} == {"not-found"}
    assert "core/Pod" in {type_ for gap in found.gaps for type_ in gap.types}


def test_nobody_listens(api: KubernetesApi, tmp_path: Path) -> None:
    api.close()
    found = collect(api, tmp_path)
    assert [(gap.operation, gap.reason, gap.detail) for gap in found.gaps] == [
        ("*", "unreachable", "no connection to the server")
    ]


def test_a_certificate_of_somebody_else(api: KubernetesApi, tmp_path: Path) -> None:
    other = Certificates(tmp_path / "other")
    authority = base64.b64encode(Path(other.ca_file).read_bytes()).decode()
    given: dict[str, Any] = {"certificate-authority-data": authority}
    found = collect(api, tmp_path, **given)
    assert found.refused == {("*", "unreachable", 0)}
    assert found.gaps[0].detail == "the certificate of the server is not trusted"
    assert api.journal.calls == []  # no token went anywhere


def test_a_token_that_is_not_taken(api: KubernetesApi, tmp_path: Path) -> None:
    found = collect(api, tmp_path, user={"token": "another"})
    assert found.refused == {("*", "unauthorized", 401)}
    assert "another" not in found.text()


def test_a_token_file_is_read_again_once_its_token_is_refused(api: KubernetesApi, tmp_path: Path) -> None:
    """Tokens that a kubelet projects change every hour."""
    token = tmp_path / "token"
    token.write_text("the-old-one\n")
    collector = KubernetesCollector(connection(api, tmp_path, {"tokenFile": "token"}))
    records = collector.records(QuickRun(concurrency=1))
    token.write_text(TOKEN)
    found = list(records)
    assert [one for one in found if isinstance(one, Gap)] == []
    assert len(found) == len(EVERYTHING)


def test_parts_of_a_cluster(api: KubernetesApi, tmp_path: Path) -> None:
    found = collect(api, tmp_path, namespaces=["erp", "nowhere"])
    assert found.names == [
        name for name in EVERYTHING if name not in ("Deployment/shop", "Namespace/shop", "Schedule/daily")
    ]
    assert [(gap.operation, gap.scope, gap.reason, gap.permission) for gap in found.gaps] == [
        ("namespaces", "erp-prod/nowhere", "not-found", "get namespaces")
    ]
    asked = {call.path for call in api.journal.calls}
    assert {"/api/v1/namespaces/erp/configmaps", "/apis/apps/v1/namespaces/erp/deployments"} < asked
    assert asked.isdisjoint({CONFIG_MAPS, "/api/v1/namespaces", "/apis/apps/v1/deployments"})
    assert "/apis/rbac.authorization.k8s.io/v1/clusterroles" in asked


def test_a_namespace_that_may_not_be_read(api: KubernetesApi, tmp_path: Path) -> None:
    api.fault("/api/v1/namespaces/erp/configmaps", forbidden("configmaps"))
    found = collect(api, tmp_path, namespaces=["erp", "shop"])
    assert [(gap.operation, gap.scope, gap.types) for gap in found.gaps] == [
        ("configmaps", "erp-prod/erp", ("core/ConfigMap",))
    ]


class ClientCertificates(Certificates):
    """A server that asks its clients who they are."""

    def for_server(self) -> Any:
        context = super().for_server()
        context.verify_mode = ssl.CERT_REQUIRED
        self._authority.configure_trust(context)
        return context

    def user(self) -> dict[str, str]:
        made = self._authority.issue_cert("reader")
        certificate = b"".join(pem.bytes() for pem in made.cert_chain_pems)
        return {
            "client-certificate-data": base64.b64encode(certificate).decode(),
            "client-key-data": base64.b64encode(made.private_key_pem.bytes()).decode(),
        }


def test_client_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    certificates = ClientCertificates(tmp_path / "authority")
    with KubernetesApi(certificates, OBJECTS, tokens=()) as api:
        assert collect(api, tmp_path, user=certificates.user()).names == EVERYTHING
        assert not any(call.token for call in api.journal.calls)
        assert collect(api, tmp_path, user={}).refused == {("*", "unreachable", 0)}
    assert list(folder.iterdir()) == []  # the key is nowhere


def test_connections_are_used_again(api: KubernetesApi, tmp_path: Path) -> None:
    opened = []
    server: Any = api._server._server
    answer = server.finish_request

    def count(*given: Any) -> None:
        opened.append(given)
        answer(*given)

    server.finish_request = count
    collect(api, tmp_path, run=QuickRun(concurrency=3))
    assert len(api.journal.calls) > 30
    assert len(opened) <= 3
    assert api.journal.peak <= 3


def test_asked_to_stop(api: KubernetesApi, tmp_path: Path) -> None:
    """What hangs is left behind; everything else is told as not read."""
    run = QuickRun(concurrency=2)
    reached = threading.Event()

    def hang(request: Request, answer: Response) -> Response:
        reached.set()
        return faults.hanging(request, answer)

    def stop() -> None:
        reached.wait(30)
        run.stop()

    api.fault("/api/v1/(namespaces|configmaps|secrets)", hang)
    collector = KubernetesCollector(connection(api, tmp_path))
    threading.Thread(target=stop, daemon=True).start()
    found = list(collector.records(run))
    gaps = [one for one in found if isinstance(one, Gap)]
    assert {gap.reason for gap in gaps} == {"interrupted"}
    assert {"core/ConfigMap", "core/Secret"} & {type_ for gap in gaps for type_ in gap.types}
    assert len(gaps) == len(set(gaps))


def test_the_budget_is_spent(api: KubernetesApi, tmp_path: Path) -> None:
    api.fault(CONFIG_MAPS, faults.hanging)
    found = collect(api, tmp_path, run=Run(concurrency=4, budget=0.3))
    assert {gap.reason for gap in found.gaps} == {"budget"}
    assert "configmaps" in {gap.operation for gap in found.gaps} or found.gaps[0].operation == "*"


def test_nothing_is_asked_once_the_run_is_over(api: KubernetesApi, tmp_path: Path) -> None:
    run = QuickRun()
    run.stop()
    found = collect(api, tmp_path, run=run)
    assert found.refused == {("*", "interrupted", 0)}
    assert api.journal.calls == []


def test_a_server_that_is_not_verified_is_noted(api: KubernetesApi, tmp_path: Path) -> None:
    given: dict[str, Any] = {"certificate-authority-data": None, "insecure-skip-tls-verify": True}
    assert collect(api, tmp_path, **given).names == EVERYTHING
    assert KubernetesCollector(connection(api, tmp_path, **given)).notes() == [
        'the context "erp-prod" does not verify who the server is (insecure-skip-tls-verify)'
    ]
    assert KubernetesCollector(connection(api, tmp_path)).notes() == []


def test_programs_run_only_with_the_flag(api: KubernetesApi, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "credential"
    version = "client.authentication.k8s.io/v1"
    answer = json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": {"token": TOKEN}})
    program.write_text(f"#!/bin/sh\necho ran >> {ran}\necho '{answer}'\n")
    program.chmod(0o700)
    user = {"exec": {"apiVersion": version, "command": str(program)}}
    given = connection(api, tmp_path, user)
    with pytest.raises(UsageError, match="runs a program to get a credential: allow it with --allow-exec"):
        KubernetesCollector(given).records(QuickRun())
    assert (ran.exists(), api.journal.calls) == (False, [])
    found = list(KubernetesCollector(given._replace(allow_exec=True)).records(QuickRun()))
    assert [one for one in found if isinstance(one, Gap)] == []
    assert len(found) == len(EVERYTHING)
    assert ran.read_text() == "ran\n"  # once, whatever the number of calls


def test_a_program_that_fails_is_a_gap(api: KubernetesApi, tmp_path: Path) -> None:
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/false"}}
    found = list(KubernetesCollector(connection(api, tmp_path, user)._replace(allow_exec=True)).records(QuickRun()))
    assert [(one.operation, one.reason, one.detail) for one in found if isinstance(one, Gap)] == [
        ("*", "unauthorized", "the program that the kubeconfig names failed: ConfigException")
    ]
    assert api.journal.calls == []


def test_several_clusters(api: KubernetesApi, certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, OBJECTS[:2]) as other:
        files = [tmp_path / "one", tmp_path / "two"]
        files[0].write_text(kubeconfig(api, "prod"))
        files[1].write_text(kubeconfig(other, "test").replace('"c"', '"d"'))
        given = KubernetesConnection(f"{files[0]}:{files[1]}")
        collector = KubernetesCollector(given, ("prod", "test"))
        assert [target.name for target in collector.targets()] == ["prod", "test"]
        clusters = [one.cluster for one in collector.records(QuickRun()) if not isinstance(one, Gap)]
        assert (clusters.count("prod"), clusters.count("test")) == (len(EVERYTHING), 2)


def test_impersonation_is_sent_along(api: KubernetesApi, tmp_path: Path) -> None:
    user = {"token": TOKEN, "as": "auditor", "as-groups": ["readers", "others"]}
    assert collect(api, tmp_path, user=user).names == EVERYTHING
    assert {headers.get("impersonate-user") for headers in api.seen_headers} == {"auditor"}
    assert {headers.get("impersonate-group") for headers in api.seen_headers} == {"others"}  # the last of two lines


def test_proxies_of_the_surroundings_get_nothing_without_verified_tls(
    api: KubernetesApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    given: dict[str, Any] = {"certificate-authority-data": None, "insecure-skip-tls-verify": True}
    assert collect(api, tmp_path, **given).names == EVERYTHING
    assert collect(api, tmp_path).gaps[0].detail == "the proxy could not be reached"
