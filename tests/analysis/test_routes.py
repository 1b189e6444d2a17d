"""Routers of every kind: what leads where, by which entry points, behind what."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses, View
from erpguard.estate import Estate
from erpguard.normalize import kubernetes
from tests.analysis.estates import FakeOrigin, analyses
from tests.policy_examples import cases, is_manifest

VIEWS = ("routers", "route_tls", "tls_secrets", "traefik_entry_points", "traefik_instances")
POLICIES = ("TLS001", "TLS002", "TLS009", "TLS011", "RES017", "NET009")

ODOO = """
apiVersion: v1
kind: Pod
metadata: {name: odoo, namespace: erp, labels: {app: odoo}}
spec: {containers: [{name: odoo, image: "odoo:18.0", args: [odoo]}]}
---
apiVersion: v1
kind: Service
metadata: {name: odoo, namespace: erp}
spec: {selector: {app: odoo}, ports: [{port: 8069}]}
---
"""


def routes(*each: dict[str, Any], **spec: Any) -> str:
    """An IngressRoute `odoo` in namespace `erp`; every route leads to the Service `odoo`."""
    services = [{"name": "odoo", "port": 8069}]
    made = {"routes": [{"kind": "Rule", "services": services, **one} for one in each], **spec}
    metadata = {"name": "odoo", "namespace": "erp"}
    return yaml.safe_dump(
        {"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute", "metadata": metadata, "spec": made}
    )


def middleware(name: str, namespace: str = "erp", **spec: Any) -> str:
    """A Middleware and the mark that ends its document."""
    metadata = {"name": name, "namespace": namespace}
    body = {"apiVersion": "traefik.io/v1alpha1", "kind": "Middleware", "metadata": metadata, "spec": spec}
    return yaml.safe_dump(body) + "---\n"


def traefik(*args: str, image: str = "traefik:v3.5.0") -> str:
    """A Deployment of Traefik and the mark that ends its document."""
    containers = [{"name": "t", "image": image, "args": list(args)}]
    pod = {"metadata": {"labels": {"app": "t"}}, "spec": {"containers": containers}}
    spec = {"selector": {"matchLabels": {"app": "t"}}, "template": pod}
    metadata = {"name": "traefik", "namespace": "edge"}
    return yaml.safe_dump({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}) + "---\n"


def column(view: View, field: str) -> list[Any]:
    """A field of every row, in their order; `?` where it is not known."""
    return ["?" if field in view.unknown.get(key, ()) else row.get(field) for key, row in view.rows.items()]


def surfaces(text: str) -> list[Any]:
    """The administration surfaces of every router."""
    return column(analyses(ODOO + text).view("routers"), "admin_surfaces")


MANAGER = ["the database manager of Odoo"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"stripPrefix": {"prefixes": ["/odoo"]}}, MANAGER),
        ({"stripPrefix": {"prefixes": ["/other"]}}, []),
        ({"stripPrefixRegex": {"regex": ["/od+oo"]}}, MANAGER),
        ({"replacePathRegex": {"regex": "^/odoo/(.*)", "replacement": "/$1"}}, MANAGER),
        ({"replacePathRegex": {"regex": "^/odoo/(.*)", "replacement": "/x/${1}"}}, []),
        ({"replacePath": {"path": "/web/database/manager"}}, MANAGER),
        ({"replacePath": {"path": "/web"}}, []),
        ({"addPrefix": {"prefix": "/x"}}, []),
        ({"replacePathRegex": {"regex": "^((/odoo)+)+/(.*)", "replacement": "/$3"}}, "?"),
        ({"basicAuth": {"secret": "users"}}, []),
    ],
)
def test_rewrites(spec: dict[str, Any], expected: Any) -> None:
    route = {"match": "Host(`a.b`) && PathPrefix(`/odoo`)", "middlewares": [{"name": "m"}]}
    assert surfaces(middleware("m", **spec) + routes(route, entryPoints=["websecure"])) == [expected]


def test_a_plugin_may_ask_who_is_there() -> None:
    route = {"match": "Host(`a.b`)", "middlewares": [{"name": "m"}]}
    assert surfaces(middleware("m", plugin={"oidc": {}}) + routes(route, entryPoints=["websecure"])) == ["?"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"match": "Host(`a.b`) && PathPrefix(`/web/database`)"}, []),
        ({"match": "Host(`a.b`) && PathPrefix(`/web/database`)", "priority": 1}, MANAGER),
        ({"match": "Host(`a.b`) && Path(`/web/database/manager`)"}, MANAGER),
        ({"match": "Host(`a.b`) && PathPrefix(`/web/database`) && Method(`GET`)"}, MANAGER),
        ({"match": "Host(`a.b`) && PathPrefix(`/web/database`) && ClientIP(`10.0.0.0/8`)"}, MANAGER),
        ({"match": "PathPrefix(`/web/database/`) && PathPrefix(`/`)"}, []),
        ({"match": "Host(`c.d`) && PathPrefix(`/web/database`)"}, MANAGER),
        ({"match": "Host(`${X}`) && PathPrefix(`/web/database`)", "priority": 99}, "?"),
    ],
)
def test_a_more_specific_router_takes_the_path_away(other: dict[str, Any], expected: Any) -> None:
    elsewhere = [{"kind": "TraefikService", "name": "noop@internal"}]
    text = routes({"match": "Host(`a.b`)"}, {**other, "services": elsewhere}, entryPoints=["websecure"])
    assert surfaces(text)[0] == expected


def test_entry_points_are_asked_one_by_one() -> None:
    edge = traefik(
        "--entrypoints.web.address=:80",
        "--entrypoints.web.http.redirections.entrypoint.to=websecure",
        "--entrypoints.websecure.address=:443",
        "--entrypoints.websecure.http.tls",
        "--entrypoints.websecure.http.middlewares=edge-headers@kubernetescrd,edge-rate@kubernetescrd",
        "--entrypoints.partner.address=:444",
        "--entrypoints.partner.http.tls=true",
    )
    shared = middleware("headers", "edge", headers={"stsSeconds": 31536000}) + middleware(
        "rate", "edge", rateLimit={"average": 10}
    )
    for points, seconds, unlimited in (
        (["websecure"], 31536000, False),
        (["web", "websecure"], 31536000, False),
        (["websecure", "partner"], 0, True),
    ):
        view = analyses(edge + shared + routes({"match": "Host(`a.b`)"}, entryPoints=points)).view("routers")
        assert column(view, "encrypted") == [True]
        assert column(view, "hsts_seconds") == [seconds]
        assert column(view, "unlimited") == [unlimited]
    default = analyses(edge + shared + routes({"match": "Host(`a.b`)"})).view("routers")
    assert column(default, "encrypted") == [True]  # web redirects, the others are TLS
    assert column(default, "unlimited") == [True]  # by partner


def test_joined_names_may_be_ambiguous() -> None:
    ingress = yaml.safe_load(
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: odoo
          namespace: erp
          annotations:
            traefik.ingress.kubernetes.io/router.tls: "true"
            traefik.ingress.kubernetes.io/router.middlewares: a-b-c@kubernetescrd
        spec: {ingressClassName: traefik, rules: [{host: a.b}]}
        """
    )
    text = yaml.safe_dump(ingress)
    one = middleware("b-c", "a", rateLimit={"average": 10})
    other = middleware("c", "a-b", compress={})
    assert column(analyses(one + text).view("routers"), "unlimited") == [False]
    assert column(analyses(other + text).view("routers"), "unlimited") == [True]
    assert column(analyses(one + other + text).view("routers"), "unlimited") == ["?"]


