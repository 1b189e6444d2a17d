"""Who may change what in which namespaces: the view behind the separation of duties."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.kubernetes_rbac.bindings import Binding, Subject, all_bindings
from erpguard.analysis.kubernetes_rbac.names import may_be_same, namespace_of
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.pods import all_pods

FIELDS = ("everywhere", "erp_anywhere", "write_namespace", "has_erp", "other_writes")
MOST_OTHERS = 100
"""So many namespaces with erp workloads, and so many without, are listed at a subject; more are not known.

Without a bound the rows of one subject would grow with the square of its namespaces.
"""
MOST_COMPARED = 300
"""So many bindings that may be copies of others (overlays) are compared with one binding, those of its folder first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Access:
    """Write access that a binding gives, or may give, to a subject."""

    binding: Binding
    subject: Subject
    sure: bool


@dataclass(slots=True)
class _Erp:
    """The namespaces of a cluster in which erp workloads run, and in which one may."""

    sure: set[str | None] = field(default_factory=set)
    possible: set[str | None] = field(default_factory=set)
    answers: dict[str | None, bool | None] = field(default_factory=dict)

    def runs_in(self, namespace: str | None) -> bool | None:
        """Whether erp workloads run in a namespace; two equal placeholders are the same one."""
        if namespace not in self.answers:
            self.answers[namespace] = self._runs_in(namespace)
        return self.answers[namespace]

    def _runs_in(self, namespace: str | None) -> bool | None:
        if namespace is not None and namespace in self.sure:
            return True
        if any(may_be_same(namespace, other) is not False for other in self.possible | self.sure):
            return None
        return False


def write_access(analyses: Analyses) -> View:
    """One row per subject of a binding, at the subject: the write access that the binding gives it.

    Fields: control_plane, principal; everywhere (the binding counts in all namespaces) with erp_anywhere (an erp
    workload runs in one of them), or write_namespace with has_erp; other_writes [{namespace, has_erp, resource,
    path}] (what single-namespace bindings give the same subject, one per namespace, at most MOST_OTHERS of a kind).
    All but the first are absent where the role writes nothing. What is only possible is a second row, whose fields are
    not known.
    """
    view = View()
    erp = _erp_namespaces(analyses)
    accesses = {
        (binding, subject): _Access(binding, subject, sure=binding.role.writes is True and subject.known)
        for binding in all_bindings(analyses)
        if binding.role.writes is not False
        for subject in _subjects(binding)
    }
    others = _Others(analyses, list(accesses.values()), erp)
    for binding in all_bindings(analyses):
        for subject in _subjects(binding):
            access = accesses.get((binding, subject))
            _add(view, binding, subject, access, erp[binding.resource.cluster], others)
    return view


def _subjects(binding: Binding) -> tuple[Subject, ...]:
    return binding.subjects if binding.subjects_known else (_UNREAD,)


_UNREAD = Subject(-1, None, None, None, known=False)


def _erp_namespaces(analyses: Analyses) -> dict[str, _Erp]:
    found: dict[str, _Erp] = defaultdict(_Erp)
    for pod in all_pods(analyses):
        if pod.tier_known and pod.tier == "erp":
            found[pod.resource.cluster].sure.add(namespace_of(pod.resource))
        elif not pod.tier_known:
            found[pod.resource.cluster].possible.add(namespace_of(pod.resource))
    return found


def _add(view: View, binding: Binding, subject: Subject, access: _Access | None, erp: _Erp, others: _Others) -> None:
    path = ("subjects", subject.index) if subject.index >= 0 else ("subjects",)
    own: dict[str, Any] = {"control_plane": binding.control_plane}
    unsure = {"control_plane"} if binding.control_plane is None else set()
    if access is None:
        view.add(binding.resource, path, own, unsure)
        return
    own["principal"] = subject.principal
    if not subject.known:
        unsure.add("principal")
    if not access.sure:
        view.add(binding.resource, path, own, unsure | set(FIELDS))
        return
    hidden = set()
    if binding.cluster_wide:
        own["everywhere"] = True
        own["erp_anywhere"] = True if erp.sure else None if erp.possible else False
        hidden |= {"erp_anywhere"} if own["erp_anywhere"] is None else set()
    else:
        own["write_namespace"] = binding.resource.namespace
        own["has_erp"] = erp.runs_in(namespace_of(binding.resource))
        hidden |= {"has_erp"} if own["has_erp"] is None else set()
        own["other_writes"], complete = others.of(access)
        if not binding.resource.is_known(("metadata", "namespace")):
            hidden.add("write_namespace")
        if not complete:
            doubt = {"control_plane": binding.control_plane}
            view.add(binding.resource, path, doubt, {*unsure, "other_writes"}, part="?")
    view.add(binding.resource, path, own, unsure | hidden)


