"""What a Velero Schedule takes in: namespaces, kinds and labels (velero.io/docs/main/resource-filtering/)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below, matches_known
from erpguard.model import Path, Resource, value_at
from erpguard.normalize.shapes import has_placeholder

SCHEDULE = "velero.io/Schedule"
TEMPLATE: Path = ("spec", "template")
_STORE = "velero.io/BackupStorageLocation"
_OLD_FILTERS = ("includedResources", "excludedResources")
_NEW_FILTERS = tuple(
    f"{verb}{scope}Resources" for verb in ("included", "excluded") for scope in ("ClusterScoped", "NamespaceScoped")
)


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


def can_write(analyses: Analyses, schedule: Resource) -> bool | None:
    """Whether the store of a Schedule takes new backups: during a restore it is made read-only.

    velero.io/docs/main/disaster-case/; the default store by velero.io/docs/main/api-types/backupstoragelocation/. One
    that is not in the estate is taken to be open.
    """
    answers = {_is_writable(one) for one in _stores(analyses, schedule)}
    return True if not answers else answers.pop() if len(answers) == 1 else None


def _stores(analyses: Analyses, schedule: Resource) -> list[Resource]:
    """The store of a Schedule, or those that may be it."""
    stores = analyses.estate.in_namespace(schedule, _STORE)
    name = template_of(schedule).get("storageLocation") or ""
    if hidden_below(schedule, (*TEMPLATE, "storageLocation")) or has_placeholder(name):
        return list(stores)
    if name:
        return [one for one in stores if one.name == name]
    if not all(one.is_known(("spec", "default")) for one in stores):
        return list(stores)
    marked = [one for one in stores if value_at(one.body, ("spec", "default")) is True]
    return marked or [one for one in stores if one.name == "default"]


def _is_writable(store: Resource) -> bool | None:
    mode = value_at(store.body, ("spec", "accessMode")) or ""
    known = store.is_known(("spec", "accessMode")) and not has_placeholder(mode)
    return mode != "ReadOnly" if known else None


def is_refused(schedule: Resource) -> bool:
    """Whether Velero refuses the backups of a Schedule: it has both kinds of selectors, or filters of both generations.

    github.com/vmware-tanzu/velero, pkg/controller/backup_controller.go, `prepareBackupRequest`.
    """
    template = template_of(schedule)
    cluster_resources = template.get("includeClusterResources") is not None
    old = cluster_resources or any(template.get(key) for key in _OLD_FILTERS)
    selectors = "labelSelector" in template and bool(template.get("orLabelSelectors"))
    return selectors or (old and any(template.get(key) for key in _NEW_FILTERS))


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
