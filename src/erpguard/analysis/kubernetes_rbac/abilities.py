"""What a right is worth to somebody who wants more rights: the requests by which one identity becomes another.

kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks,
kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping,
kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation,
kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets (who may create a Secret and read it gets
a token) and kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from erpguard.analysis.kubernetes_rbac.rules import Rule
from erpguard.analysis.values.selectors import any_of
from erpguard.normalize.shapes import has_placeholder

_RBAC = "rbac.authorization.k8s.io"
_CERTIFICATES = "certificates.k8s.io"
_CHANGE = ("update", "patch")

CONTROLLERS: dict[str, tuple[str, str]] = {
    "apps/Deployment": ("apps", "deployments"),
    "apps/StatefulSet": ("apps", "statefulsets"),
    "apps/DaemonSet": ("apps", "daemonsets"),
    "apps/ReplicaSet": ("apps", "replicasets"),
    "core/ReplicationController": ("", "replicationcontrollers"),
    "batch/CronJob": ("batch", "cronjobs"),
}
"""What makes pods by a template that can be changed -> (API group, resource). The template of a Job cannot."""

CLIENT_SIGNER = ("kubernetes.io/kube-apiserver-client", "kubernetes.io/*")
"""The names under which `approve` lets through certificates that the API server takes as users."""


class _Requests(NamedTuple):
    """Any of these verbs on any of these (API group, resource)."""

    verbs: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]


def _to(verbs: str, group: str, *resources: str) -> _Requests:
    return _Requests(tuple(verbs.split()), tuple((group, resource) for resource in resources))


IN_NAMESPACES: dict[str, _Requests] = {
    "create pods": _Requests(("create",), (("", "pods"), ("batch", "jobs"), *CONTROLLERS.values())),
    **{f"change {type_}": _Requests(_CHANGE, (target,)) for type_, target in CONTROLLERS.items()},
    "exec into pods": _to("get create", "", "pods/exec"),
    "add containers to pods": _to("update patch", "", "pods/ephemeralcontainers"),
    "change images of pods": _to("update patch", "", "pods"),
    "create tokens": _to("create", "", "serviceaccounts/token"),
    "create ServiceAccounts": _to("create", "", "serviceaccounts"),
    "create secrets": _to("create", "", "secrets"),
    "read secrets": _to("get list watch", "", "secrets"),
    "create PersistentVolumeClaims": _to("create", "", "persistentvolumeclaims"),
    "impersonate ServiceAccounts": _to("impersonate", "", "serviceaccounts"),
    "bind ClusterRoles": _to("bind", _RBAC, "clusterroles"),
    "bind Roles": _to("bind", _RBAC, "roles"),
    "create RoleBindings": _to("create", _RBAC, "rolebindings"),
    "change RoleBindings": _to("update patch", _RBAC, "rolebindings"),
    "escalate Roles": _to("escalate", _RBAC, "roles"),
    "change Roles": _to("update patch", _RBAC, "roles"),
    # A request for a namespace counts as one in it.
    "label the namespace": _to("update patch", "", "namespaces"),
}
"""What can be given in a namespace -> the requests."""

EVERYWHERE_ONLY: dict[str, _Requests] = {
    "create PersistentVolumes": _to("create", "", "persistentvolumes"),
    "create ClusterRoleBindings": _to("create", _RBAC, "clusterrolebindings"),
    "change ClusterRoleBindings": _to("update patch", _RBAC, "clusterrolebindings"),
    "escalate ClusterRoles": _to("escalate", _RBAC, "clusterroles"),
    "change ClusterRoles": _to("update patch", _RBAC, "clusterroles"),
    "impersonate users": _to("impersonate", "", "users"),
    "impersonate groups": _to("impersonate", "", "groups"),
    "use the kubelet API": _to("get create", "", "nodes/proxy"),
    "request certificates": _to("create", _CERTIFICATES, "certificatesigningrequests"),
    "approve certificates": _to("update patch", _CERTIFICATES, "certificatesigningrequests/approval"),
    "approve for the signer": _to("approve", _CERTIFICATES, "signers"),
}
"""What only a ClusterRoleBinding gives -> the requests."""

ABILITIES = {**IN_NAMESPACES, **EVERYWHERE_ONLY}


class Ability(NamedTuple):
    """An ability that a rule gives, whether surely, and on objects of which names; None for those of any name."""

    name: str
    sure: bool
    names: tuple[str, ...] | None


@lru_cache(maxsize=4096)  # large estates hold the same rules again and again
def abilities(rule: Rule, everywhere: bool) -> tuple[Ability, ...]:
    """What a rule gives, or may give: `everywhere` by a ClusterRoleBinding, else in a namespace."""
    names, known = _names(rule)
    found = []
    for name, requests in (ABILITIES if everywhere else IN_NAMESPACES).items():
        given = any_of(
            rule.allows(verb, group, resource) for group, resource in requests.targets for verb in requests.verbs
        )
        if given is not False:
            found.append(Ability(name, given is True and known, names))
    return tuple(found)


def _names(rule: Rule) -> tuple[tuple[str, ...] | None, bool]:
    """The names that a rule is about, None for all that there may be, and whether that is known."""
    given = [text for text in rule.names.texts if text is not None and not has_placeholder(text)]
    if not rule.names.complete or len(given) < len(rule.names.texts):
        return None, False
    return tuple(given) or None, True
