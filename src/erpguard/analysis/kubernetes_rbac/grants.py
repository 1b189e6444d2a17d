"""Which rights that policies name a rule gives, and by which of its items.

The tables list, per subject of a policy, resources with the verbs that matter. Which of them is objectionable is for
the policies to say; what the wildcards of a rule amount to is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from erpguard.analysis.kubernetes_rbac.rules import WRITES, Rule, spellings
from erpguard.analysis.values.references import could_be

Target = tuple[str, str]
"""(API group, resource)."""

_RBAC = "rbac.authorization.k8s.io"
_AUTHENTICATION = "authentication.k8s.io"
_ON_ROLES = ("bind", "escalate", "create", "update", "patch")
_ON_BINDINGS = ("create", "update", "patch")

TABLES: dict[str, dict[Target, tuple[str, ...]]] = {
    # kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
    "identity_grants": {
        (_RBAC, "roles"): _ON_ROLES,
        (_RBAC, "clusterroles"): _ON_ROLES,
        (_RBAC, "rolebindings"): _ON_BINDINGS,
        (_RBAC, "clusterrolebindings"): _ON_BINDINGS,
        ("", "users"): ("impersonate",),
        ("", "groups"): ("impersonate",),
        ("", "serviceaccounts"): ("impersonate",),
        (_AUTHENTICATION, "uids"): ("impersonate",),
        ("", "serviceaccounts/token"): ("create",),
        ("certificates.k8s.io", "signers"): ("approve", "sign"),
    },
    "pod_access_grants": {
        ("", "pods/exec"): ("get", "create"),
        ("", "pods/attach"): ("get", "create"),
        ("", "pods/portforward"): ("get", "create"),
        ("", "pods/ephemeralcontainers"): ("update", "patch"),
        ("", "nodes/proxy"): ("get", "create"),
    },
    "cluster_control_grants": {
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"): WRITES,
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations"): WRITES,
        ("apiregistration.k8s.io", "apiservices"): WRITES,
        ("apiextensions.k8s.io", "customresourcedefinitions"): WRITES,
        ("", "nodes"): WRITES,
        ("", "persistentvolumes"): WRITES,
    },
}
_NAMESPACED = frozenset(
    (
        "roles",
        "rolebindings",
        "serviceaccounts",
        "serviceaccounts/token",
        "pods/exec",
        "pods/attach",
        "pods/portforward",
        "pods/ephemeralcontainers",
    )
)


def grants(rule: Rule, field: str, namespaced: bool, at_items: bool = True) -> tuple[list[dict[str, Any]], bool]:
    """The rights of one table that a rule surely gives, and whether that is all that it may give.

    `namespaced`: the rule stands in a Role, which gives nothing on resources without a namespace. Each right is
    {group, resource, verb, verb_path, resource_path}, the paths below the rule; `at_items` False leaves them empty.
    """
    found: dict[tuple[str, str, str, int, int], dict[str, Any]] = {}
    complete = True
    for (group, resource), verbs in _targets(rule, TABLES[field], field):
        if rule.groups.has("*", group) is False:
            continue
        for verb in verbs:
            if namespaced and not _works_in_a_namespace(resource, verb):
                continue
            allowed = rule.allows(verb, group, resource)
            if allowed is None:
                complete = False
            elif allowed:
                for indexes in _items(rule, verb, resource):
                    found[group, resource, verb, *indexes] = _right(group, resource, verb, indexes, at_items)
    return list(found.values()), complete


def _works_in_a_namespace(resource: str, verb: str) -> bool:
    # A RoleBinding to a ClusterRole is checked for `bind` in its own namespace; all else about them is cluster-wide.
    return resource in _NAMESPACED or (resource == "clusterroles" and verb == "bind")


def _targets(rule: Rule, table: dict[Target, tuple[str, ...]], field: str) -> Iterator[tuple[Target, tuple[str, ...]]]:
    """The entries of a table that a rule may be about: all where it has a wildcard or something unknown."""
    for target, verbs in table.items():
        if rule.covers(target[1]) is not False:
            yield target, verbs
    if field == "identity_grants":
        for item in rule.resources.texts:
            if item is not None and item.startswith("userextras/"):
                yield (_AUTHENTICATION, item), ("impersonate",)


def _items(rule: Rule, verb: str, resource: str) -> Iterable[tuple[int, int]]:
    verbs = rule.verbs.where("*", verb)
    return [(at, of) for at in verbs for of in rule.resources.where(*spellings(resource))]


def _right(group: str, resource: str, verb: str, indexes: tuple[int, int], at_items: bool) -> dict[str, Any]:
    return {
        "group": group,
        "resource": resource,
        "verb": verb,
        "verb_path": ["verbs", indexes[0]] if at_items else [],
        "resource_path": ["resources", indexes[1]] if at_items else [],
    }


def wildcards(rule: Rule, at_items: bool = True) -> tuple[list[dict[str, Any]], bool]:
    """The `*` items of a rule as {field, path}, and whether there surely are no others."""
    found: list[dict[str, Any]] = []
    complete = True
    for field, items in (("verbs", rule.verbs), ("resources", rule.resources), ("apiGroups", rule.groups)):
        found += [{"field": field, "path": [field, index] if at_items else []} for index in items.where("*")]
        complete = complete and items.complete
        complete = complete and not any(text != "*" and could_be(text, "*") for text in items.texts)
    return found, complete
