"""What an identity can become with what it has: one function for each way that the documentation names.

A way rests on one ability or on several; `Powers` finds those of an identity at one place. What two identities can do
only together is not followed, nor is what admission webhooks make of the requests of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from erpguard.analysis.kubernetes_rbac.abilities import CLIENT_SIGNER, CONTROLLERS
from erpguard.analysis.kubernetes_rbac.escalation_graph import GOAL, Edge, Node, identity, place_of
from erpguard.analysis.kubernetes_rbac.rights import EVERYWHERE, Held, Layer
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Resource

MASTERS = "system:masters"
CONTROLLER_MANAGER = "User:system:kube-controller-manager"
ADMINISTRATORS = "cluster-admin"


class Cluster(Protocol):
    """What a way asks about the cluster."""

    def has_controller(self, type_: str, namespace: str, names: tuple[str, ...] | None) -> bool | None:
        """Whether an object of a type, and of one of the names, is in a namespace."""

    def accounts_called(self, namespace: str, name: str) -> Iterable[tuple[Node, bool | None]]:
        """The ServiceAccounts of a name in a namespace, or in all, each with whether it exists."""

    def privileged_pods(self, namespace: str, asking: Resource | None) -> bool | None:
        """Whether a namespace lets privileged pods in; of all together, whether any does."""

    def bound(self, name: str, powers: Powers) -> Node:
        """What somebody has who binds a ClusterRole to himself, where these are his powers."""


class Powers(NamedTuple):
    """What an identity has at a place by bindings of that place (`own`), and what it has there besides (`others`).

    `roles` are the names of the roles that its own bindings of the place give it.
    """

    holder: str
    at: str
    own: list[Layer]
    others: list[Layer]
    roles: frozenset[str] = frozenset()

    @property
    def where(self) -> str:
        """The place for messages."""
        return place_of(self.at)

    def one(self, ability: str) -> Iterator[Held]:
        """What it has of an ability by its own bindings."""
        for layer in self.own:
            yield from layer.of(ability)

    def two(self, first: str, second: str) -> Iterator[tuple[Held, Held]]:
        """All that it has of the first ability with the best of the second; one of them by its own bindings."""
        best, own = self.best(second), self._best(second, self.own)
        if best is not None:
            for held in self.one(first):
                yield held, best
        if own is not None:
            for layer in self.others:
                for held in layer.of(first):
                    yield held, own

    def best(self, ability: str) -> Held | None:
        """The best that it has of an ability."""
        return self._best(ability, [*self.own, *self.others])

    @staticmethod
    def _best(ability: str, layers: list[Layer]) -> Held | None:
        held = (one for layer in layers for one in layer.of(ability))
        return max(held, key=lambda one: (one.sure, one.names is None), default=None)


def ways(powers: Powers, cluster: Cluster) -> Iterator[Edge]:
    """Every step away from an identity that rests on its own bindings of a place."""
    for way in _WAYS:
        yield from way(powers, cluster)


def _step(target: Node, text: str, *held: Held, sure: bool | None = True) -> Edge:
    return Edge(target, text, sure is True and all(one.sure for one in held), tuple(one.right for one in held))


def _pods(powers: Powers, cluster: Cluster) -> Iterator[Edge]:
    """New pods run as any ServiceAccount; a privileged one has its node, with the tokens of all pods there."""
    for held in powers.one("create pods"):
        yield from _as_pods(powers, cluster, held, f"may create pods in {powers.where}")
    for type_ in CONTROLLERS:
        text = f"may change the pods of a {type_.rpartition('/')[2]} in {powers.where}"
        for held in powers.one(f"change {type_}"):
            if powers.at == EVERYWHERE:
                for name in ("",) if held.names is None else held.names:
                    yield _step(Node("controllers", f"{type_} {name}"), text, held)
            elif (there := cluster.has_controller(type_, powers.at, held.names)) is not False:
                yield from _as_pods(powers, cluster, held, text, there)


def _as_pods(powers: Powers, cluster: Cluster, held: Held, text: str, there: bool | None = True) -> Iterator[Edge]:
    yield from _accounts(powers, f"{text}, as any ServiceAccount there", held, sure=there)
    binding = held.right.binding
    privileged = cluster.privileged_pods(powers.at, binding.resource if binding is not None else None)
    label = powers.best("label the namespace") if privileged is not True else None
    volume, claim = powers.best("create PersistentVolumes"), powers.best("create PersistentVolumeClaims")
    if privileged is not False:
        yield _step(Node("running"), f"{text}, privileged ones too", held, sure=all_of((there, privileged)))
    if label is not None:
        known = there if label.names is None or powers.at in label.names else None
        yield _step(Node("running"), f"{text}, and lift its pod security", held, label, sure=known)
    if volume is not None and claim is not None:
        # What a volume is on the host, pod security does not ask.
        yield _step(Node("running"), f"{text}, with volumes of the host", held, volume, claim, sure=there)


def _accounts(powers: Powers, text: str, *held: Held, sure: bool | None = True) -> Iterator[Edge]:
    """The ServiceAccounts of the place, with those that it may create itself."""
    yield _step(Node("accounts", powers.at), text, *held, sure=sure)
    maker = powers.best("create ServiceAccounts")
    if maker is not None:
        yield _step(Node("any accounts", powers.at), text, *held, maker, sure=sure)


def _entered(powers: Powers, _: Cluster) -> Iterator[Edge]:
    """Who can run something in a pod has its token."""
    for ability in ("exec into pods", "add containers to pods", "change images of pods"):
        for held in powers.one(ability):
            # The names of pods are made when they are: whose they are is not known.
            known = True if held.names is None else None
            yield _step(Node("running", powers.at), f"may {ability} in {powers.where}", held, sure=known)


def _tokens(powers: Powers, cluster: Cluster) -> Iterator[Edge]:
    for held in powers.one("create tokens"):
        text = f"may create tokens of ServiceAccounts in {powers.where}"
        if held.names is None:
            yield from _accounts(powers, text, held)
        for name in held.names or ():
            for target, exists in cluster.accounts_called(powers.at, name):
                if exists is not False:
                    yield _step(target, text, held, sure=exists)


def _secrets(powers: Powers, _: Cluster) -> Iterator[Edge]:
    """A Secret of type service-account-token is filled with one, whoever creates it."""
    for held, read in powers.two("create secrets", "read secrets"):
        yield from _accounts(powers, f"may create Secrets of tokens in {powers.where} and read them", held, read)
    for held in powers.one("read secrets"):
        text = f"may read secrets in {powers.where}"
        if held.names is None:
            yield _step(Node("secrets", powers.at), text, held)
        for name in held.names or ():
            yield _step(Node("secrets", f"{powers.at}/{name}"), text, held)


def _impersonated(powers: Powers, cluster: Cluster) -> Iterator[Edge]:
    for held in powers.one("impersonate ServiceAccounts"):
        text = f"may impersonate ServiceAccounts in {powers.where}"
        if held.names is None:
            yield _step(Node("any accounts", powers.at), text, held)
        for name in held.names or ():
            for target, _ in cluster.accounts_called(powers.at, name):
                yield _step(target, text, held)


def _bound(powers: Powers, cluster: Cluster) -> Iterator[Edge]:
    """A RoleBinding to cluster-admin gives a namespace, with its ServiceAccounts."""
    text = f"may bind ClusterRoles in {powers.where}"
    for held, binding in powers.two("bind ClusterRoles", "create RoleBindings"):
        yield from _roles(powers, cluster, held, binding, text, Node("any accounts", powers.at))
    # What the Roles of a namespace allow, and which bindings there are whose subjects can be changed, is left open.
    for bound, how in (("Roles", "create"), ("Roles", "change"), ("ClusterRoles", "change")):
        for held, binding in powers.two(f"bind {bound}", f"{how} RoleBindings"):
            text = f"may bind {bound} in {powers.where}"
            yield _step(Node("any accounts", powers.at), text, held, binding, sure=None)


def _bound_everywhere(powers: Powers, cluster: Cluster) -> Iterator[Edge]:
    if powers.at != EVERYWHERE:
        return
    text = "may bind ClusterRoles everywhere"
    for held, binding in powers.two("bind ClusterRoles", "create ClusterRoleBindings"):
        yield from _roles(powers, cluster, held, binding, text, GOAL)
    for held, binding in powers.two("bind ClusterRoles", "change ClusterRoleBindings"):
        # Every cluster has a ClusterRoleBinding cluster-admin, whose subjects can be changed.
        admits = [names is None or ADMINISTRATORS in names for names in (held.names, binding.names)]
        yield _step(GOAL, text, held, binding, sure=True if all(admits) else None)


def _roles(powers: Powers, cluster: Cluster, held: Held, binding: Held, text: str, top: Node) -> Iterator[Edge]:
    if held.names is None or ADMINISTRATORS in held.names:
        yield _step(top, text, held, binding)
    for name in held.names or ():
        yield _step(cluster.bound(name, powers), text, held, binding)


def _escalated(powers: Powers, _: Cluster) -> Iterator[Edge]:
    """Who may change the role that is bound to it, whatever it then allows, has all that a binding gives."""
    kind, target = ("ClusterRole", GOAL) if powers.at == EVERYWHERE else ("Role", Node("any accounts", powers.at))
    text = f"may change its own {kind} in {powers.where} to allow anything"
    for held, change in powers.two(f"escalate {kind}s", f"change {kind}s"):
        if any(all(names is None or own in names for names in (held.names, change.names)) for own in powers.roles):
            yield _step(target, text, held, change)
    for held, change in powers.two("escalate Roles", "change Roles") if powers.at == EVERYWHERE else ():
        # Which Role of which namespace is its own is left open.
        yield _step(Node("any accounts"), "may change Roles everywhere to allow anything", held, change, sure=None)


def _kubelet(powers: Powers, _: Cluster) -> Iterator[Edge]:
    """The kubelet runs commands in every pod of its node."""
    for held in powers.one("use the kubelet API"):
        known = True if held.names is None else None  # which pods run on a node is not known
        yield _step(Node("running"), "may use the kubelet API of nodes", held, sure=known)


def _certificates(powers: Powers, _: Cluster) -> Iterator[Edge]:
    """Certificates can be in every name but that of system:masters, those of the control plane too."""
    for held, approving in powers.two("approve for the signer", "approve certificates"):
        requesting = powers.best("request certificates")
        if requesting is not None and (held.names is None or not set(held.names).isdisjoint(CLIENT_SIGNER)):
            text = "may request and approve certificates of any user"
            yield _step(identity(CONTROLLER_MANAGER), text, held, approving, requesting)


def _other_users(powers: Powers, _: Cluster) -> Iterator[Edge]:
    for held in powers.one("impersonate users"):
        if held.names is None:
            yield _step(Node("users"), "may impersonate users", held)
        for name in held.names or ():
            yield _step(identity(f"User:{name}"), "may impersonate users", held)


def _other_groups(powers: Powers, _: Cluster) -> Iterator[Edge]:
    """A group comes with the user, or the ServiceAccount, that is impersonated."""
    for who in ("users", "ServiceAccounts"):
        for held, user in powers.two("impersonate groups", f"impersonate {who}"):
            for name in (MASTERS,) if held.names is None else held.names:
                yield _step(identity(f"Group:{name}"), f"may impersonate {who} in groups", held, user)


_WAYS = (
    _pods,
    _entered,
    _tokens,
    _secrets,
    _impersonated,
    _bound,
    _bound_everywhere,
    _escalated,
    _kubelet,
    _certificates,
    _other_users,
    _other_groups,
)
