"""What a Velero Schedule takes in: namespaces, kinds and labels (velero.io/docs/main/resource-filtering/)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below, matches_known
from erpguard.model import Path, Resource

SCHEDULE = "velero.io/Schedule"
TEMPLATE: Path = ("spec", "template")


@dataclass(slots=True)
class Schedules:
    """The Schedules of a cluster: by the namespaces that they name, and those that may take any."""

    by_namespace: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    wide: list[Resource] = field(default_factory=list)

    def near(self, namespace: str) -> list[Resource]:
        """The Schedules that may take in a namespace."""
        return [*self.by_namespace.get(namespace, ()), *self.wide]


def velero_schedules(analyses: Analyses) -> dict[str, Schedules]:
    """Cluster -> its Schedules."""
    made: dict[str, Schedules] = analyses.once("velero", _schedules)
    return made


def _schedules(analyses: Analyses) -> dict[str, Schedules]:
    found: dict[str, Schedules] = defaultdict(Schedules)
    for resource in analyses.estate.of_type(SCHEDULE):
        names = template_of(resource).get("includedNamespaces") or ()
        literal = names and all(isinstance(name, str) and not set(name) & set("*?[${") for name in names)
        if literal and not hidden_below(resource, (*TEMPLATE, "includedNamespaces")):
            for name in set(names):
                found[resource.cluster].by_namespace[name].append(resource)
        else:
            found[resource.cluster].wide.append(resource)
    return found


def template_of(schedule: Resource) -> dict[str, Any]:
    return (schedule.body.get("spec") or {}).get("template") or {}


def takes_namespace(schedule: Resource, namespace: str) -> bool | None:
    template = template_of(schedule)
    hidden = {key for key in ("includedNamespaces", "excludedNamespaces") if hidden_below(schedule, (*TEMPLATE, key))}
    excluded = _listed(template.get("excludedNamespaces"), namespace)
    included = not template.get("includedNamespaces") or _listed(template.get("includedNamespaces"), namespace)
    return all_of(
        (
            None if "includedNamespaces" in hidden else included,
            False if excluded else None if "excludedNamespaces" in hidden else True,
        )
    )


def _listed(names: Any, name: str) -> bool:
    return any(isinstance(glob, str) and fnmatchcase(name, glob) for glob in names or ())


def selects(schedule: Resource, labels: Mapping[str, str], hidden: frozenset[Path]) -> bool | None:
    """Whether the Schedule's label selectors take an object."""
    template = template_of(schedule)
    where = (*TEMPLATE, "labelSelector")
    if "labelSelector" in template or hidden_below(schedule, where):
        return matches_known(template.get("labelSelector") or {}, labels, hidden_below(schedule, where), hidden)
    where = (*TEMPLATE, "orLabelSelectors")
    if () in hidden_below(schedule, where):
        return None
    selectors = template.get("orLabelSelectors")
    if not selectors:
        return True
    return any_of(
        matches_known(selector or {}, labels, hidden_below(schedule, (*where, index)), hidden)
        for index, selector in enumerate(selectors)
    )


def takes_kind(schedule: Resource, names: frozenset[str], *, cluster_scoped: bool) -> bool | None:
    """Whether the Schedule's resource filters take a kind, under any of its names."""
    scope = "ClusterScoped" if cluster_scoped else "NamespaceScoped"
    template = template_of(schedule)
    answers: list[bool | None] = []
    for included, excluded in (
        ("includedResources", "excludedResources"),
        (f"included{scope}Resources", f"excluded{scope}Resources"),
    ):
        if any(hidden_below(schedule, (*TEMPLATE, key)) for key in (included, excluded)):
            answers.append(None)
        wanted, unwanted = _kinds(template.get(included)), _kinds(template.get(excluded))
        answers.append((not wanted or bool(wanted & (names | {"*"}))) and not unwanted & (names | {"*"}))
    return all_of(answers)


def _kinds(given: Any) -> set[str]:
    """Names of kinds without their group: `persistentvolumeclaims.` and `pods.core` mean the core group."""
    return {name.lower().partition(".")[0] for name in given or () if isinstance(name, str)}


def flag(schedule: Resource, key: str, default: bool | None) -> bool | None:
    if not schedule.is_known((*TEMPLATE, key)):
        return None
    value = template_of(schedule).get(key, default)
    return value if isinstance(value, bool) or value is None else default
