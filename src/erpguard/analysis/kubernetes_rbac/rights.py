"""Who has which abilities: the rights of every subject of a cluster, by the bindings that give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.kubernetes_rbac.abilities import Ability, abilities
from erpguard.analysis.kubernetes_rbac.bindings import Binding, Subject, all_bindings
from erpguard.analysis.kubernetes_rbac.names import namespace_of
from erpguard.analysis.kubernetes_rbac.roles import Effective
from erpguard.analysis.kubernetes_rbac.rules import Items, Rule
from erpguard.analysis.values.selectors import any_of
from erpguard.normalize.shapes import has_placeholder

EVERYWHERE = "*"
"""In place of a namespace: all of them."""
UNREAD = Subject(-1, None, None, None, known=False)
"""The subject of a binding whose subjects are not known."""

_ALL = Items(("*",))
_ANYTHING = Rule(_ALL, _ALL, _ALL)


class Right(NamedTuple):
    """A rule of a role, and what gives it: a binding to a subject; None for a role that somebody may bind."""

    role: Effective
    rule: Rule
    binding: Binding | None = None
    subject: Subject | None = None


class Held(NamedTuple):
    """An ability that somebody has by a right; `names` is None where it is about objects of any name."""

    right: Right
    sure: bool
    names: tuple[str, ...] | None


class Layer:
    """What is held in one namespace, or everywhere: by the name of the ability."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[str, list[Held]] = {}

    def add(self, right: Right, ability: Ability, sure: bool) -> None:
        """Add what a right gives, unless the same binding gives as much already."""
        new = Held(right, sure and ability.sure, ability.names)
        listed = self._held.setdefault(ability.name, [])
        own = takewhile(lambda one: _same_source(one.right, right), reversed(listed))  # one binding after another
        if not any(one.names in (None, new.names) and one.sure >= new.sure for one in own):
            listed.append(new)

    def of(self, ability: str) -> list[Held]:
        """What is held of an ability."""
        return self._held.get(ability, [])

    def take(self, other: Layer) -> None:
        """Add what another one holds, once for the same names."""
        for ability, held in other._held.items():
            listed = self._held.setdefault(ability, [])
            known = {one.names for one in listed}
            listed += [one for one in held if one.names not in known]


def _same_source(one: Right, other: Right) -> bool:
    return one.binding is other.binding and one.subject is other.subject


class Holder:
    """What one identity has.

    administrator  whether it is one by a ClusterRoleBinding to cluster-admin, or to a role equal in effect
    bindings       what names it, with the subject
    roles          the names of the Roles that are bound to it in a namespace, and of the ClusterRoles everywhere
    """

    __slots__ = ("_everything", "administrator", "bindings", "layers", "roles")

    def __init__(self) -> None:
        self.administrator: bool | None = False
        self.bindings: list[tuple[Binding, Subject]] = []
        self.layers: dict[str, Layer] = defaultdict(Layer)
        self.roles: dict[str, set[str]] = defaultdict(set)
        self._everything: Layer | None = None

    def at(self, namespace: str) -> list[Layer]:
        """What it has there by bindings of that namespace; of `EVERYWHERE` what it has in all of them."""
        return [self.layers[namespace]] if namespace in self.layers else []

    @property
    def everything(self) -> Layer:
        """What it has in any place, when all bindings are read."""
        if self._everything is None:
            self._everything = _merged(self.layers.values())
        return self._everything


class Holders(NamedTuple):
    """The identities of a cluster that bindings name, by principal.

    anybody  what subjects have whose name is not known: it may be anybody's
    perhaps  the same in one layer, for all namespaces: what anybody else may have besides
    besides  what all others have: what a subject may have besides whose name is not known
    """

    named: dict[str, Holder]
    anybody: Holder
    perhaps: Layer
    besides: Layer


def holders(analyses: Analyses, cluster: str) -> Holders:
    """Every subject of the bindings of a cluster."""
    named: dict[str, Holder] = defaultdict(Holder)
    anybody = Holder()
    for binding in all_bindings(analyses):
        if binding.resource.cluster == cluster:
            for subject in binding.subjects if binding.subjects_known else (UNREAD,):
                holder = named[subject.principal] if is_named(subject) else anybody
                _give(holder, binding, subject, is_named(subject))
    others = (layer for holder in named.values() for layer in holder.layers.values())
    besides = _merged(others if anybody.bindings else ())
    return Holders(dict(named), anybody, _merged(anybody.layers.values()), besides)


def _merged(layers: Iterable[Layer]) -> Layer:
    merged = Layer()
    for layer in layers:
        merged.take(layer)
    return merged


def is_named(subject: Subject) -> bool:
    """Whether it is known whom a subject means; of a ServiceAccount that takes its namespace."""
    return subject.known and (subject.kind != "ServiceAccount" or bool(subject.namespace))


def _give(holder: Holder, binding: Binding, subject: Subject, named: bool) -> None:
    holder.bindings.append((binding, subject))
    if binding.cluster_wide:
        is_one = binding.role.cluster_admin
        holder.administrator = any_of((holder.administrator, None if is_one and not named else is_one))
    for namespace, there in _namespaces(binding):
        layer = holder.layers[namespace]
        if binding.cluster_wide or binding.role_kind == "Role":
            holder.roles[namespace].add(binding.role_name)
        for rule, sure in rules_of(binding.role):
            right = Right(binding.role, rule, binding, subject)
            for ability in abilities(rule, binding.cluster_wide):
                layer.add(right, ability, sure and there and named)


def rules_of(role: Effective) -> Iterator[tuple[Rule, bool]]:
    """The rules of a role, each with whether it surely is one; any rule may be, where not all are known."""
    yield from role.rules
    if not role.complete:
        yield _ANYTHING, False


def _namespaces(binding: Binding) -> Iterator[tuple[str, bool]]:
    """Where a binding gives its role: a placeholder is that namespace, and may be any other."""
    namespace = EVERYWHERE if binding.cluster_wide else namespace_of(binding.resource)
    if namespace is not None:
        yield namespace, True
    if namespace is None or has_placeholder(namespace):
        yield EVERYWHERE, False
