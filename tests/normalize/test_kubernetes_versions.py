"""Old versions become the current ones, and every place is where the old spelling stands."""

from __future__ import annotations

import pytest

from erpguard.model import Path, Resource
from erpguard.normalize.kubernetes_versions import current_group
from tests.normalize.test_kubernetes import read, told

INGRESS = """\
apiVersion: {version}
kind: Ingress
metadata:
  name: web
spec:
  backend:
    serviceName: fallback
    servicePort: http
  rules:
  - host: a.example.org
    http:
      paths:
      - path: /
        backend:
          serviceName: odoo
          servicePort: 8069
      - path: /static
        backend:
          resource: {{kind: Bucket, name: static}}
  - host: b.example.org
    http:
      paths:
      - backend: {{serviceName: chat, servicePort: "${{PORT}}"}}
"""
OLD_INGRESS = ["extensions/v1beta1", "networking.k8s.io/v1beta1"]


def clean(text: str) -> Resource:
    """The resource of a document without problems."""
    normalized = read(text)
    assert told(normalized) == []
    assert normalized.resource is not None
    return normalized.resource


def lines_of(one: Resource, *paths: Path) -> list[tuple[int, int]]:
    """Where the nodes stand: line and column."""
    places = [one.origin.place(path) for path in paths]
    return [(place.line, place.column) for place in places]


@pytest.mark.parametrize(
    ("api_version", "kind", "now"),
    [
        ("v1", "Pod", "core/Pod"),
        ("apps/v1", "Deployment", "apps/Deployment"),
        ("extensions/v1beta1", "Deployment", "apps/Deployment"),
        ("extensions/v1beta1", "DaemonSet", "apps/DaemonSet"),
        ("extensions/v1beta1", "Ingress", "networking.k8s.io/Ingress"),
        ("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/NetworkPolicy"),
        ("extensions/v1beta1", "PodSecurityPolicy", "policy/PodSecurityPolicy"),
        ("extensions/v1beta1", "Scale", "extensions/Scale"),
        ("extensions.example.org/v1", "Ingress", "extensions.example.org/Ingress"),
        ("traefik.containo.us/v1alpha1", "IngressRoute", "traefik.io/IngressRoute"),
        ("traefik.io/v1alpha1", "Middleware", "traefik.io/Middleware"),
        ("batch/v1beta1", "CronJob", "batch/CronJob"),
    ],
)
def test_groups(api_version: str, kind: str, now: str) -> None:
    assert "/".join(current_group(api_version, kind)) == now
    one = read(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n").resource
    assert one is not None
    assert one.type == now
    assert one.body["apiVersion"] == api_version


@pytest.mark.parametrize("version", OLD_INGRESS)
def test_ingress(version: str) -> None:
    one = clean(INGRESS.format(version=version))
    assert one.type == "networking.k8s.io/Ingress"
    assert one.body["spec"] == {
        "defaultBackend": {"service": {"name": "fallback", "port": {"name": "http"}}},
        "rules": [
            {
                "host": "a.example.org",
                "http": {
                    "paths": [
                        {"path": "/", "backend": {"service": {"name": "odoo", "port": {"number": 8069}}}},
                        {"path": "/static", "backend": {"resource": {"kind": "Bucket", "name": "static"}}},
                    ]
                },
            },
            {
                "host": "b.example.org",
                "http": {"paths": [{"backend": {"service": {"name": "chat", "port": {"name": "${PORT}"}}}}]},
            },
        ],
    }
    assert one.unknown == {("spec", "rules", 1, "http", "paths", 0, "backend", "service", "port", "name")}


@pytest.mark.parametrize("version", OLD_INGRESS)
def test_places_of_an_ingress(version: str) -> None:
    one = clean(INGRESS.format(version=version))
    default: Path = ("spec", "defaultBackend")
    assert lines_of(
        one,
        default,
        (*default, "service"),
        (*default, "service", "name"),
        (*default, "service", "port"),
        (*default, "service", "port", "name"),
        (*default, "service", "port", "number"),
        (*default, "resource"),
    ) == [(6, 3), (7, 5), (7, 5), (8, 5), (8, 5), (8, 5), (6, 3)]
    first: Path = ("spec", "rules", 0, "http", "paths", 0)
    assert lines_of(
        one,
        (*first, "path"),
        (*first, "pathType"),
        (*first, "backend"),
        (*first, "backend", "service", "name"),
        (*first, "backend", "service", "port", "number"),
        ("spec", "rules", 0, "http", "paths", 1, "backend", "resource", "name"),
    ) == [(13, 9), (13, 9), (14, 9), (15, 11), (16, 11), (19, 36)]
    second: Path = ("spec", "rules", 1, "http", "paths", 0, "backend", "service")
    assert lines_of(one, (*second, "name"), (*second, "port", "name")) == [(23, 19), (23, 38)]
    assert lines_of(one, ("spec", "rules", 1, "host"), ("metadata", "name")) == [(20, 5), (4, 3)]


def test_wrong_values_of_old_fields_are_told_where_they_stand() -> None:
    normalized = read(
        """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: web}
spec:
  backend:
    serviceName: 5
    servicePort: true
"""
    )
    assert [(problem.code, problem.place.line) for problem in normalized.problems] == [
        ("invalid-value", 6),
        ("invalid-value", 7),
    ]
    for broken in ("[]", "5", "{rules: [5, {http: 5}, {http: {paths: 5}}, {http: {paths: [5, {backend: 5}]}}]}"):
        one = read(f"apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {{name: web}}\nspec: {broken}\n")
        assert {code for code, _, _ in told(one)} == {"invalid-value"}


def test_the_current_ingress_stays_as_it_is() -> None:
    one = read(INGRESS.format(version="networking.k8s.io/v1")).resource
    assert one is not None
    assert one.body["spec"]["backend"] == {"serviceName": "fallback", "servicePort": "http"}
    assert "defaultBackend" not in one.body["spec"]


HPA = """\
apiVersion: {version}
kind: HorizontalPodAutoscaler
metadata: {{name: web}}
spec:
  maxReplicas: 3
  scaleTargetRef: {{kind: Deployment, name: web}}
{target}"""
UTILIZATION: Path = ("spec", "metrics", 0, "resource", "target", "averageUtilization")


@pytest.mark.parametrize(
    ("target", "percent", "line"),
    [
        ("  targetCPUUtilizationPercentage: 55\n", 55, 7),
        ("  targetCPUUtilizationPercentage: null\n", 80, 7),
        ("", 80, 4),
    ],
)
def test_autoscaler(target: str, percent: int, line: int) -> None:
    one = clean(HPA.format(version="autoscaling/v1", target=target))
    metric = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}}
    assert one.body["spec"]["metrics"] == [{"type": "Resource", "resource": metric}]
    assert "targetCPUUtilizationPercentage" not in one.body["spec"]
    assert [place[0] for place in lines_of(one, UTILIZATION, ("spec", "metrics"))] == [line, line]
    assert lines_of(one, ("spec", "maxReplicas")) == [(5, 3)]


