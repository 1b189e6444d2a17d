"""The roles that every cluster has.

kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
Their rules are given as far as policies ask: cluster-admin, admin, edit and view in what they allow on secrets, pods,
identities and by way of writing; the rules of roles that allow none of that are left out. Every other `system:` role
belongs to the control plane too: it exists, and its rules are not known unless the estate holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from erpguard.analysis.kubernetes_rbac.rules import WRITES, Items, Rule

BOOTSTRAPPING = "kubernetes.io/bootstrapping"
RBAC_DEFAULTS = "rbac-defaults"
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
_READS = ("get", "list", "watch")


@dataclass(frozen=True, slots=True)
class DefaultRole:
    """A ClusterRole of the control plane: its labels, its rules, and the selectors that it aggregates by."""

    labels: Mapping[str, str]
    rules: tuple[Rule, ...] = ()
    selectors: tuple[Mapping[str, Any], ...] = field(default=())


def _role(*rules: Rule, into: str = "", by: str = "") -> DefaultRole:
    labels = {BOOTSTRAPPING: RBAC_DEFAULTS, **({_AGGREGATE + into: "true"} if into else {})}
    selectors = ({"matchLabels": {_AGGREGATE + by: "true"}},) if by else ()
    return DefaultRole(labels, rules, selectors)


def _rule(group: str, resources: str, *verbs: str) -> Rule:
    return Rule(Items(verbs), Items((group,)), Items(tuple(resources.split())))


_STREAMS = "pods/attach pods/exec pods/portforward pods/proxy"
_WORKLOADS = "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale"

CLUSTER_ROLES: dict[str, DefaultRole] = {
    "cluster-admin": _role(_rule("*", "*", "*")),
    "admin": _role(by="admin"),
    "edit": _role(into="admin", by="edit"),
    "view": _role(into="edit", by="view"),
    "system:aggregate-to-admin": _role(
        _rule("rbac.authorization.k8s.io", "roles rolebindings", *_READS, *WRITES), into="admin"
    ),
    "system:aggregate-to-edit": _role(
        _rule("", f"{_STREAMS} secrets services/proxy", *_READS),
        _rule("", "serviceaccounts", "impersonate"),
        _rule("", f"pods {_STREAMS}", *WRITES),
        _rule("", "pods/eviction serviceaccounts/token", "create"),
        _rule("", "configmaps events persistentvolumeclaims secrets serviceaccounts services", *WRITES),
        _rule("apps", _WORKLOADS, *WRITES),
        _rule("batch", "cronjobs jobs", *WRITES),
        _rule("networking.k8s.io", "ingresses networkpolicies", *WRITES),
        into="edit",
    ),
    "system:aggregate-to-view": _role(
        _rule("", "configmaps endpoints persistentvolumeclaims pods pods/log serviceaccounts services", *_READS),
        _rule("apps", _WORKLOADS, *_READS),
        into="view",
    ),
    "system:node-proxier": _role(_rule("", "events", "create", "patch", "update")),
    "system:node-problem-detector": _role(_rule("", "events", "create", "patch", "update")),
    "system:persistent-volume-provisioner": _role(_rule("", "persistentvolumeclaims", "update")),
    "system:volume-scheduler": _role(_rule("", "persistentvolumeclaims", "patch", "update")),
    "system:kube-scheduler": _role(
        _rule("", "pods", "get", "list", "watch", "delete"),
        _rule("", "pods/binding events", "create"),
        _rule("", "pods/status events", "patch", "update"),
    ),
    "system:kube-controller-manager": _role(
        _rule("", "secrets serviceaccounts", "get", "create", "update", "delete"),
        _rule("", "serviceaccounts/token", "create"),
        _rule("*", "*", "list", "watch"),
    ),
    "system:kubelet-api-admin": _role(_rule("", "nodes/proxy", "*")),
    **dict.fromkeys(
        (
            "system:auth-delegator",
            "system:basic-user",
            "system:discovery",
            "system:heapster",
            "system:kube-aggregator",
            "system:kube-dns",
            "system:monitoring",
            "system:node-bootstrapper",
            "system:public-info-viewer",
            "system:service-account-issuer-discovery",
        ),
        _role(),
    ),
}
"""Name -> what the control plane creates under it."""

_LEASES = _rule("coordination.k8s.io", "leases", "get", "list", "watch", "update", "patch", "create")
_CONFIG = _rule("", "configmaps", "create", "get", "list", "watch", "update", "patch")
_TOKENS = _rule("", "secrets", "get", "list", "watch", "delete")

ROLES: dict[tuple[str, str], tuple[Rule, ...]] = {
    ("kube-system", "extension-apiserver-authentication-reader"): (),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (_LEASES,),
    ("kube-system", "system::leader-locking-kube-scheduler"): (_LEASES,),
    ("kube-system", "system:controller:bootstrap-signer"): (_rule("", "secrets", *_READS),),
    ("kube-system", "system:controller:cloud-provider"): (_CONFIG,),
    ("kube-system", "system:controller:token-cleaner"): (_TOKENS,),
    ("kube-public", "system:controller:bootstrap-signer"): (_CONFIG,),
}
"""(namespace, name) of the Roles that the control plane creates -> their rules."""

RESERVED = "system:"
"""The prefix of names that belong to the control plane."""
