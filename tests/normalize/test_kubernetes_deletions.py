"""What a plan deletes of a cluster, by the ids that the objects have."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from erpguard.normalize.declared import Declared
from erpguard.normalize.kubernetes_provider import deleted
from tests.analysis.estates import FakeOrigin

SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web", "namespace": "shop"}}
TEXT = "apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: shop}\n"


@pytest.mark.parametrize(
    ("provider", "type_", "before"),
    [
        ("kubernetes", "kubernetes_secret", {"metadata": [{"name": "web", "namespace": "shop"}]}),
        ("kubernetes", "kubernetes_manifest", {"manifest": SECRET}),
        ("kubectl", "kubectl_manifest", {"yaml_body": TEXT}),
        ("kubernetes", "kubernetes:core/v1:Secret", SECRET),
    ],
)
@pytest.mark.parametrize("change", ["delete", "update", "no-op", "create"])
def test_deleted_objects(provider: str, type_: str, before: dict[str, Any], change: str) -> None:
    one = Declared("a", provider, type_, {}, FakeOrigin(), change=change, before=before)
    expected = {"default/core/Secret/shop/web"} if change == "delete" else set()
    assert deleted([one], parse=yaml.safe_load_all) == expected


@pytest.mark.parametrize(("type_", "before"), [("helm_release", {"name": "web"}), ("kubernetes_secret", None)])
def test_what_is_not_known_to_be_an_object(type_: str, before: dict[str, Any] | None) -> None:
    assert deleted([Declared("a", "helm", type_, {}, FakeOrigin(), change="delete", before=before)]) == set()
