"""Which pods the data, pooler and cache tiers accept at the ports at which they serve.

The accepting side is judged: what NetworkPolicies of the sources deny themselves is not counted on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.network.isolation import (
    OTHER_CLUSTER_WIDE,
    OTHER_NAMESPACED,
    is_governed,
    isolated,
    others_may_decide,
)
from erpguard.analysis.network.network_policy import (
    TYPE,
    has_known_rules,
    isolates,
    pod_selector,
    rules,
    rules_path,
)
from erpguard.analysis.network.peer_sources import EVERYBODY, Source, sources_of
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_rules import Rule
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.namespaces import NAME
from erpguard.analysis.workloads.pod_selection import picks
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.services import DATA_TIERS
from erpguard.analysis.workloads.tier_ports import tier_ports
from erpguard.model import Path, Resource

_ABSENT = [TYPE, *OTHER_NAMESPACED, *OTHER_CLUSTER_WIDE]


class _Target(NamedTuple):
    """A workload of one of the tiers, and the ports at which it serves; `known` whether these are the ones."""

    pod: Pod
    ports: list[Port]
    known: bool


class _Opening(NamedTuple):
    """A place in a policy that lets sources in, by a rule; None where the rules are not known."""

    path: Path
    rule: Rule | None
    sources: list[Source]


def data_tier_reach(analyses: Analyses) -> View:
    """One row per workload of the data, pooler or cache tier, at its name.

    Fields: governed (not on the host's network), tier, admissions [{at: {resource, path}, ports, absent, sources}]: the
    places that let pods connect to the ports at which it serves, with the types on whose absence that rests. A source
    is {tier (empty: none), sure, title, places [{resource, path}]}; a few stand for all of a tier.
    """
    view = View()
    pods = [pod for pod in all_pods(analyses) if not pod.tier_known or pod.tier in DATA_TIERS]
    targets = {
        pod.resource.key: _Target(pod, *tier_ports(analyses, pod, pod.tier))
        for pod in pods
        if pod.tier_known and is_governed(pod)
    }
    found = _by_policies(analyses, targets)
    for pod in pods:
        target = targets.get(pod.resource.key)
        fields = {
            "governed": is_governed(pod),
            "tier": pod.tier if pod.tier_known else None,
            "admissions": _admissions(analyses, target, found[pod.resource.key]) if target else [],
        }
        view.add(pod.resource, NAME, fields, [name for name, value in fields.items() if value is None])
    return view


def _admissions(analyses: Analyses, target: _Target, found: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    if others_may_decide(analyses, target.pod.resource):
        return None
    closed = isolated(analyses, target.pod, "Ingress")
    if closed:
        return found
    own = _admission(target.pod.resource, NAME, target.ports, [Source("", closed is False, EVERYBODY)])
    return [{**own, "absent": _ABSENT}, *found]


def _by_policies(analyses: Analyses, targets: Mapping[str, _Target]) -> dict[str, list[dict[str, Any]]]:
    """By workload: what the rules of the policies that select it let in."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for policy in analyses.estate.of_type(TYPE) if targets else ():
        side = isolates(policy, "Ingress")
        picked = [pick for pick in picks(analyses, policy, *pod_selector(policy)) if pick.pod.resource.key in targets]
        if side is False or not picked:
            continue
        openings = list(_openings(analyses, policy))
        for pick in picked:
            key = pick.pod.resource.key
            found[key] += _let_in(policy, openings, targets[key], all_of((side, pick.some)) is True)
    return found


def _openings(analyses: Analyses, policy: Resource) -> Iterator[_Opening]:
    for rule in rules(policy, "Ingress"):
        for entry in rule.entries():
            yield _Opening(entry.path, rule, sources_of(analyses, entry))
    if not has_known_rules(policy, "Ingress"):
        yield _Opening(rules_path("Ingress"), None, [Source("", sure=False, title="peers that are not known")])


def _let_in(policy: Resource, openings: Iterable[_Opening], target: _Target, chosen: bool) -> Iterator[dict[str, Any]]:
    """What the openings of a policy let in to a workload; `chosen` whether the policy surely selects it."""
    for opening in openings:
        others = [one for one in opening.sources if one.pod is None or one.pod.resource is not target.pod.resource]
        ports, sure = _taken(opening.rule, target)
        if not (sure and chosen):
            others = [source._replace(sure=False) for source in others]
        if others and ports:
            yield _admission(policy, opening.path, ports, others)


def _taken(rule: Rule | None, target: _Target) -> tuple[list[Port], bool]:
    """The ports of a workload that a rule takes, and whether it surely does; all of them where that is not known."""
    answers = [rule.admits_port(port) if rule else None for port in target.ports]
    taken = [port for port, answer in zip(target.ports, answers, strict=True) if answer]
    if taken and (target.known or (rule and rule.admits_all_ports())):
        return taken, True
    return (target.ports if None in answers or not target.known else []), False


def _admission(resource: Resource, path: Path, ports: list[Port], sources: Iterable[Source]) -> dict[str, Any]:
    return {
        "at": {"resource": resource.key, "path": list(path)},
        "ports": [port.number for port in ports],
        "absent": [],
        "sources": [_source(source) for source in sources],
    }


def _source(source: Source) -> dict[str, Any]:
    places = [] if source.pod is None else [source.pod.resource]
    return {
        "tier": source.tier,
        "sure": source.sure,
        "title": source.title,
        "places": [{"resource": one.key, "path": list(one.name_path)} for one in places],
    }
