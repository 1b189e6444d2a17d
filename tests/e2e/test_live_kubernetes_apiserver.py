"""The same against a real kube-apiserver, where the environment names one: `ERPGUARD_KUBE_APISERVER`, `ERPGUARD_ETCD`.

Both can be built with the Go module proxy alone: a module that requires `k8s.io/kubernetes` and has the `replace` lines
of its go.mod, each with the version of the published staging module (v0.34.2 for v1.34.2), then
`go build k8s.io/kubernetes/cmd/kube-apiserver`; and one that requires `go.etcd.io/etcd/server/v3` and calls `etcdmain`.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

import erpguard
from erpguard import KubernetesConnection, LiveOptions
from erpguard.sources.kubernetes_cluster import KubernetesCollector, pages
from erpguard.sources.kubernetes_cluster.kinds import KINDS
from erpguard.sources.kubernetes_cluster.served import url
from erpguard.sources.live import Gap, Item
from tests.e2e.test_live_kubernetes_scan import AS_OF, verdicts
from tests.servers.kubernetes_api_harness import Found, QuickRun, manifests
from tests.waiting import until

APISERVER, ETCD = os.environ.get("ERPGUARD_KUBE_APISERVER", ""), os.environ.get("ERPGUARD_ETCD", "")
PERMISSIONS = Path(__file__).parent.parent.parent / "docs" / "kubernetes-permissions.md"

pytestmark = pytest.mark.skipif(
    not (APISERVER and ETCD), reason="ERPGUARD_KUBE_APISERVER and ERPGUARD_ETCD name no binaries"
)

REFUSED_BY_THE_SERVER = "globex-edi"
"""The example asks for more memory than its limit allows, which is one of its faults; the API server refuses it."""


class Cluster:
    """A kube-apiserver with an etcd of its own, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
        authority.cert_pem.write_to_path(str(folder / "ca.crt"))
        certificate.private_key_pem.write_to_path(str(folder / "accounts.key"))
        (folder / "tokens.csv").write_text('admin-token,admin,1,"system:masters"\nreader-token,reader,2\n')
        self._context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        self.address = ""
        self._apiserver: subprocess.Popen[str]

    def start(self) -> Iterator[Cluster]:
        client, peer, port = _free_port(), _free_port(), _free_port()
        self.address = f"https://127.0.0.1:{port}"
        store = f"http://127.0.0.1:{client}"
        with (
            self._process(
                ETCD,
                f"--data-dir={self.folder}/etcd --listen-client-urls={store} --advertise-client-urls={store}"
                f" --listen-peer-urls=http://127.0.0.1:{peer}",
            ) as etcd,
            self._process(
                APISERVER,
                f"--etcd-servers={store} --bind-address=127.0.0.1 --secure-port={port} --authorization-mode=RBAC"
                f" --tls-cert-file={self.folder}/server.pem --tls-private-key-file={self.folder}/server.pem"
                f" --token-auth-file={self.folder}/tokens.csv --service-account-issuer=https://127.0.0.1"
                f" --service-account-key-file={self.folder}/accounts.key --service-cluster-ip-range=10.9.0.0/16"
                f" --service-account-signing-key-file={self.folder}/accounts.key"
                " --disable-admission-plugins=ServiceAccount",
            ) as apiserver,
        ):
            try:
                self._apiserver = apiserver
                self.until(lambda: self.send("GET", "/readyz")[0] == 200)
                yield self
            finally:
                for process in (apiserver, etcd):
                    process.kill()

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait for what the server does in a moment of its own."""
        until(self._apiserver, reached)

    def _process(self, program: str, arguments: str) -> subprocess.Popen[str]:
        with open(self.folder / f"{Path(program).name}.log", "w") as log:
            return subprocess.Popen([program, *arguments.split()], cwd=self.folder, stdout=log, stderr=log, text=True)

    def send(self, verb: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body of a call; 0 where nobody listens yet."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "Bearer admin-token", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data, headers, method=verb)
        try:
            with urllib.request.urlopen(request, context=self._context, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            return 0, b""

    def create(self, body: dict[str, Any]) -> int:
        """The status that creating an object has."""
        group = body["apiVersion"].rpartition("/")[0]
        kind = next(one for one in KINDS if (one.group, one.kind) == (group, body["kind"]))
        namespace = body["metadata"].get("namespace", "default") if kind.namespaced else ""
        return self.send("POST", url(body["apiVersion"], kind.resource, namespace), body)[0]

    def connection(self, user: str) -> KubernetesConnection:
        """A kubeconfig for one of the users."""
        content = {
            "current-context": "real",
            "clusters": [{"name": "c", "cluster": {"server": self.address, "certificate-authority": "ca.crt"}}],
            "users": [{"name": "u", "user": {"token": f"{user}-token"}}],
            "contexts": [{"name": "real", "context": {"cluster": "c", "user": "u"}}],
        }
        file = self.folder / f"kubeconfig-{user}"
        file.write_text(json.dumps(content))
        return KubernetesConnection(str(file))

    def collect(self, user: str = "admin", *namespaces: str) -> Found:
        """What the collector gives to a user."""
        records = list(KubernetesCollector(self.connection(user), (), namespaces).records(QuickRun()))
        return Found(
            [one for one in records if isinstance(one, Item)], [one for one in records if isinstance(one, Gap)]
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _definition(group: str, version: str, resource: str, kind: str, namespaced: bool) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{resource}.{group}",
            "annotations": {"api-approved.kubernetes.io": "https://github.com/kubernetes/kubernetes/pull/78458"},
        },
        "spec": {
            "group": group,
            "scope": "Namespaced" if namespaced else "Cluster",
            "names": {"plural": resource, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"},
            "versions": [{"name": version, "served": True, "storage": True, "schema": schema}],
        },
    }


def _fill(cluster: Cluster) -> None:
    """The ERP platform of the examples, with the definitions that it needs."""
    objects = [
        one
        for one in manifests("platform", "tenants")
        if one["kind"] not in ("PodDisruptionBudget", "TriggerAuthentication")
    ]
    custom = {(one["apiVersion"], one["kind"]) for one in objects}
    for kind in KINDS:
        group, _, version = kind.served[0].rpartition("/")
        if (kind.served[0], kind.kind) in custom and "." in group and not group.endswith(".k8s.io"):
            made = _definition(group, version, kind.resource, kind.kind, kind.namespaced)
            assert cluster.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", made)[0] == 201
    declared = {one["metadata"]["name"] for one in objects if one["kind"] == "Namespace"}
    for name in {one["metadata"].get("namespace", "default") for one in objects} - declared - {"default"}:
        objects.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for body in sorted(objects, key=lambda one: one["kind"] != "Namespace"):
        is_refused = body["kind"] == "Deployment" and body["metadata"]["name"] == REFUSED_BY_THE_SERVER
        wanted = (409, 201) if body["metadata"]["name"].startswith("kube-") else (422,) if is_refused else (201,)
        cluster.until(lambda body=body, wanted=wanted: cluster.create(body) in wanted)  # type: ignore[misc]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    for started in Cluster(tmp_path_factory.mktemp("cluster")).start():
        _fill(started)
        yield started


def _is_own(verdict: tuple[Any, ...]) -> bool:
    """Whether a verdict is about what somebody wrote: Kubernetes binds accounts that only its controllers make."""
    is_built_in, is_refused = "/system:" in verdict[2], verdict[2].endswith("/" + REFUSED_BY_THE_SERVER)
    return not (is_built_in or is_refused or f"from Deployment {REFUSED_BY_THE_SERVER} " in verdict[4])


def test_a_real_cluster_is_judged_as_its_manifests(cluster: Cluster) -> None:
    """With all defaults that the API server fills in, and with everything that a new cluster has."""
    live = LiveOptions(kubernetes=cluster.connection("admin"))
    running = verdicts(erpguard.scan(["kubernetes:real"], live=live, as_of=AS_OF))
    declared = verdicts(erpguard.scan(resources=manifests("platform", "tenants"), as_of=AS_OF))
    assert {one: count for one, count in running.items() if _is_own(one)} == {
        one: count for one, count in declared.items() if _is_own(one)
    }
    assert len(declared) > 60


def test_pages_of_a_real_cluster(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cluster.collect()
    monkeypatch.setattr(pages, "LIMIT", 3)
    in_pages = cluster.collect()
    assert (in_pages.gaps, whole.gaps) == ([], [])
    assert in_pages.names == whole.names
    assert len(whole.names) > 250


def test_the_documented_role_is_enough_and_every_rule_is_needed(cluster: Cluster) -> None:
    """Before it is bound, each list is refused; afterwards none is, and still nothing else is allowed."""
    needed = {kind.name for kind in KINDS}
    before = cluster.collect("reader")
    assert before.items == []
    assert {gap.reason for gap in before.gaps} == {"forbidden"}
    assert {gap.operation for gap in before.gaps} < needed
    block = PERMISSIONS.read_text().split("```yaml\n")[1].split("```")[0]
    role = next(one for one in yaml.safe_load_all(block) if one["kind"] == "ClusterRole")
    assert cluster.create(role) == 201
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role["metadata"]["name"]},
        "subjects": [{"kind": "User", "name": "reader", "apiGroup": "rbac.authorization.k8s.io"}],
    }
    assert cluster.create(binding) == 201
    cluster.until(lambda: cluster.collect("reader").gaps == [])
    after = cluster.collect("reader")
    assert after.names == cluster.collect("admin").names
    assert cluster.collect("reader", "acme").gaps == []


def test_secrets_of_a_real_cluster(cluster: Cluster) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"p": "Planted4711"}}
    assert cluster.create(secret) == 201
    found = next(one for one in cluster.collect().items if one.body["kind"] == "Secret")
    assert found.body.keys() == {"apiVersion", "kind", "metadata"}
    assert (found.body["apiVersion"], found.body["metadata"]["name"]) == ("v1", "s")
    assert "managedFields" not in found.body["metadata"]


def test_an_aggregated_api_that_is_down_on_a_real_cluster(cluster: Cluster) -> None:
    service = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v3.projectcalico.org"},
        "spec": {
            "group": "projectcalico.org",
            "version": "v3",
            "insecureSkipTLSVerify": True,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": {"name": "nowhere", "namespace": "default"},
        },
    }
    before = cluster.collect()
    assert cluster.create(service) == 201
    cluster.until(lambda: cluster.collect().gaps != [])
    found = cluster.collect()
    assert {(gap.operation, gap.reason, gap.status) for gap in found.gaps} == {
        ("networkpolicies.projectcalico.org", "server-error", 503),
        ("globalnetworkpolicies.projectcalico.org", "server-error", 503),
    }
    assert [name for name in found.names if name != "APIService/v3.projectcalico.org"] == before.names
    assert cluster.send("DELETE", "/apis/apiregistration.k8s.io/v1/apiservices/v3.projectcalico.org")[0] == 200
