"""Roles with their effective rules.

The controller of aggregated ClusterRoles overwrites their `rules` with those of the ClusterRoles that they select
(kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles): what is written in an aggregating role
itself has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.kubernetes_rbac.defaults import BOOTSTRAPPING, CLUSTER_ROLES, RBAC_DEFAULTS, RESERVED
from erpguard.analysis.kubernetes_rbac.rules import REQUEST_VERBS, Rule, read_rule
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below, matches_known
from erpguard.model import Path, Resource

ROLE = "rbac.authorization.k8s.io/Role"
CLUSTER_ROLE = "rbac.authorization.k8s.io/ClusterRole"
SELECTORS: Path = ("aggregationRule", "clusterRoleSelectors")


@dataclass(frozen=True, slots=True, eq=False)
class RbacRole:
    """A Role or ClusterRole of the estate, or one that every cluster has (then `resource` is None).

    `rules` are its own, and `complete` says whether there surely are no others; an aggregating role has `selectors`
    and no rules. `control_plane`: labelled as a default of the control plane.
    """

    name: str
    resource: Resource | None
    labels: Mapping[str, str]
    control_plane: bool | None
    rules: tuple[Rule, ...] = ()
    complete: bool = True
    aggregating: bool = False
    selectors: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Effective:
    """What a role allows, aggregation resolved: rules, each with whether it surely is one of the role.

    `sources` are the roles of which these are the rules.
    """

    rules: tuple[tuple[Rule, bool], ...] = ()
    complete: bool = True
    sources: tuple[RbacRole, ...] = ()

    @cached_property
    def cluster_admin(self) -> bool | None:
        """Whether it allows every verb of requests on every resource of every group, in several rules perhaps."""
        return all_of(self._any(_everywhere(verb)) for verb in REQUEST_VERBS)

    @cached_property
    def reads_secrets(self) -> bool | None:
        """Whether it allows get, list or watch on secrets without resourceNames."""
        return self._any(_reads_secrets)

    @cached_property
    def writes(self) -> bool | None:
        """Whether it allows something in a namespace to be changed, status subresources aside."""
        return self._any(Rule.writes)

    def written_at(self, rule: Rule) -> tuple[Resource, Path] | None:
        """Where one of the rules is written; None for a rule that no object of the estate has."""
        for source in self.sources:
            if source.resource is not None and rule in source.rules:
                return source.resource, ("rules", source.rules.index(rule))
        return None

    def _any(self, question: Callable[[Rule], bool | None]) -> bool | None:
        answers: list[bool | None] = [] if self.complete else [None]
        for rule, sure in self.rules:
            answer = question(rule)
            answers.append(None if answer and not sure else answer)
        return any_of(answers)


def _everywhere(verb: str) -> Callable[[Rule], bool | None]:
    return lambda rule: all_of(
        (rule.groups.has("*"), rule.resources.has("*"), rule.unrestricted, rule.verbs.has("*", verb))
    )


def _reads_secrets(rule: Rule) -> bool | None:
    reads = any_of(rule.allows(verb, "", "secrets") for verb in ("get", "list", "watch"))
    return all_of((reads, rule.unrestricted))


def is_control_plane(resource: Resource) -> bool | None:
    """Whether an object is labelled as one that the control plane creates by itself."""
    if not resource.is_known(("metadata", "labels", BOOTSTRAPPING)):
        return None
    return resource.labels.get(BOOTSTRAPPING) == RBAC_DEFAULTS


def read_role(resource: Resource) -> RbacRole:
    """The role that a Role or ClusterRole describes."""
    hidden = resource.unknown | resource.invalid
    aggregation = resource.body.get("aggregationRule") if resource.type == CLUSTER_ROLE else None
    overwritten = aggregation is not None or ("aggregationRule",) in hidden
    own = () if overwritten else enumerate(resource.body.get("rules") or ())
    wholes: tuple[Path, ...] = (("aggregationRule",), SELECTORS if aggregation is not None else ("rules",))
    return RbacRole(
        name=resource.name,
        resource=resource,
        labels=resource.labels,
        control_plane=is_control_plane(resource),
        rules=tuple(read_rule(resource, index, body) for index, body in own),
        complete=hidden.isdisjoint(wholes),
        aggregating=aggregation is not None,
        selectors=tuple((aggregation or {}).get("clusterRoleSelectors") or ()),
    )


class ClusterRoles:
    """The ClusterRoles of one cluster, those that every cluster has included."""

    def __init__(self, analyses: Analyses, cluster: str) -> None:
        self._estate = analyses.estate
        own = [one for one in analyses.estate.of_type(CLUSTER_ROLE) if one.cluster == cluster]
        self.roles = [read_role(resource) for resource in own]
        self.by_key = {role.resource.key: role for role in self.roles if role.resource}
        there = {role.name for role in self.roles}
        self.defaults = {
            name: RbacRole(name, None, role.labels, True, role.rules, True, bool(role.selectors), role.selectors)
            for name, role in CLUSTER_ROLES.items()
            if name not in there
        }
        self._effective: dict[RbacRole, Effective] = {}
        self._selected: dict[RbacRole, list[tuple[int, RbacRole, bool]]] = {}

    def effective(self, role: RbacRole) -> Effective:
        """What a ClusterRole allows."""
        if role not in self._effective:
            sure, possible = self.reached([(role, True)])
            rules = [(rule, True) for one in sure for rule in one.rules]
            rules += [(rule, False) for one in possible for rule in one.rules]
            open_ = role.aggregating and self._estate.is_open(CLUSTER_ROLE)
            complete = not open_ and all(one.complete for one in (*sure, *possible))
            self._effective[role] = Effective(tuple(rules), complete, (*sure, *possible))
        return self._effective[role]

    def reached(self, start: Iterable[tuple[RbacRole, bool]]) -> tuple[list[RbacRole], list[RbacRole]]:
        """The roles that surely, and that only possibly, give their rules to the first ones, themselves included."""
        surely: dict[RbacRole, bool] = {}
        waiting = list(start)
        while waiting:
            role, sure = waiting.pop()
            if surely.get(role) in (True, sure):
                continue
            surely[role] = sure
            waiting += [(other, sure and known) for _, other, known in self.selected(role)]
        return [one for one, sure in surely.items() if sure], [one for one, sure in surely.items() if not sure]

    def selected(self, role: RbacRole) -> list[tuple[int, RbacRole, bool]]:
        """(index of the selector, role, whether that is sure) of each role that an aggregating role selects."""
        if not role.aggregating:
            return []
        if role not in self._selected:
            self._selected[role] = [
                (index, other, answer is True)
                for index, selector in enumerate(role.selectors)
                for other in (*self.roles, *self.defaults.values())
                if other is not role and (answer := self._selects(role, index, selector, other)) is not False
            ]
        return self._selected[role]

    def _selects(self, role: RbacRole, index: int, selector: Mapping[str, Any], other: RbacRole) -> bool | None:
        here = hidden_below(role.resource, (*SELECTORS, index)) if role.resource else ()
        there = hidden_below(other.resource, ("metadata", "labels")) if other.resource else ()
        answer = matches_known(selector, other.labels, here, there)
        if answer is False or role.resource is None or other.resource is None:
            return answer
        return all_of((answer, self._estate.together(role.resource, other.resource)))


def cluster_roles(analyses: Analyses, cluster: str) -> ClusterRoles:
    """The ClusterRoles of a cluster, read once."""
    made: ClusterRoles = analyses.once(f"rbac.cluster_roles.{cluster}", lambda given: ClusterRoles(given, cluster))
    return made


def role_called(analyses: Analyses, cluster: str, name: str) -> Effective:
    """What the ClusterRole of a name allows; not known where the name is that of several, or of one elsewhere."""
    known = cluster_roles(analyses, cluster)
    named = [role for role in known.roles if role.name == name]
    if name == "cluster-admin":
        return Effective(tuple((rule, True) for rule in CLUSTER_ROLES[name].rules))
    if not named and name in known.defaults:
        return known.effective(known.defaults[name])
    if len(named) == 1:
        return known.effective(named[0])
    return Effective(complete=not named and not name.startswith(RESERVED) and not analyses.estate.is_open(CLUSTER_ROLE))
