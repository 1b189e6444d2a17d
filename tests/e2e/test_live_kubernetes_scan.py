"""The ERP platform of the examples as a running cluster: judged as its manifests are, without its secrets."""

from __future__ import annotations

import base64
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard import LiveOptions, ScanResult, collection
from erpguard.sources.kubernetes_cluster.kinds import KINDS
from tests.e2e.test_command import erpguard as command
from tests.servers.certificates import Certificates
from tests.servers.kubernetes_api import TOKEN, KubernetesApi, forbidden
from tests.servers.kubernetes_api_harness import EXAMPLE, QuickRun, as_served, collect, connection, manifests, owned

AS_OF = "2026-01-15"
PLANTED = "Planted4711"
"""What all planted secrets begin with, and nothing else does."""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("authority"))


def running() -> list[dict[str, Any]]:
    """The objects as the API server gives them, with those that controllers make of them."""
    written = manifests("platform", "tenants")
    made: list[dict[str, Any]] = []
    for body in written:
        if body["kind"] == "Deployment":
            pod = body["spec"]["template"]
            rest = {"replicas": 1, "selector": body["spec"]["selector"], "template": pod}
            replicas = owned("ReplicaSet", f"{body['metadata']['name']}-5f7d", body, spec=rest)
            made += [replicas, owned("Pod", f"{body['metadata']['name']}-5f7d-x", replicas, spec=pod["spec"])]
        if body["kind"] == "CronJob":
            job = owned("Job", f"{body['metadata']['name']}-29", body, spec=body["spec"]["jobTemplate"]["spec"])
            made.append(job)
        if body["kind"] == "ScaledObject":
            spec = {"scaleTargetRef": {"kind": "Deployment", **body["spec"]["scaleTargetRef"]}, "maxReplicas": 9}
            made.append(owned("HorizontalPodAutoscaler", f"keda-hpa-{body['metadata']['name']}", body, spec=spec))
    return [as_served(body) for body in (*written, *made)]


@pytest.fixture
def api(certificates: Certificates) -> Iterator[KubernetesApi]:
    with KubernetesApi(certificates, running(), page=7) as server:
        yield server


def live(api: KubernetesApi, folder: Path, **options: Any) -> ScanResult:
    return erpguard.scan(
        ["kubernetes:erp-prod"], live=LiveOptions(kubernetes=connection(api, folder), **options), as_of=AS_OF
    )


def verdicts(result: ScanResult) -> Counter[tuple[Any, ...]]:
    """What is wrong with what, apart from the names of clusters and files."""
    return Counter(
        (one.policy, str(one.outcome), one.resource_id.partition("/")[2], one.path, one.message)
        for one in (*result.findings, *result.undetermined)
    )


def test_a_running_cluster_is_judged_as_its_manifests(api: KubernetesApi, tmp_path: Path) -> None:
    declared = erpguard.scan([str(EXAMPLE / "platform"), str(EXAMPLE / "tenants")], as_of=AS_OF)
    running = live(api, tmp_path)
    assert running.problems == declared.problems
    assert verdicts(running) == verdicts(declared)
    assert len(running.findings) == len(declared.findings) > 60
    assert {one.resource_id.partition("/")[0] for one in running.findings} == {"erp-prod"}


def test_a_snapshot_of_it_is_judged_the_same(api: KubernetesApi, tmp_path: Path) -> None:
    file = io.BytesIO()
    options = LiveOptions(kubernetes=connection(api, tmp_path))
    found = collection.collect(["kubernetes:erp-prod"], file, options=options, taken=f"{AS_OF}T00:00:00Z")
    assert (found.gaps, found.interrupted) == ((), False)
    snapshot = tmp_path / "erp.snapshot"
    snapshot.write_bytes(file.getvalue())
    kept = erpguard.scan([str(snapshot)], root=str(tmp_path))
    assert kept.as_of == AS_OF
    assert verdicts(kept) == verdicts(live(api, tmp_path))


def test_what_was_not_read_makes_verdicts_undetermined(api: KubernetesApi, tmp_path: Path) -> None:
    whole = live(api, tmp_path)
    api.fault("/apis/networking.k8s.io/v1/networkpolicies", forbidden("networkpolicies", "networking.k8s.io"))
    partly = live(api, tmp_path)
    assert whole.complete and not partly.complete
    assert partly.exit_code() == 3
    assert [problem.code for problem in partly.problems] == ["gap-forbidden"]
    assert "it needs list networkpolicies.networking.k8s.io" in partly.problems[0].message
    assert not [one for one in partly.findings if one.policy == "NET003"]
    assert len(partly.undetermined) > len(whole.undetermined)