def test_chains_may_be_circular() -> None:
    one = middleware("one", chain={"middlewares": [{"name": "two"}]})
    two = middleware("two", chain={"middlewares": [{"name": "one"}]})
    route = {"match": "Host(`a.b`)", "middlewares": [{"name": "one"}]}
    assert column(analyses(one + two + routes(route)).view("routers"), "unlimited") == ["?"]


@pytest.mark.parametrize(
    ("image", "args", "expected"),
    [
        ("traefik:v2.10.7", (), [True]),
        ("traefik:v2.11.1", (), [True]),
        ("traefik:v2.11.2", (), [False]),
        ("traefik:v2.11", (), ["?"]),
        ("traefik:v3.0-alpine", (), [False]),
        ("traefik:v3", (), ["?"]),
        ("traefik", (), ["?"]),
        ("traefik:latest", ("--entrypoints.web.transport.respondingTimeouts.readTimeout=0",), [True]),
        ("traefik:latest", ("--entryPoints.web.transport.respondingTimeouts.readTimeout", "1m0s"), [False]),
        ("traefik:v3.1.0", ("--entrypoints.web.transport.respondingTimeouts.readTimeout=${T}",), ["?"]),
        ("traefik:v3.1.0", ("${MORE}",), ["?", "?"]),  # the second row stands for entry points that are not known
        ("${IMAGE}", ("--entrypoints.web.transport.respondingTimeouts.readTimeout=0",), ["?"]),
    ],
)
def test_read_timeouts(image: str, args: tuple[str, ...], expected: list[Any]) -> None:
    text = traefik("--entrypoints.web.address=:80", *args, image=image).removesuffix("---\n")
    assert column(analyses(text).view("traefik_entry_points"), "read_timeout_off") == expected


BODIES = [
    [body for text in case.files.values() for body in yaml.safe_load_all(text) if isinstance(body, dict)]
    for policy in POLICIES
    for case in cases(policy)
    if is_manifest(case)
]


def _nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of every node below a value."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from _nodes(inner)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_views_stand_whatever_a_manifest_says(data: st.DataObject) -> None:
    bodies = deepcopy(data.draw(st.sampled_from(BODIES)))
    for _ in range(data.draw(st.integers(1, 4))):
        nodes = [node for body in bodies for node in _nodes(body) if node[1] not in ("apiVersion", "kind")]
        holder, key = data.draw(st.sampled_from(nodes))
        choices: tuple[Any, ...] = (None, [], {}, [None], [{}], 1, True, "", "x", "${X}", "a,b@file", {"name": "x"})
        values = st.sampled_from(choices)
        holder[key] = data.draw(values)
    made = [kubernetes.resource(deepcopy(body), FakeOrigin()).resource for body in bodies]
    given_analyses = Analyses(Estate([one for one in made if one is not None]))
    for name in VIEWS:
        assert isinstance(given_analyses.view(name), View)