class _Listed:
    """Entries of `other_writes` by namespace: at most MOST_OTHERS with erp workloads, and as many without."""

    def __init__(self) -> None:
        self.by_namespace: dict[str, dict[str, Any]] = {}
        self.complete = True
        self._counts = [0, 0]

    def add(self, entry: dict[str, Any]) -> None:
        """List what a binding gives, unless its namespace is listed already."""
        if entry["namespace"] in self.by_namespace:
            return
        if self._counts[entry["has_erp"]] == MOST_OTHERS:
            self.complete = False
            return
        self._counts[entry["has_erp"]] += 1
        self.by_namespace[entry["namespace"]] = entry


class _Others:
    """The write access to single namespaces, by principal."""

    def __init__(self, analyses: Analyses, accesses: list[_Access], erp: dict[str, _Erp]) -> None:
        self._estate = analyses.estate
        self._erp = erp
        self._plain: dict[tuple[str, str], _Listed] = defaultdict(_Listed)
        self._others: dict[tuple[str, str], dict[str, list[_Access]]] = defaultdict(lambda: defaultdict(list))
        self._vague: dict[str, list[_Access]] = defaultdict(list)
        namesakes = {duplicate.id for duplicate in analyses.estate.duplicates()}
        for access in accesses:
            resource = access.binding.resource
            principal = (resource.cluster, access.subject.principal)
            if access.binding.cluster_wide:
                continue  # it gives both sides by itself, and is reported by itself
            if not access.subject.known:
                self._vague[resource.cluster].append(access)
            elif access.sure and resource.id not in namesakes and self._is_plain(access):
                self._plain[principal].add(self._entry(access))
            else:
                self._others[principal][_folder(access)].append(access)

    def of(self, access: _Access) -> tuple[list[dict[str, Any]], bool]:
        """What other bindings surely give the same subject, and whether that is all; `access` gives a namespace."""
        resource = access.binding.resource
        here = namespace_of(resource)
        principal = (resource.cluster, access.subject.principal)
        plain, found = self._plain[principal], _Listed()
        for entry in plain.by_namespace.values():
            if entry["namespace"] != here:
                found.add(entry)
        by_folder = self._others[principal]
        complete = plain.complete and sum(map(len, by_folder.values())) <= MOST_COMPARED
        ordered = sorted(by_folder, key=lambda folder: folder != _folder(access))
        for other in islice(chain.from_iterable(by_folder[folder] for folder in ordered), MOST_COMPARED):
            answer = self._counts(access, other)
            if answer and self._is_plain(other):
                found.add(self._entry(other))
            elif answer is not False:
                complete = False
        # Of a subject that is not known nothing is sure.
        complete = complete and all(self._counts(access, other) is False for other in self._vague[resource.cluster])
        return [found.by_namespace[name] for name in sorted(found.by_namespace)], complete and found.complete

    def _counts(self, access: _Access, other: _Access) -> bool | None:
        """Whether what another binding gives counts as given to the subject of `access`, in another namespace."""
        here, there = access.binding.resource, other.binding.resource
        if there is here or may_be_same(namespace_of(there), namespace_of(here)):
            return False
        same = _is_same(access.subject, other.subject)
        return False if same is False else all_of((same, other.sure or None, self._estate.together(here, there)))

    def _is_plain(self, access: _Access) -> bool:
        """Whether it is known which namespace that is, and whether erp workloads run in it."""
        resource = access.binding.resource
        return resource.is_known(("metadata", "namespace")) and self._has_erp(access) is not None

    def _has_erp(self, access: _Access) -> bool | None:
        return self._erp[access.binding.resource.cluster].runs_in(namespace_of(access.binding.resource))

    def _entry(self, access: _Access) -> dict[str, Any]:
        return {
            "namespace": access.binding.resource.namespace,
            "has_erp": self._has_erp(access) is True,
            "resource": access.binding.resource.key,
            "path": ["subjects", access.subject.index],
        }


def _folder(access: _Access) -> str:
    return access.binding.resource.origin.file.rpartition("/")[0]


def _is_same(one: Subject, other: Subject) -> bool | None:
    """Whether two subjects are one; `one` is known."""
    if other.kind is None:
        return None
    if other.known or one.kind != other.kind:
        return one.principal == other.principal
    return all_of((may_be_same(one.name, other.name), may_be_same(one.namespace, other.namespace)))
