"""Which types resources can have, and which fields those types and the views have: as far as anybody knows.

The kinds of Kubernetes itself and their fields are all known (`tools/kubernetes_fields.py` writes them down). Of custom
resources and of Azure erpguard knows the types and fields that its own policies read; others may exist.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from functools import cache
from typing import Any

from erpguard.errors import UsageError
from erpguard.model.kinds import GROUPS
from erpguard.normalize.azure import arm_types
from erpguard.normalize.kubernetes_types import all_names as all_kubernetes_names
from erpguard.normalize.kubernetes_versions import current_group

_OTHERS = ("erpguard/Deletion", "policy/PodSecurityPolicy")
"""What erpguard makes itself, the deletion of a resource by a plan; and a kind that old manifests have."""

_EVERY_ROW = frozenset(("key", "resource", "path", "name", "namespace", "kind", "environment"))
_VERSIONED = re.compile(r"(?:(?P<group>[\w.]+)/)?v\d+(?:(?:alpha|beta)\d+)?/(?P<kind>\w+)")
_NEARLY = 0.9
"""How much of two names has to be the same for one of them to be a slip: `TCPRoute` and `TLSRoute` are two kinds."""
_VERSIONS = {
    "acid.zalan.do": "v1",
    "helm.toolkit.fluxcd.io": "v2",
    "keda.sh": "v1alpha1",
    "traefik.io": "v1alpha1",
}


def is_azure(type_: str) -> bool:
    """Whether a type is one of ARM."""
    return type_.lower().startswith("microsoft.")


def resolve(type_: str) -> str:
    """The type, if resources can have it; UsageError with a near one otherwise."""
    wrong = unreachable(type_)
    if type_ in GROUPS:
        raise UsageError(f"--type {type_}: a group of types: name one, such as {GROUPS[type_][0]}")
    if wrong:
        raise UsageError(f"--type {type_}: {wrong}")
    return type_


def unreachable(type_: str) -> str:
    """Why no resource can have a type; empty where one can, or may."""
    if type_ in GROUPS or type_ in _OTHERS:
        return ""
    if is_azure(type_):
        return _unreachable_in_azure(type_)
    return _unreachable_in_kubernetes(type_)


def is_known(type_: str) -> bool:
    """Whether anything is known of a type."""
    return type_ in GROUPS or type_ in _OTHERS or type_ in _names()


def version(type_: str) -> str:
    """The `apiVersion` of a kind of Kubernetes."""
    group = type_.rpartition("/")[0]
    known = kubernetes_fields()["types"].get(type_)
    number = known[0] if known else _VERSIONS.get(group, "v1")
    return number if group == "core" else f"{group}/{number}"


def _unreachable_in_azure(type_: str) -> str:
    known = arm_types.arm_type(type_)
    if known is not None:
        return "" if known.name == type_ else f"ARM spells it {known.name}"
    return _near(type_, "no source makes such a resource")


def _unreachable_in_kubernetes(type_: str) -> str:
    versioned = _VERSIONED.fullmatch(type_)
    if versioned:
        return f"types have no version: write {versioned['group'] or 'core'}/{versioned['kind']}"
    group, slash, kind = type_.rpartition("/")
    if not slash:
        return _near(f"core/{type_}", "a type is GROUP/KIND, such as apps/Deployment or core/Service")
    now = "/".join(current_group(f"{group}/v1" if group != "core" else "v1", kind))
    if now != type_:
        return f"its objects are converted: write {now}"
    if type_ in _names():
        return ""
    closed = {name.rpartition("/")[0] for name in kubernetes_fields()["types"]}
    if group in closed:
        return _near(type_, f"the API group {group} has no such kind")
    if (
        "." not in group
    ):  # https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/
        return _near(type_, f"there is no API group {group}")
    return _misspelled(group, kind)


def _near(type_: str, reason: str) -> str:
    """The reason with a type that is nearly this one."""
    names = {name.lower(): name for name in _names()}
    kinds = {name.rpartition("/")[2].lower(): name for name in sorted(_names(), reverse=True)}
    close = names.get(type_.lower()) or kinds.get(type_.rpartition("/")[2].lower())
    if close is None:
        found = difflib.get_close_matches(type_.lower(), names, n=1, cutoff=0.85)
        close = names[found[0]] if found else None
    return f"{reason}: did you mean {close}?" if close else reason


def _misspelled(group: str, kind: str) -> str:
    """The type that a custom one is a slip of: of the same group or kind, and nearly of the other; or nothing."""
    for name in sorted(_names()):
        one, _, other = name.partition("/")
        if (one == group and _is_nearly(other, kind)) or (other == kind and _is_nearly(one, group)):
            return f"no source makes such a resource: did you mean {name}?"
    return ""


def _is_nearly(word: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, word.lower(), other.lower()).ratio() >= _NEARLY


@cache
def _names() -> frozenset[str]:
    return frozenset((*all_kubernetes_names(), *kubernetes_fields()["types"], *arm_types.all_names()))


def row_fields(view: str) -> frozenset[str]:
    """The fields that rows of a view have; empty where nothing is known of the view."""
    known = _read("view_fields.json").get(view)
    return _EVERY_ROW.union(known) if known else frozenset()


def kubernetes_fields() -> Any:
    """The types and models of `kubernetes_fields.json`; `tools/kubernetes_fields.py` describes them."""
    return _read("kubernetes_fields.json")


@cache
def _read(name: str) -> Any:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as opened:
        return json.load(opened)