def planted() -> list[dict[str, Any]]:
    """A secret at every place where people put them."""
    count = iter(range(100, 999))

    def secret() -> str:
        return f"{PLANTED}{next(count)}x"

    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    container = {
        "name": "odoo",
        "image": "odoo:18.0",
        "args": [
            "--db_host=db",
            "--db_password",
            secret(),
            "-w",
            secret(),
            f"--admin-passwd={secret()}",
            "--workers=2",
        ],
        "command": ["sh", "-c", f"export PGPASSWORD={secret()}; redis-cli -a {secret()} ping; exec odoo -w {secret()}"],
        "env": [
            {"name": "PGPASSWORD", "value": secret()},
            {"name": "SMTP_PASS", "value": secret()},
            {"name": "DATABASE_URL", "value": f"postgresql://odoo:{secret()}@db.example.com:5432/erp?sslmode=require"},
            {"name": "AZURE_STORAGE_CONNECTION_STRING", "value": f"AccountName=a;AccountKey={secret()};Suffix=core"},
            {"name": "SENTRY_DSN", "value": f"https://{secret()}@sentry.example.com/4"},
            {"name": "OPTIONS", "value": f"host=db password={secret()} sslmode=require"},
        ],
    }
    odoo = f"[options]\nadmin_passwd = {secret()}\ndb_password={secret()}\n  {secret()}\nworkers = 4\n"
    redis = f"requirepass {secret()}\nmaxmemory 100mb\nuser app on >{secret()} ~*\nmasterauth {secret()}\n"
    values = f"auth:\n  password: {secret()}\n  existingSecret: redis\n  key: |\n    x\n  token: |\n    {secret()}\n"
    return [
        _planted("v1", "Secret", data={"password": encoded(secret())}, stringData={"b": secret()}, type="Opaque"),
        _planted("apps/v1", "Deployment", spec={"selector": {}, "template": {"spec": {"containers": [container]}}}),
        _planted(
            "v1",
            "ConfigMap",
            data={
                "odoo.conf": odoo,
                "redis.conf": redis,
                "DB_PASSWORD": secret(),
                "settings.json": json.dumps({"apiKey": secret(), "nested": {"client_secret": secret()}, "port": 1}),
                "key.pem": f"-----BEGIN PRIVATE KEY-----\n{secret()}\n-----END PRIVATE KEY-----\n",
                ".pgpass": f"db:5432:erp:odoo:{secret()}",
                "backup.sh": f"#!/bin/sh\nAZCOPY_SAS='https://a.blob.core.windows.net/c?sv=1&sig={secret()}&se=2'\n",
            },
            binaryData={"store": encoded(secret())},
        ),
        _planted("helm.cattle.io/v1", "HelmChart", spec={"chart": "redis", "valuesContent": values}),
        _planted("helm.toolkit.fluxcd.io/v2", "HelmRelease", spec={"values": {"auth": {"password": secret()}}}),
        _planted(
            "traefik.io/v1alpha1",
            "Middleware",
            spec={
                "headers": {"customRequestHeaders": {"Authorization": f"Basic {secret()}", "X-Api-Key": secret()}},
                "plugin": {"bouncer": {"crowdsecLapiKey": secret()}},
            },
        ),
        _planted(
            "keda.sh/v1alpha1",
            "ScaledObject",
            spec={
                "scaleTargetRef": {"name": "odoo"},
                "triggers": [
                    {"type": "redis", "metadata": {"password": secret(), "address": f"r://:{secret()}@r:6379"}}
                ],
            },
        ),
    ]


def _planted(version: str, kind: str, **rest: Any) -> dict[str, Any]:
    metadata = {"name": "planted", "namespace": "erp", "annotations": {"example.com/api-token": PLANTED + "001x"}}
    return as_served({"apiVersion": version, "kind": kind, "metadata": metadata, **rest})


def test_no_secret_leaves_the_collector(certificates: Certificates, tmp_path: Path) -> None:
    objects = planted()
    assert json.dumps(objects).count(PLANTED) >= 80  # each of them, and the copy that kubectl keeps
    with KubernetesApi(certificates, objects) as api:
        api.fault("/apis/batch/v1/jobs", forbidden(f"Authorization: Bearer {PLANTED}999x"))
        found = collect(api, tmp_path)
    assert len(found.items) == len(objects)
    text = found.text()
    assert [text[max(0, at - 60) : at + 20] for at in range(len(text)) if text.startswith(PLANTED, at)] == []
    encoded = base64.b64encode(PLANTED.encode()).decode()[:12]
    assert encoded not in text


