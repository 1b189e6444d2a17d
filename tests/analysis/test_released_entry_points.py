"""What the values of Traefik's chart make of its entry points."""

from __future__ import annotations

import pytest

from erpguard.analysis.routing.entry_points import entry_points
from tests.analysis.estates import analyses

ROUTE = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: shop}\nspec: {routes: []}\n"
Answers = tuple[bool | None, bool | None, bool]
"""Whether `web` redirects, whether it speaks TLS, and whether middlewares of its own are sure not to be there."""


def _config(content: str, name: str = "traefik") -> str:
    lines = "".join(f"    {line}\n" for line in content.split("\n"))
    return (
        f"apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {{name: {name}, namespace: kube-system}}\n"
        f"spec:\n  valuesContent: |\n{lines}---\n"
    )


def _flux(values: str, chart: str = "traefik", more: str = "") -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: edge, namespace: edge}\n"
        f"spec: {{chart: {{spec: {{chart: '{chart}'}}}}, values: {values}{more}}}\n---\n"
    )


def _web(text: str) -> Answers:
    made = analyses(text + ROUTE)
    (route,) = made.estate.of_type("traefik.io/IngressRoute")
    (found,) = entry_points(made).named(route, ["web"])
    return found.redirects, found.tls, found.attached == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_config("ports: {web: {redirectTo: websecure}}"), (True, False, True)),
        (_config("ports: {web: {redirectTo: {port: websecure}}}"), (True, False, True)),
        (_config("ports: {web: {redirections: {entryPoint: {to: websecure}}}}"), (True, False, True)),
        (_config("ports: {web: {http: {redirections: {entryPoint: {to: websecure}}}}}"), (True, False, True)),
        (_config("ports: {web: {redirectTo: null, tls: {enabled: false}}}"), (False, False, True)),
        (_config("ports: {web: {tls: {enabled: true}}}"), (False, True, True)),
        (_config("ports: {websecure: {redirectTo: web}}"), (False, False, True)),
        (
            _config("additionalArguments: ['--entryPoints.web.http.redirections.entryPoint.to=:443']"),
            (True, False, True),
        ),
        (_config("additionalArguments: [--entrypoints.web.http.tls]"), (False, True, True)),
        (_config("ports: {web: {middlewares: [edge-hsts@kubernetescrd]}}"), (False, False, False)),
        (_config("ports: {web: {redirectTo: '${TO}'}}"), (None, False, True)),
        (_config("additionalArguments: ['${MORE}']"), (None, None, False)),
        (_config("a: [b"), (None, None, False)),
        (_config("ports: {web: {redirectTo: websecure}}") + _config("a: b"), (True, False, True)),
        (_config("ports: {web: {redirectTo: websecure}}") + _config("a: b", "traefik-2"), (None, False, True)),
        (_flux("{ports: {web: {redirectTo: {port: websecure}}}}"), (True, False, True)),
        (_flux("{ports: {web: {redirectTo: null, http: {tls: {enabled: true}}}}}"), (False, True, True)),
        (_flux("{}", more=", valuesFrom: [{kind: ConfigMap, name: edge}]"), (None, None, False)),
        (_flux("{ports: {web: {redirectTo: websecure}}}", "${CHART}"), (None, None, False)),
        (_flux("{ports: {web: {redirectTo: websecure}}}", "nginx"), (False, False, True)),
    ],
)
def test_by_values(text: str, expected: Answers) -> None:
    assert _web(text) == expected


def test_what_runs_counts_before_values() -> None:
    container = "{name: traefik, image: 'traefik:v3.3.4', args: ['--entrypoints.web.address=:80']}"
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: traefik}\n"
        f"spec: {{selector: {{}}, template: {{spec: {{containers: [{container}]}}}}}}\n---\n"
    )
    assert _web(_config("ports: {web: {redirectTo: websecure}}") + deployment) == (False, False, True)
