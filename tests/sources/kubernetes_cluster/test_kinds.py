"""The table of kinds has what policies and analyses ask for, all of it and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from erpguard import packs
from erpguard.model import arm_ids
from erpguard.normalize.kubernetes_types import MODULES, shape_of
from erpguard.normalize.kubernetes_versions import current_group
from erpguard.sources.kubernetes_cluster.kinds import KINDS, OWNED, TYPES

SOURCE = Path(arm_ids.__file__).parent.parent
_TYPE = re.compile(r"(?:core|apps|batch|policy|autoscaling|[a-z0-9-]+(?:\.[a-z0-9-]+)+)/(?:[A-Z][A-Za-z]+|postgresql)")


def shaped() -> set[str]:
    """The types that have a shape."""
    modules = {import_module(f"erpguard.normalize.kubernetes_types.{name}") for name in MODULES.values()}
    return {type_ for module in modules for type_ in module.SHAPES if shape_of(type_) is not None}


def named_by_policies() -> set[str]:
    """The types that policies judge, or whose absence they rest on."""
    found: set[str] = set()
    for policy in packs.load().policies.values():
        found |= {type_ for type_ in (*policy.resource_types, *policy.absence_of) if not type_.startswith("Microsoft.")}
    return {type_ for type_ in found if _TYPE.fullmatch(type_)}


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named_by_analyses() -> set[str]:
    """Types of groups that the table knows, as analyses write them."""
    groups = {type_.rpartition("/")[0] for type_ in TYPES} | {"policy"}
    files = [*(SOURCE / "analysis").rglob("*.py"), SOURCE / "model" / "kinds.py"]
    texts = {text for file in files for text in _texts(file) if _TYPE.fullmatch(text)}
    return {text for text in texts if text.rpartition("/")[0] in groups and text.rpartition("/")[2] != "v1"}


def test_everything_that_is_asked_for_is_read() -> None:
    asked = shaped() | named_by_policies() | named_by_analyses()
    assert len(named_by_policies()) > 20
    assert len(named_by_analyses()) > 40
    # An API version is spelled as a type is: those are no types.
    versions = {text for text in asked if re.search(r"/v\d", text)}
    assert asked - versions - TYPES == set()
    assert TYPES - asked == set()


def test_rows_are_whole() -> None:
    assert len({(kind.group, kind.resource) for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert {served.rpartition("/")[0] for served in kind.served} == {kind.group}
        assert {"/".join(current_group(served, kind.kind)) for served in kind.served} == {kind.type}
        assert kind.resource.isalpha()
        assert kind.resource.islower()


def test_names() -> None:
    by_type = {kind.type: kind for kind in KINDS if kind.group != "traefik.containo.us"}
    deployment, pod, cluster_role = (
        by_type[name] for name in ("apps/Deployment", "core/Pod", "rbac.authorization.k8s.io/ClusterRole")
    )
    assert (deployment.name, deployment.kind, deployment.group, deployment.namespaced) == (
        "deployments.apps",
        "Deployment",
        "apps",
        True,
    )
    assert (pod.name, pod.group, pod.served) == ("pods", "", ("v1",))
    assert not cluster_role.namespaced
    assert by_type["autoscaling/HorizontalPodAutoscaler"].served == (
        "autoscaling/v2",
        "autoscaling/v2beta2",
        "autoscaling/v1",
    )


def test_what_others_control_is_collected_by_itself() -> None:
    assert OWNED < TYPES
