"""`docs/kubernetes-permissions.md` has exactly the rules that the table of kinds needs."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from erpguard.sources.kubernetes_cluster.kinds import KINDS

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "kubernetes-permissions.md"


def documents() -> list[dict[str, Any]]:
    """The manifests of the page."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [one for block in blocks for one in yaml.safe_load_all(block) if "kind" in one]


def role(name: str) -> dict[str, Any]:
    """One of the roles of the page."""
    return next(one for one in documents() if one["metadata"]["name"] == name and one["kind"] == "ClusterRole")


def test_the_role_allows_to_list_what_is_read_and_nothing_else() -> None:
    allowed: dict[str, set[str]] = defaultdict(set)
    for rule in role("erpguard")["rules"]:
        assert rule["verbs"] == (["list"] if "namespaces" not in rule["resources"] else ["get", "list"])
        assert rule.keys() == {"apiGroups", "resources", "verbs"}
        for group in rule["apiGroups"]:
            assert allowed[group].isdisjoint(rule["resources"])
            allowed[group] |= set(rule["resources"])
    needed: dict[str, set[str]] = defaultdict(set)
    for kind in KINDS:
        needed[kind.group].add(kind.resource)
    assert allowed == needed


def test_the_binding_is_for_that_role() -> None:
    bindings = [one for one in documents() if one["kind"] == "ClusterRoleBinding"]
    assert [one["roleRef"]["name"] for one in bindings] == ["erpguard"]
    accounts = [
        (one["metadata"]["namespace"], one["metadata"]["name"])
        for one in documents()
        if one["kind"] == "ServiceAccount"
    ]
    assert [(one["namespace"], one["name"]) for binding in bindings for one in binding["subjects"]] == accounts


def test_every_call_is_listed() -> None:
    rows = set(re.findall(r"^\| `(\S+)` \|", PAGE.read_text(), re.MULTILINE))
    assert rows == {kind.name for kind in KINDS}
