"""Traefik's TLS options and the default that its version has."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.routing.tls_options import tls_options
from erpguard.estate import Estate
from tests.analysis.estates import resource


def minimum(spec: dict[str, Any], images: tuple[str, ...] = (), version: str = "") -> str | None:
    """The lowest version of an option; None where it is not known."""
    made = [resource("traefik.io/v1alpha1", "TLSOption", "default", spec=spec)]
    made += [
        resource("v1", "Pod", f"pod-{number}", spec={"containers": [{"name": "a", "image": image}]})
        for number, image in enumerate(images)
    ]
    view = tls_options(Analyses(Estate(made), {"traefik_version": version} if version else {}))
    ((key, row),) = view.rows.items()
    assert ("min_version" in row) == ("min_version" not in view.unknown.get(key, ()))
    return row.get("min_version")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VersionTLS10", "1.0"),
        ("VersionTLS11", "1.1"),
        ("VersionTLS12", "1.2"),
        ("VersionTLS13", "1.3"),
        ("versiontls12", None),
        ("VersionSSL30", None),
        ("${X}", None),
        (12, None),
    ],
)
def test_what_is_written(text: Any, found: str | None) -> None:
    assert minimum({"minVersion": text}, version="3.0") == found


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("2.10", "1.0"),
        ("v2.10.7", "1.0"),
        ("2.11", "1.2"),
        ("2.11.0", "1.2"),
        ("v3.0.0-rc1", "1.2"),
        ("3", None),
        ("new", None),
    ],
)
def test_the_default_of_a_version(version: str, found: str | None) -> None:
    assert minimum({}, version=version) == found
    assert minimum({"minVersion": ""}, version=version) == found


@pytest.mark.parametrize(
    ("images", "found"),
    [
        ((), None),
        (("odoo:17",), None),
        (("traefik:v3.1", "odoo:17"), "1.2"),
        (("docker.io/library/traefik:v2.9@sha256:abc",), "1.0"),
        (("traefik:v3.1", "traefik:v2.11"), "1.2"),
        (("traefik:v3.1", "traefik:v2.9"), None),
        (("traefik:v3.1", "${IMAGE}"), None),
        (("traefik:${TAG}",), None),
        (("traefik",), None),
    ],
)
def test_the_default_of_the_images(images: tuple[str, ...], found: str | None) -> None:
    assert minimum({}, images) == found


def test_the_setting_counts_before_the_images() -> None:
    assert minimum({}, ("traefik:v2.9",), version="3.1") == "1.2"
