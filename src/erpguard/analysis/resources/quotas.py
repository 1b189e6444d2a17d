"""What bounds a namespace: ResourceQuotas and LimitRanges.

Sources: kubernetes.io/docs/concepts/policy/resource-quotas/ (several quotas hold together; a scoped quota holds for
the pods of its scopes only) and `pkg/quota/v1/evaluator/core/pods.go` (what each scope matches).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.resources.limit_ranges import LIMIT_RANGE, items
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.namespaces import NAME, NamespaceWorkloads, namespaces_with_workloads, pods_near
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

QUOTA = "core/ResourceQuota"
BOUNDING = {
    "cpu": ("cpu", "requests.cpu", "limits.cpu"),
    "memory": ("memory", "requests.memory", "limits.memory"),
}
"""Resource -> the entries of `hard` that bound it; `cpu` is another name for `requests.cpu`."""


class PodKind(NamedTuple):
    """What scopes can tell pods apart by. `priority_class` is empty for a pod without one."""

    terminating: bool
    best_effort: bool
    cross_namespace_affinity: bool
    priority_class: str


class Requirement(NamedTuple):
    """One scope of a quota, or one expression of its scope selector."""

    scope: str
    operator: str = "Exists"
    values: tuple[str, ...] = ()

    def matches(self, pod: PodKind) -> bool:
        """Whether the scope holds for such pods; unknown scopes, and those of other objects, hold for none."""
        if self.scope == "PriorityClass":
            return self._matches_class(pod.priority_class)
        return {
            "Terminating": pod.terminating,
            "NotTerminating": not pod.terminating,
            "BestEffort": pod.best_effort,
            "NotBestEffort": not pod.best_effort,
            "CrossNamespacePodAffinity": pod.cross_namespace_affinity,
        }.get(self.scope, False)

    def _matches_class(self, name: str) -> bool:
        if self.operator in ("Exists", "DoesNotExist"):
            return bool(name) == (self.operator == "Exists")
        return (name in self.values) == (self.operator == "In")


Scopes = tuple[Requirement, ...]


def covers_all_pods(quotas: Iterable[Scopes]) -> bool:
    """Whether every possible pod is within at least one of the quotas, each given by its scopes (all must hold)."""
    given = set(quotas)
    if () in given:
        return True
    named = {value for scopes in given for requirement in scopes for value in requirement.values}
    # "" has no class, "*" stands for the classes that nobody names (no class can be called that).
    kinds = product((True, False), (True, False), (True, False), sorted(named | {"", "*"}))
    return bool(given) and all(
        any(all(requirement.matches(PodKind(*kind)) for requirement in scopes) for scopes in given) for kind in kinds
    )


def namespace_bounds(analyses: Analyses) -> View:
    """One row per namespace with workloads, at the name of its Namespace object, else of its first workload.

    Fields: namespace_name, cpu_quota and memory_quota (whether ResourceQuotas bound it for all pods), limit_range
    (whether there is a LimitRange for containers).
    """
    view = View()
    quotas, ranges = _by_workload(analyses, QUOTA), _by_workload(analyses, LIMIT_RANGE)
    for namespace in namespaces_with_workloads(analyses):
        of_namespace = list(_belonging(analyses, namespace, quotas))
        fields: dict[str, bool | None] = {
            "cpu_quota": _bounded(of_namespace, "cpu"),
            "memory_quota": _bounded(of_namespace, "memory"),
            "limit_range": any_of(
                all_of((near, _is_for_containers(one))) for one, near in _belonging(analyses, namespace, ranges)
            ),
        }
        unknown = [name for name, value in fields.items() if value is None or _is_misplaced(namespace)]
        view.add(namespace.place, NAME, {"namespace_name": namespace.name, **fields}, unknown)
    return view


def _is_misplaced(namespace: NamespaceWorkloads) -> bool:
    """Whether `metadata.namespace` had a wrong type, so that the workload is in `default` only by assumption."""
    return namespace.namespace is None and ("metadata", "namespace") in namespace.place.invalid


_Near = tuple[Resource, bool | None]


def _by_workload(analyses: Analyses, type_: str) -> dict[str, list[_Near]]:
    """Workload key -> the objects of a type that belong, or may belong (None), to its namespace."""
    found: dict[str, list[_Near]] = {}
    for resource in analyses.estate.of_type(type_):
        for pod, near in pods_near(analyses, resource):
            found.setdefault(pod.resource.key, []).append((resource, near))
    return found


def _belonging(
    analyses: Analyses, namespace: NamespaceWorkloads, by_workload: Mapping[str, list[_Near]]
) -> Iterator[_Near]:
    answers: dict[str, list[bool | None]] = {}
    for pod in namespace.pods:
        for resource, near in by_workload.get(pod.resource.key, ()):
            answers.setdefault(resource.key, []).append(near)
    for key, several in answers.items():
        resource = analyses.estate.by_key[key]
        own = analyses.estate.together(namespace.namespace, resource) if namespace.namespace else True
        near = all_of((any_of(several), own))
        if near is not False:
            yield resource, near


def _bounded(quotas: Iterable[_Near], name: str) -> bool | None:
    """Whether these quotas bound a resource for all pods."""
    certain: list[Scopes] = []
    possible: list[Scopes] = []
    for quota, near in quotas:
        names = _names(quota, BOUNDING[name])
        scopes = _scopes(quota)
        if names is False:
            continue
        possible.append(scopes or ())
        if near and names and scopes is not None:
            certain.append(scopes)
    if covers_all_pods(certain):
        return True
    return None if covers_all_pods(possible) else False


def _names(quota: Resource, wanted: Iterable[str]) -> bool | None:
    """Whether a quota has one of these entries; what it says does not matter, any amount is a bound."""
    hard = (quota.body.get("spec") or {}).get("hard") or {}
    if any(name in hard for name in wanted):
        return True
    hidden = hidden_below(quota, ("spec", "hard"))
    if () in hidden or any((name,) in hidden for name in wanted) or any(has_placeholder(name) for name in hard):
        return None
    return False


def _scopes(quota: Resource) -> Scopes | None:
    """The scopes of a quota; None where they are not known."""
    if not (quota.is_known(("spec", "scopes")) and quota.is_known(("spec", "scopeSelector"))):
        return None
    spec = quota.body.get("spec") or {}
    selector = spec.get("scopeSelector")
    expressions = selector.get("matchExpressions") or () if isinstance(selector, dict) else ()
    plain = [Requirement(scope) for scope in spec.get("scopes") or ()]
    read = [_requirement(expression) for expression in expressions]
    known = [requirement for requirement in read if requirement is not None]
    return (*plain, *known) if len(known) == len(read) else None


def _requirement(expression: Any) -> Requirement | None:
    if not isinstance(expression, dict):
        return None
    scope, operator, values = (expression.get(key) for key in ("scopeName", "operator", "values"))
    texts = tuple(value for value in values or () if isinstance(value, str)) if isinstance(values, list) else ()
    if not isinstance(scope, str) or not isinstance(operator, str):
        return None
    hidden = any(has_placeholder(text) for text in (scope, operator, *texts))
    return None if hidden or len(texts) != len(values or ()) else Requirement(scope, operator, texts)


def _is_for_containers(limit_range: Resource) -> bool | None:
    return any_of(is_container for _, _, is_container in items(limit_range))