def test_a_wrong_target_is_told_where_it_stands() -> None:
    normalized = read(HPA.format(version="autoscaling/v1", target="  targetCPUUtilizationPercentage: '55'\n"))
    assert [problem.place.line for problem in normalized.problems] == [7]
    hidden = clean(HPA.format(version="autoscaling/v1", target="  targetCPUUtilizationPercentage: ${CPU}\n"))
    assert hidden.unknown == {UTILIZATION}


def test_the_current_autoscaler_stays_as_it_is() -> None:
    one = clean(HPA.format(version="autoscaling/v2", target=""))
    assert "metrics" not in one.body["spec"]


WORKLOAD = """\
apiVersion: {version}
kind: {kind}
metadata: {{name: web}}
spec:
{selector}  template:
    metadata:
      labels:
        app: odoo
        tier: erp
    spec:
      containers:
      - name: odoo
"""
OLD_WORKLOADS = [
    ("extensions/v1beta1", "Deployment"),
    ("extensions/v1beta1", "DaemonSet"),
    ("extensions/v1beta1", "ReplicaSet"),
    ("apps/v1beta1", "Deployment"),
    ("apps/v1beta1", "StatefulSet"),
]


@pytest.mark.parametrize(("version", "kind"), OLD_WORKLOADS)
def test_a_missing_selector_is_that_of_the_template(version: str, kind: str) -> None:
    one = clean(WORKLOAD.format(version=version, kind=kind, selector=""))
    assert one.type == f"apps/{kind}"
    assert one.body["spec"]["selector"] == {"matchLabels": {"app": "odoo", "tier": "erp"}}
    assert lines_of(
        one, ("spec", "selector", "matchLabels"), ("spec", "selector", "matchLabels", "tier"), ("spec", "selector")
    ) == [(7, 7), (9, 9), (4, 1)]
    one.body["spec"]["selector"]["matchLabels"]["app"] = "other"
    assert one.body["spec"]["template"]["metadata"]["labels"]["app"] == "odoo"


@pytest.mark.parametrize(("version", "kind"), OLD_WORKLOADS)
def test_a_selector_that_is_there_stays(version: str, kind: str) -> None:
    selector = "  selector:\n    matchLabels: {app: odoo}\n"
    one = clean(WORKLOAD.format(version=version, kind=kind, selector=selector))
    assert one.body["spec"]["selector"] == {"matchLabels": {"app": "odoo"}}
    assert lines_of(one, ("spec", "selector", "matchLabels", "app")) == [(6, 19)]
    none = clean(WORKLOAD.format(version=version, kind=kind, selector="  selector: null\n"))
    assert none.body["spec"]["selector"] == {"matchLabels": {"app": "odoo", "tier": "erp"}}


@pytest.mark.parametrize("version", ["apps/v1", "apps/v1beta2"])
def test_the_newer_versions_require_a_selector(version: str) -> None:
    normalized = read(WORKLOAD.format(version=version, kind="Deployment", selector=""))
    assert [message for _, message, _ in told(normalized)] == ["Deployment web: spec.selector is required and missing"]


def test_traefik_of_the_old_group() -> None:
    text = """\
apiVersion: traefik.containo.us/v1alpha1
kind: IngressRoute
metadata: {name: web}
spec:
  entryPoints: [web]
  routes:
  - kind: Rule
    match: Host(`a.example.org`)
    services: [{name: web, port: 80}]
"""
    old, new = clean(text), clean(text.replace("traefik.containo.us", "traefik.io"))
    assert (old.type, old.id, old.body["spec"]) == (new.type, new.id, new.body["spec"])
    assert lines_of(old, ("spec", "routes", 0, "match")) == [(8, 5)]


def test_a_line_of_a_text_keeps_its_place() -> None:
    text = """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: web
  annotations:
    script: |
      one
      two
spec:
  backend: {serviceName: a, servicePort: 1}
"""
    assert clean(text).origin.place_of_line(("metadata", "annotations", "script"), 1).line == 8
    assert clean(text).origin.file == "a/b.yaml"
