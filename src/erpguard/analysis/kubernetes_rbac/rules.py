"""One rule of a role, judged as the Kubernetes authorizer does it (pkg/apis/rbac/v1/evaluation_helpers.go).

`*` is every verb, every API group, or every resource with every subresource; `*/scale` is that subresource of every
resource; `pods/*` is no wildcard. `resourceNames` let no request through that carries no name: creating an object and
deleting a collection. Every answer is True, False, or None where a placeholder or a removed value decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from erpguard.analysis.values.references import could_be
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

REQUEST_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
"""The verbs of requests for resources (kubernetes.io/docs/reference/access-authn-authz/authorization/)."""

WRITES = ("create", "update", "patch", "delete", "deletecollection")

_ON_SUBRESOURCES = ("create", "update", "patch", "delete")
_NAMELESS = ("create", "deletecollection")

# Resources without a namespace, by `kubectl api-resources`: no Role gives anything on them.
_CLUSTER_SCOPED = frozenset(
    (
        "nodes",
        "persistentvolumes",
        "componentstatuses",
        "clusterroles",
        "clusterrolebindings",
        "customresourcedefinitions",
        "apiservices",
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "storageclasses",
        "csidrivers",
        "csinodes",
        "volumeattachments",
        "priorityclasses",
        "ingressclasses",
        "runtimeclasses",
        "certificatesigningrequests",
        "signers",
        "users",
        "groups",
        "uids",
        "userextras",
        "flowschemas",
        "prioritylevelconfigurations",
        "clusterissuers",
        "gatewayclasses",
        "volumesnapshotclasses",
        "volumesnapshotcontents",
        "clustertrustbundles",
        "deviceclasses",
        "resourceslices",
        "servicecidrs",
        "ipaddresses",
    )
)
# Questions to the API server that are asked by `create` and store nothing.
_QUESTIONS = frozenset(
    (
        "tokenreviews",
        "selfsubjectreviews",
        "subjectaccessreviews",
        "localsubjectaccessreviews",
        "selfsubjectaccessreviews",
        "selfsubjectrulesreviews",
    )
)


class Items(NamedTuple):
    """One list of a rule: a None item is not known, and an incomplete list may hold more."""

    texts: tuple[str | None, ...] = ()
    complete: bool = True

    def has(self, *wanted: str) -> bool | None:
        """Whether one of the wanted texts is an item."""
        for text in self.texts:
            if text in wanted:
                return True
        if not self.complete:
            return None
        hidden = [text for text in self.texts if text is None or has_placeholder(text)]
        return None if any(could_be(text, one) for text in hidden for one in wanted) else False

    def where(self, *wanted: str) -> list[int]:
        """The indexes of the items that surely are one of the wanted texts."""
        return [index for index, text in enumerate(self.texts) if text in wanted]


class Rule(NamedTuple):
    """A rule of a Role or ClusterRole."""

    verbs: Items = Items()
    groups: Items = Items()
    resources: Items = Items()
    names: Items = Items()

    @property
    def unrestricted(self) -> bool | None:
        """Whether it holds for objects of every name."""
        return None if not self.names.complete else not self.names.texts

    def allows(self, verb: str, group: str, resource: str) -> bool | None:
        """Whether it allows a verb on `pods` or `pods/exec`, on some object at least."""
        named = self._reaches_some(verb, "/" in resource)
        return all_of((self.verbs.has("*", verb), self.groups.has("*", group), self.covers(resource), named))

    def _reaches_some(self, verb: str, of_subresource: bool | None) -> bool | None:
        """Whether `resourceNames` leave any object to a verb; only on subresources does `create` carry a name."""
        if verb not in _NAMELESS:
            return True
        return any_of((of_subresource if verb == "create" else False, self.unrestricted))

    def covers(self, resource: str) -> bool | None:
        """Whether its resources take in `pods` or `pods/exec`, whatever the group."""
        return self.resources.has(*spellings(resource))

    def writes(self) -> bool | None:
        """Whether it lets something in a namespace be changed, status subresources aside."""
        if self.groups.complete and not self.groups.texts:
            return False
        answers: list[bool | None] = [] if self.resources.complete else [self._changes(None)]
        answers += [self._changes(text) for text in self.resources.texts]
        return any_of(answers) if self.groups.complete else all_of((None, any_of(answers)))

    def _changes(self, resource: str | None) -> bool | None:
        """Whether it lets what one item of its resources names be changed."""
        within = self._within_namespaces(resource)
        if within is False:
            return False
        # `*` takes subresources in, which are created by name.
        nested = None if resource is None or has_placeholder(resource) else resource == "*" or "/" in resource
        possible = WRITES if nested is not True or resource == "*" else _ON_SUBRESOURCES
        verbs = (all_of((self.verbs.has("*", verb), self._reaches_some(verb, nested))) for verb in possible)
        return all_of((within, any_of(verbs)))

    def _within_namespaces(self, resource: str | None) -> bool | None:
        if resource is None:
            return None
        name, _, subresource = resource.partition("/")
        if subresource in ("status", "*"):
            return False  # `pods/*` is no wildcard
        if has_placeholder(resource):
            return None
        if name not in _CLUSTER_SCOPED and name not in _QUESTIONS:
            return True
        # A resource of that name in somebody's own group is taken to have a namespace, as all unknown ones are.
        return any_of(_is_foreign(text) for text in self.groups.texts)


def _is_foreign(group: str | None) -> bool | None:
    if group is None or has_placeholder(group):
        return None
    return "." in group and not group.endswith(".k8s.io") and group != "cert-manager.io"


def spellings(resource: str) -> tuple[str, ...]:
    """The items of `resources` that take a resource in."""
    _, slash, subresource = resource.partition("/")
    return ("*", resource, f"*/{subresource}") if slash else ("*", resource)


def read_rule(resource: Resource, index: int, body: Mapping[str, Any]) -> Rule:
    """The rule at `rules[index]` of a role."""

    def items(key: str) -> Items:
        path: Path = ("rules", index, key)
        if resource.is_known(path):
            return Items(tuple(body.get(key) or ()))
        return Items(tuple(body.get(key) or ()), complete=not _hidden(resource, path))

    return Rule(items("verbs"), items("apiGroups"), items("resources"), items("resourceNames"))


def _hidden(resource: Resource, path: Path) -> bool:
    """Whether the list itself, not only an item of it, is not known."""
    hidden = (*resource.unknown, *resource.invalid)
    return any(path[: len(other)] == other for other in hidden if len(other) <= len(path))
