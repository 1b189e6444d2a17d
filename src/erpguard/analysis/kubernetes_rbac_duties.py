"""Who may change what in which namespaces: the view behind the separation of duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.kubernetes_rbac_bindings import Binding, Subject, all_bindings
from erpguard.analysis.kubernetes_rbac_names import may_be_same
from erpguard.analysis.pods import all_pods
from erpguard.analysis.selectors import all_of

FIELDS = ("everywhere", "erp_anywhere", "write_namespace", "has_erp", "other_writes")


@dataclass(frozen=True, slots=True, eq=False)
class _Access:
    """Write access that a binding gives, or may give, to a subject."""

    binding: Binding
    subject: Subject
    sure: bool


@dataclass(slots=True)
class _Erp:
    """The namespaces of a cluster in which erp workloads run, and in which one may."""

    sure: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)

    def runs_in(self, namespace: str) -> bool | None:
        """Whether erp workloads run in a namespace; two equal placeholders are the same one."""
        if namespace in self.sure:
            return True
        if any(may_be_same(namespace, other) is not False for other in self.possible | self.sure):
            return None
        return False


def write_access(analyses: Analyses) -> View:
    """One row per subject of a binding, at the subject: the write access that the binding gives it.

    Fields: control_plane, principal; everywhere (the binding counts in all namespaces) with erp_anywhere (an erp
    workload runs in one of them), or write_namespace with has_erp; other_writes [{namespace, has_erp, resource,
    path}] (what single-namespace bindings give the same subject, one per namespace). All but the first two are absent
    where the role writes nothing. What is only possible is a second row, whose fields are not known.
    """
    view = View()
    erp = _erp_namespaces(analyses)
    accesses = {
        (binding, subject): _Access(binding, subject, sure=binding.role.writes is True and subject.known)
        for binding in all_bindings(analyses)
        if binding.role.writes is not False
        for subject in _subjects(binding)
    }
    others = _Others(analyses, list(accesses.values()))
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
            found[pod.resource.cluster].sure.add(pod.resource.namespace)
        elif not pod.tier_known:
            found[pod.resource.cluster].possible.add(pod.resource.namespace)
    return found


def _add(
    view: View, binding: Binding, subject: Subject, access: _Access | None, erp: _Erp, others: _Others
) -> None:
    path = ("subjects", subject.index) if subject.index >= 0 else ("subjects",)
    own: dict[str, Any] = {"control_plane": binding.control_plane, "principal": subject.principal}
    unsure = {"control_plane"} if binding.control_plane is None else set()
    if not subject.known:
        unsure.add("principal")
    if access is None:
        view.add(binding.resource, path, own, unsure)
        return
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
        own["has_erp"] = erp.runs_in(binding.resource.namespace)
        hidden |= {"has_erp"} if own["has_erp"] is None else set()
        own["other_writes"], complete = others.of(access, erp)
        if not binding.resource.is_known(("metadata", "namespace")):
            hidden.add("write_namespace")
        if not complete:
            view.add(binding.resource, path, {}, {"other_writes"}, part="?")
    view.add(binding.resource, path, own, unsure | hidden)


class _Others:
    """The write access to single namespaces, by principal."""

    def __init__(self, analyses: Analyses, accesses: list[_Access]) -> None:
        self._estate = analyses.estate
        self._by_principal: dict[tuple[str, str], list[_Access]] = defaultdict(list)
        self._vague: list[_Access] = []
        for access in accesses:
            if access.binding.cluster_wide:
                continue  # it gives both sides by itself, and is reported by itself
            cluster = access.binding.resource.cluster
            if access.subject.known:
                self._by_principal[cluster, access.subject.principal].append(access)
            else:
                self._vague.append(access)

    def of(self, access: _Access, erp: _Erp) -> tuple[list[dict[str, Any]], bool]:
        """What other bindings surely give the same subject, and whether that is all."""
        found: dict[str, dict[str, Any]] = {}
        complete = True
        here = access.binding.resource.namespace
        for other in self._candidates(access):
            there = other.binding.resource
            if other.binding is access.binding or there.namespace == here:
                continue
            together = self._estate.together(access.binding.resource, there)
            answer = all_of((together, _is_same(access.subject, other.subject), other.sure or None))
            has_erp = erp.runs_in(there.namespace)
            if answer is None or (answer and has_erp is None):
                complete = False
            if answer and there.namespace not in found:
                found[there.namespace] = {
                    "namespace": there.namespace,
                    "has_erp": has_erp is True,
                    "resource": there.key,
                    "path": ["subjects", other.subject.index],
                }
        return [found[namespace] for namespace in sorted(found)], complete

    def _candidates(self, access: _Access) -> Iterator[_Access]:
        cluster = access.binding.resource.cluster
        yield from self._by_principal[cluster, access.subject.principal]
        yield from (other for other in self._vague if other.binding.resource.cluster == cluster)


def _is_same(one: Subject, other: Subject) -> bool | None:
    """Whether two subjects are one; `one` is known."""
    if other.kind is None:
        return None
    if other.known or one.kind != other.kind:
        return one.principal == other.principal
    return all_of((may_be_same(one.name, other.name), may_be_same(one.namespace, other.namespace)))
