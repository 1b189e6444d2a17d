"""What a cluster offers to those who escalate: ServiceAccounts, running pods, Secrets of tokens, privileged pods.

Every question is answered from an index, so that the graph grows with the cluster and not with its square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from erpguard.analysis import Analyses
from erpguard.analysis.kubernetes_rbac.abilities import CONTROLLERS
from erpguard.analysis.kubernetes_rbac.bindings import account_exists
from erpguard.analysis.kubernetes_rbac.escalation_graph import GOAL, Edge, Graph, Node, account, identity
from erpguard.analysis.kubernetes_rbac.escalation_ways import CONTROLLER_MANAGER, MASTERS, Powers
from erpguard.analysis.kubernetes_rbac.names import SERVICE_ACCOUNT, name_of, namespace_of
from erpguard.analysis.kubernetes_rbac.rights import EVERYWHERE, Holders
from erpguard.analysis.kubernetes_rbac.tokens import token_of
from erpguard.analysis.values.selectors import any_of, hidden_below, matches_known
from erpguard.analysis.workloads.mounted_secrets import mounted_secrets
from erpguard.analysis.workloads.namespaces import NAMESPACE
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Resource
from erpguard.model.kinds import WORKLOADS
from erpguard.normalize.shapes import has_placeholder

SECRET = "core/Secret"
_SYSTEM = "kube-system"
_SOMEWHERE = "?"
_ACCOUNTS, _AUTHENTICATED = "Group:system:serviceaccounts", "Group:system:authenticated"
_NOBODY = ("Group:system:unauthenticated", "User:system:anonymous", EVERYWHERE)
_AGGREGATION = account(_SYSTEM, "clusterrole-aggregation-controller")

# What is an administrator in effect in every cluster: the group by itself, the controller manager because it creates
# tokens of its controllers, and the controller of aggregation because it may escalate.
# kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings and #controller-roles
_BORN = {
    identity(f"Group:{MASTERS}"): "is above every rule",
    identity(CONTROLLER_MANAGER): "creates tokens of the controllers, of which one may escalate",
    _AGGREGATION: "may write any rule into ClusterRoles",
}

# kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces
_LABEL = "pod-security.kubernetes.io/enforce"
_OPEN, _REFUSING = "privileged", ("baseline", "restricted")

_TOKEN, _OF = "kubernetes.io/service-account-token", "kubernetes.io/service-account.name"


class Stations:
    """The stations of one cluster, as the ways ask for them (`escalation_ways.Cluster`)."""

    def __init__(self, analyses: Analyses, cluster: str, holders: Holders) -> None:
        self._analyses = analyses
        self._cluster = cluster
        self._default = analyses.settings.get("pod_security", _OPEN)
        self._privileged: dict[tuple[str, str], bool | None] = {}
        self._holders = holders
        self._controllers: dict[tuple[str, str | None], list[Resource]] = defaultdict(list)
        for resource in analyses.estate.of_type(*CONTROLLERS):
            if resource.cluster == cluster:
                for at in (namespace_of(resource), *_vague(namespace_of(resource))):
                    self._controllers[resource.type, at].append(resource)
        self._accounts: dict[str, list[tuple[str, bool | None]]] = defaultdict(list)
        for principal, holder in holders.named.items():
            if principal.startswith("ServiceAccount:"):
                namespace, _, name = principal.partition(":")[2].partition("/")
                exists = any_of(account_exists(analyses, *one) for one in holder.bindings)
                self._accounts[name].append((namespace, exists))
        for one in analyses.estate.of_type(
            SERVICE_ACCOUNT
        ):  # those that have something by the group of their namespace
            is_named = f"ServiceAccount:{one.namespace}/{one.name}" in holders.named
            if one.cluster == cluster and f"{_ACCOUNTS}:{one.namespace}" in holders.named and not is_named:
                self._accounts[one.name].append((one.namespace, True))
        self.binders: dict[Node, tuple[str, Powers]] = {}

    def has_controller(self, type_: str, namespace: str, names: tuple[str, ...] | None) -> bool | None:
        """Whether an object of a type, and of one of the names, is in a namespace."""
        there = [name_of(one) for one in self._controllers.get((type_, namespace), ())]
        if there and (names is None or any(name in names for name in there)):
            return True
        unsure = self._analyses.estate.is_open(type_) or (type_, _SOMEWHERE) in self._controllers
        return None if unsure or any(name is None or has_placeholder(name) for name in there) else False

    def accounts_called(self, namespace: str, name: str) -> Iterable[tuple[Node, bool | None]]:
        """The ServiceAccounts of a name in a namespace, or in all, each with whether it exists."""
        bound = {there: exists for there, exists in self._accounts.get(name, ()) if namespace in (there, EVERYWHERE)}
        for there, exists in bound.items():
            yield account(there, name), exists
        if namespace not in bound:
            key = f"{self._cluster}/{SERVICE_ACCOUNT}/{namespace}/{name}"
            yield account(namespace, name), key in self._analyses.estate.by_key or None

    def privileged_pods(self, namespace: str, asking: Resource | None) -> bool | None:
        """Whether a namespace lets privileged pods in; of all together, whether any does."""
        if namespace == EVERYWHERE:
            return self._default == _OPEN or None
        if asking is None or has_placeholder(namespace):
            return None
        key = (namespace, asking.origin.file)  # of several namespaces of a name the nearest is meant
        if key not in self._privileged:
            self._privileged[key] = self._lets_in(namespace, asking)
        return self._privileged[key]

    def _lets_in(self, namespace: str, asking: Resource) -> bool | None:
        found, known = self._analyses.estate.find(asking, NAMESPACE, "", namespace)
        if found is None:
            return self._default == _OPEN if known else None
        # What no label says, the configuration of the API server does.
        levels = list(_REFUSING) if self._default == _OPEN else [_OPEN]
        selector = {"matchExpressions": [{"key": _LABEL, "operator": "In", "values": levels}]}
        labelled = matches_known(selector, found.labels, (), hidden_below(found, ("metadata", "labels")))
        return None if labelled is None else labelled is (self._default != _OPEN)

    def bound(self, name: str, powers: Powers) -> Node:
        """What somebody has who binds a ClusterRole to himself, where these are his powers."""
        node = Node("role", f"{name}@{powers.at} of {powers.holder}")
        self.binders.setdefault(node, (name, powers))
        return node

    def add_to(self, graph: Graph) -> None:
        """Add the steps that need no right of anybody's: from what was got hold of to the identities in it."""
        for born, text in _BORN.items():
            graph.add(born, Edge(GOAL, text))
        graph.add(Node("users"), Edge(identity(CONTROLLER_MANAGER), "is a user"))
        for principal in self._holders.named:
            graph.add_all(identity(principal), self._memberships(principal))
            if principal.startswith("User:"):
                graph.add(Node("users"), Edge(identity(principal), "is a user"))
        self._add_accounts(graph)
        self._add_controllers(graph)
        tokens: dict[tuple[str, str], Edge] = {}
        for secret in self._analyses.estate.of_type(SECRET):
            if secret.cluster == self._cluster and (edge := self._add_secret(graph, secret)) is not None:
                tokens[secret.namespace, secret.name] = edge
        for pod in all_pods(self._analyses):
            if pod.resource.cluster == self._cluster and not pod.operator:
                self._add_pod(graph, pod, tokens)

    def groups_of(self, principal: str) -> Iterator[str]:
        """The groups of the control plane's making that an identity is in, where they have something."""
        groups = [] if principal in _NOBODY else [_AUTHENTICATED]
        if principal.startswith("ServiceAccount:"):
            groups += [_ACCOUNTS, f"{_ACCOUNTS}:{principal.partition(':')[2].partition('/')[0]}"]
        elif principal.startswith(f"{_ACCOUNTS}:"):
            groups.append(_ACCOUNTS)
        return (group for group in groups if group in self._holders.named and group != principal)

    def _memberships(self, principal: str) -> Iterator[Edge]:
        for group in self.groups_of(principal):
            yield Edge(identity(group), "is in the group")

    def _add_accounts(self, graph: Graph) -> None:
        for namespace in (_SYSTEM, EVERYWHERE):
            for kind in ("accounts", "any accounts"):
                graph.add(Node(kind, namespace), Edge(_AGGREGATION, "is of the control plane"))
        for name, listed in self._accounts.items():
            for namespace, exists in listed:
                target = account(namespace, name)
                for at in (namespace, EVERYWHERE):
                    graph.add(Node("any accounts", at), Edge(target, "can be there"))
                    if exists is not False:
                        graph.add(Node("accounts", at), Edge(target, "is there", sure=exists is True))

    def _add_controllers(self, graph: Graph) -> None:
        """What makes pods gives, if it can be changed, the ServiceAccounts of its namespace, and perhaps a node."""
        for (type_, namespace), listed in self._controllers.items():
            for one in listed:
                for name in ("", name_of(one), *_vague(name_of(one))):
                    graph.add_all(Node("controllers", f"{type_} {name}"), self._changed(one, namespace))

    def _changed(self, one: Resource, namespace: str | None) -> Iterator[Edge]:
        known, place = namespace not in (None, _SOMEWHERE), (one, one.name_path)
        at = namespace if known and namespace else EVERYWHERE
        text = f"{one.kind} {one.name} is in namespace {one.namespace}"
        yield Edge(Node("accounts", at), text, known, place=place)
        privileged = self.privileged_pods(at, one)
        if privileged is not False:
            text += ", which lets privileged pods in"
            yield Edge(Node("running"), text, known and privileged is True, place=place)

    def _add_pod(self, graph: Graph, pod: Pod, secrets: Mapping[tuple[str, str], Edge]) -> None:
        """The tokens of a pod, in its namespace and among all: its own, and those of the Secrets that it gets."""
        own, token = namespace_of(pod.resource), token_of(self._analyses, pod)
        edges = list(_secrets_of(pod, own, secrets)) if secrets else []
        if token.held is not False:
            text = f"runs in {pod.resource.kind} {pod.resource.name}"
            edges.append(self._token(own, token.account, token.held, text, pod.resource))
        for at in {own or _SOMEWHERE, EVERYWHERE, *_vague(own)}:
            graph.add_all(Node("running", at), edges)

    def _add_secret(self, graph: Graph, secret: Resource) -> Edge | None:
        """The token in a Secret (kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets)."""
        is_one = secret.body.get("type") == _TOKEN if secret.is_known(("type",)) else None
        if is_one is False:
            return None
        own, called = namespace_of(secret), name_of(secret)
        edge = self._token(own, secret.annotations.get(_OF), is_one, f"is in Secret {secret.name}", secret)
        for at in {own or _SOMEWHERE, EVERYWHERE, *_vague(own), *_vague(called)}:
            graph.add(Node("secrets", at), edge)
            graph.add(Node("secrets", f"{at}/{called}"), edge)
        return edge

    def _token(self, namespace: str | None, name: str | None, there: bool | None, text: str, at: Resource) -> Edge:
        """The step to the ServiceAccount of a token; to any of its namespace where it is not known which."""
        known = namespace is not None and name is not None and not has_placeholder(name)
        target = account(namespace, name or "") if known else Node("any accounts", namespace or EVERYWHERE)
        return Edge(target, f"{target.title} {text}", known and there is True, place=(at, at.name_path))

    def add_ends(self, graph: Graph) -> None:
        """Add, to the stations that ways lead to, the groups of what is there and what may be there besides."""
        done: set[Node] = set()
        while waiting := graph.targets() - done:
            for node in waiting:
                graph.add_all(node, self._end(node))
            done |= waiting

    def _end(self, node: Node) -> Iterator[Edge]:
        is_open, namespace = self._analyses.estate.is_open, node.name.partition("/")[0]
        if node.kind == "identity" and node.name not in self._holders.named:
            yield from self._memberships(node.name)
        elif node.kind in ("accounts", "any accounts"):
            yield from self._memberships(account(namespace, "default").name)
        elif node.kind == "controllers":
            type_ = node.name.partition(" ")[0]
            yield Edge(Node("controllers", f"{type_} {_SOMEWHERE}"), "may be called so", sure=False)
            if is_open(type_):
                yield Edge(Node("any accounts"), "may be elsewhere", sure=False)
        elif node.kind in ("running", "secrets"):
            if is_open(*(WORKLOADS if node.kind == "running" else (SECRET,))):
                yield Edge(Node("any accounts", namespace), "may be elsewhere", sure=False)
            if namespace not in (EVERYWHERE, _SOMEWHERE):
                yield Edge(Node(node.kind, _SOMEWHERE), "may be there", sure=False)


def _vague(text: str | None) -> list[str]:
    """The station of what may be anywhere, for a text that is not known."""
    return [_SOMEWHERE] if text is None or has_placeholder(text) else []


def _secrets_of(pod: Pod, namespace: str | None, tokens: Mapping[tuple[str, str], Edge]) -> Iterator[Edge]:
    """The steps from a pod to the tokens in the Secrets that it gets."""
    for name, path in mounted_secrets(pod):
        if name is None or has_placeholder(name):
            text = f"{pod.resource.kind} {pod.resource.name} gets a Secret that is not known"
            yield Edge(Node("secrets", namespace or _SOMEWHERE), text, False, place=(pod.resource, path))
        elif (edge := tokens.get((namespace or "", name))) is not None:
            yield edge