def test_what_is_no_secret_stays(certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, planted()) as api:
        found = {one.body["kind"]: one for one in collect(api, tmp_path).items}
    config = found["ConfigMap"].body["data"]
    assert config["odoo.conf"].split("\n")[0::4] == ["[options]", "workers = 4"]
    assert config["redis.conf"].split("\n")[1] == "maxmemory 100mb"
    assert json.loads(config["settings.json"])["port"] == 1
    assert found["ConfigMap"].sensitive == (
        ("data", "DB_PASSWORD"),
        ("data", ".pgpass"),
        ("metadata", "annotations", "example.com/api-token"),
    )
    container = found["Deployment"].body["spec"]["template"]["spec"]["containers"][0]
    assert container["args"][::6] == ["--db_host=db", "--workers=2"]
    variables = {one["name"]: one.get("value") for one in container["env"]}
    assert variables["DATABASE_URL"] == "postgresql://odoo:removed-${removed}@db.example.com:5432/erp?sslmode=require"
    assert (variables["PGPASSWORD"], variables["OPTIONS"]) == (
        None,
        "host=db password=removed-${removed} sslmode=require",
    )
    assert found["HelmRelease"].sensitive[1] == ("spec", "values", "auth", "password")
    assert "existingSecret: redis" in found["HelmChart"].body["spec"]["valuesContent"]


def test_a_scan_of_it_shows_none_either(certificates: Certificates, tmp_path: Path) -> None:
    with KubernetesApi(certificates, planted()) as api:
        result = live(api, tmp_path)
    assert result.findings
    assert PLANTED not in json.dumps([result.to_json(), result.to_sarif()])


def test_interruption_in_the_middle_is_said(api: KubernetesApi, tmp_path: Path) -> None:
    run = QuickRun(concurrency=1)
    calls: list[int] = []

    def stop(stage: str, done: int, total: int) -> None:
        calls.append(done)
        assert (stage, done <= total) == ("cluster erp-prod", True)
        if done >= 20:
            run.stop()

    run._progress = stop
    found = collect(api, tmp_path, run=run)
    assert found.items
    assert {gap.reason for gap in found.gaps} == {"interrupted"}
    assert calls == sorted(calls)


def test_the_command_collects_and_scans(api: KubernetesApi, tmp_path: Path) -> None:
    """The kubeconfig comes from the environment, and the token is shown nowhere."""
    file = connection(api, tmp_path).kubeconfig
    arguments = ["--no-progress", "--namespace", "acme", "--out", "acme.snapshot.gz"]
    collected = command("collect", "kubernetes", *arguments, cwd=tmp_path, KUBECONFIG=file)
    assert (collected.returncode, collected.stderr) == (0, "")
    count = len(_of_acme(api))
    assert collected.stdout == f"{count} objects ({count} of kubernetes): acme.snapshot.gz\n"
    live = command("scan", "kubernetes:", "--no-progress", "--quiet", "--as-of", AS_OF, cwd=tmp_path, KUBECONFIG=file)
    assert live.returncode == 1
    assert TOKEN not in collected.stdout + live.stdout + live.stderr


def _of_acme(api: KubernetesApi) -> list[dict[str, Any]]:
    """What stands in the namespace acme or in none, as far as it is read, apart from other Namespace objects."""
    kinds = {kind.kind for kind in KINDS}
    objects = [one for held in api.objects.values() for one in held if one["kind"] in kinds]
    found = [one for one in objects if one["metadata"].get("namespace", "acme") == "acme"]
    return [
        one
        for one in found
        if "ownerReferences" not in one["metadata"]
        and (one["kind"] != "Namespace" or one["metadata"]["name"] == "acme")
    ]


def test_the_command_names_the_permission_that_is_missing(api: KubernetesApi, tmp_path: Path) -> None:
    api.fault("/apis/apps/v1/deployments", forbidden("deployments", "apps"))
    file = connection(api, tmp_path).kubeconfig
    done = command("collect", "kubernetes", "--no-progress", "--kubeconfig", file, cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == (
        "erpguard: gap: deployments.apps of erp-prod was not read: no permission (HTTP 403); it needs list"
        ' deployments.apps: deployments.apps is forbidden: User "reader" cannot list resource "deployments"'
        ' in API group "apps" at the cluster scope\n'
    )


def test_the_command_runs_no_program_unasked(api: KubernetesApi, tmp_path: Path) -> None:
    user = {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "touch", "args": [str(tmp_path / "ran")]}
    }
    file = connection(api, tmp_path, user).kubeconfig
    for arguments in (("collect", "kubernetes"), ("scan", "kubernetes:erp-prod")):
        done = command(*arguments, "--no-progress", cwd=tmp_path, KUBECONFIG=file)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            'erpguard: the user of the context "erp-prod" runs a program to get a credential: '
            "allow it with --allow-exec, if you trust the kubeconfig file\n"
        )
    assert not (tmp_path / "ran").exists()
    assert api.journal.calls == []
