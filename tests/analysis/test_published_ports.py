"""Which entry points of Traefik the Services of the estate leave inside the cluster."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.routing.published_ports import is_left_inside
from erpguard.analysis.routing.traefik_static import static_configurations
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource

WEB = {"name": "web", "port": 80, "targetPort": "web"}
ADMIN = {"name": "admin", "port": 9000, "targetPort": 8080}


def _traefik(*more: str, ports: list[dict[str, Any]] | None = None, **spec: Any) -> Resource:
    given = [{"name": "web", "containerPort": 8000}, {"name": "admin", "containerPort": 8080}]
    container = {
        "name": "traefik",
        "image": "traefik:v3.3.4",
        "args": ["--entrypoints.web.address=:8000", "--entrypoints.admin.address=:8080/tcp", *more],
        "ports": given if ports is None else ports,
    }
    template = {"metadata": {"labels": {"app": "traefik"}}, "spec": {"containers": [container], **spec}}
    return resource(
        "apps/v1", "Deployment", "traefik", spec={"selector": {"matchLabels": {"app": "traefik"}}, "template": template}
    )


def _service(*ports: dict[str, Any], type_: str = "LoadBalancer", app: str = "traefik", **spec: Any) -> Resource:
    return resource(
        "v1", "Service", f"s{len(ports)}", spec={"type": type_, "selector": {"app": app}, "ports": list(ports), **spec}
    )


@pytest.mark.parametrize(
    ("traefik", "services", "expected"),
    [
        (_traefik(), [_service(WEB)], True),
        (_traefik(), [_service(WEB, type_="NodePort")], True),
        (_traefik(), [_service(WEB, type_="ClusterIP", externalIPs=["192.0.2.1"])], True),
        (_traefik(), [_service(WEB, ADMIN)], False),
        (_traefik(), [_service(WEB), _service(WEB, ADMIN, type_="ClusterIP")], True),
        (_traefik(), [_service(WEB, ADMIN, type_="ClusterIP")], False),
        (_traefik(), [_service(WEB, app="other")], False),
        (_traefik(), [], False),
        (_traefik(hostNetwork=True), [_service(WEB)], False),
        (_traefik(hostNetwork="${HOST}"), [_service(WEB)], None),
        (_traefik(ports=[{"name": "web", "containerPort": 8000}]), [_service(WEB)], True),
        (_traefik(ports=[{"containerPort": 8080, "hostPort": 80}]), [_service({"port": 8000})], False),
        (_traefik(ports=[{"containerPort": 8000, "hostPort": 80}]), [_service({"port": 8000})], True),
        (_traefik(), [_service({"port": 8080})], False),
        (_traefik(), [_service({"port": 8080, "targetPort": 0})], False),
        (_traefik(), [_service({"port": 80, "targetPort": "gone"})], None),
        (_traefik(), [_service({"port": 80, "targetPort": "${PORT}"})], None),
        (_traefik(), [_service(WEB, type_="${TYPE}")], None),
        (_traefik(), [_service(WEB, app="${APP}")], None),
        (_traefik("--entrypoints.admin.address=unix"), [_service(WEB)], False),
        (_traefik("--entrypoints.admin.address=:${PORT}"), [_service(WEB)], None),
    ],
)
def test_is_left_inside(traefik: Resource, services: list[Resource], expected: bool | None) -> None:
    analyses = Analyses(Estate([traefik, *services]))
    (configuration,) = static_configurations(analyses)
    assert is_left_inside(analyses, configuration, "admin") is expected


def test_a_service_may_stand_elsewhere() -> None:
    analyses = Analyses(Estate([_traefik(), _service(WEB)], open_types={"*"}))
    (configuration,) = static_configurations(analyses)
    assert is_left_inside(analyses, configuration, "admin") is None
    assert is_left_inside(analyses, configuration, "web") is False
