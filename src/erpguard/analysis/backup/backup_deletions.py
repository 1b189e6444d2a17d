"""Which rights of an erp workload let it delete its own backups: in the cluster, and in Azure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.backup.backup_objects import BackupObjects, backup_objects, keys_beside
from erpguard.analysis.backup.deletion import Deletion, hop
from erpguard.analysis.kubernetes_rbac.bindings import Binding, Subject, all_bindings
from erpguard.analysis.kubernetes_rbac.names import may_be_same, namespace_of
from erpguard.analysis.kubernetes_rbac.rights import UNREAD, is_named, rules_of
from erpguard.analysis.kubernetes_rbac.rules import Rule
from erpguard.analysis.kubernetes_rbac.tokens import Token, token_of
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.mounted_secrets import mounted_secrets
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_AZURE = "Microsoft.Authorization/roleAssignments"


class _Given(NamedTuple):
    """A role that is given to a ServiceAccount, or may be, and by what."""

    binding: Binding
    subject: Subject
    sure: bool | None


def backup_deletions(analyses: Analyses) -> View:
    """Rows per erp workload, at its pod's spec: one for each right to delete its backups, and one without.

    Fields: tier, right_to_delete (whether there is one), identity, right (`may delete ...`, `is Contributor on ...`),
    where (the namespace or scope of it), over (the backups), at ({resource, path} of what gives the right), flow (the
    way from the pods to the backups).
    """
    view, given = View(), _given(analyses)
    for pod in all_pods(analyses):
        if pod.operator or (pod.tier_known and pod.tier != "erp"):
            continue
        unsure = [] if pod.tier_known else ["tier"]
        view.add(pod.resource, pod.path, {"tier": pod.tier, "right_to_delete": False}, unsure)
        for number, deletion in enumerate(_deletions(analyses, pod, given)):
            resource, path = deletion.place
            fields = {
                "tier": pod.tier,
                "right_to_delete": deletion.holds,
                "identity": deletion.identity,
                "right": deletion.right,
                "where": deletion.where,
                "over": deletion.over,
                "at": {"resource": resource.key, "path": list(path)},
                "flow": list(deletion.flow),
            }
            hidden = unsure + (["right_to_delete"] if deletion.holds is None else [])
            view.add(pod.resource, pod.path, fields, hidden, part=str(number))
    return view


def _deletions(analyses: Analyses, pod: Pod, given: dict[str, list[_Given]]) -> Iterator[Deletion]:
    yield from _in_cluster(analyses, pod, given)
    yield from _by_keys(analyses, pod)
    if _AZURE in analyses.estate.types:
        from erpguard.analysis.azure.backup_deletions import deletions_in_azure

        yield from deletions_in_azure(analyses, pod)


def _in_cluster(analyses: Analyses, pod: Pod, given: dict[str, list[_Given]]) -> Iterator[Deletion]:
    """One for each binding and namespace with backups: by the token that pods get."""
    token = token_of(analyses, pod)
    bindings = _bindings_of(pod, token, given) if token.held is not False else []
    everywhere = any(one.binding.cluster_wide or namespace_of(one.binding.resource) is None for one in bindings)
    near = None if everywhere else {one.binding.resource.namespace for one in bindings}
    objects: dict[str, list[BackupObjects]] = defaultdict(list)
    for each in backup_objects(analyses, pod, near) if bindings else ():
        objects[each.namespace].append(each)
    for one in bindings:
        for own in objects.values():
            rights = [(each, *_allowed(analyses, pod, one, each)) for each in own]
            held = [(each, rule) for each, holds, rule in rights if holds] or [
                (each, rule) for each, holds, rule in rights if holds is None
            ]
            if held:
                holds = all_of((token.held, any_of(answer for _, answer, _ in rights)))
                yield _deletion(pod, token, one, held, holds)


def _by_keys(analyses: Analyses, pod: Pod) -> Iterator[Deletion]:
    """One for each Secret with the key of a store that pods get."""
    keys = list(keys_beside(analyses, pod))
    for name, path in mounted_secrets(pod) if keys else ():
        for key in keys:
            holds = all_of((may_be_same(name, key.name), key.sure))
            if holds is not False:
                place = (pod.resource, path)
                right = f"have the key of their store in Secret {key.name}"
                steps = (
                    hop(*place, f"its pods {right}"),
                    hop(key.source, key.source.name_path, f"{key.over} go there"),
                )
                yield Deletion("its pods", right, key.namespace, key.over, holds, place, steps)


def _deletion(
    pod: Pod, token: Token, given: _Given, held: list[tuple[BackupObjects, Rule | None]], holds: bool | None
) -> Deletion:
    first, rule = held[0]
    kinds = ", ".join(dict.fromkeys(f"{each.verbs[0]} {each.kind}" for each, _ in held))
    right = f"may {kinds} in namespace {first.namespace}"
    more = len({each.over for each, _ in held}) - 1
    over = first.over + (f" and {more} more" if more else "")
    identity, own = f"ServiceAccount {token.account}", pod.resource
    place: tuple[Resource, Path] = (given.binding.resource, ("subjects", max(given.subject.index, 0)))
    steps = [hop(own, own.name_path, f"pods of {own.kind} {own.name} run as {identity}")]
    steps.append(hop(*place, f"{identity} has {given.binding.role_name}"))
    written = given.binding.role.written_at(rule) if rule is not None else None
    if written is not None:
        steps.append(hop(*written, f"it {right}"))
    steps.append(hop(first.source, first.source.name_path, f"{first.over} are made here"))
    return Deletion(identity, right, first.namespace, over, holds, place, tuple(steps))


def _allowed(analyses: Analyses, pod: Pod, given: _Given, wanted: BackupObjects) -> tuple[bool | None, Rule | None]:
    """Whether a binding lets objects be deleted, and by which rule."""
    binding = given.binding
    where = True if binding.cluster_wide else may_be_same(namespace_of(binding.resource), wanted.namespace)
    near = all_of((where, given.sure, wanted.sure, analyses.estate.together(binding.resource, pod.resource)))
    best: tuple[bool | None, Rule | None] = (False, None)
    for rule, sure in rules_of(binding.role) if near is not False else ():
        answer = all_of((near, sure or None, _deletes(rule, wanted)))
        if answer:
            return answer, rule
        best = (None, rule) if answer is None else best
    return best


def _deletes(rule: Rule, wanted: BackupObjects) -> bool | None:
    allowed = any_of(rule.allows(verb, wanted.group, wanted.resource) for verb in wanted.verbs)
    if wanted.name is None:
        named = True if rule.unrestricted else None  # what is called so is not known
    else:
        named = any_of((rule.unrestricted, rule.names.has(wanted.name)))
    return all_of((allowed, named))


def _given(analyses: Analyses) -> dict[str, list[_Given]]:
    """Principal -> the bindings that name it; those of whom it is not known whom they name are under an empty text."""
    found: dict[str, list[_Given]] = defaultdict(list)
    for binding in all_bindings(analyses):
        for subject in binding.subjects if binding.subjects_known else (UNREAD,):
            named = is_named(subject)
            found[subject.principal if named else ""].append(_Given(binding, subject, True if named else None))
    return dict(found)


def _bindings_of(pod: Pod, token: Token, given: dict[str, list[_Given]]) -> list[_Given]:
    """What is given to the ServiceAccount of a pod, or to a group that it is in."""
    namespace = namespace_of(pod.resource)
    groups = ["system:authenticated", "system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    names = [f"ServiceAccount:{namespace}/{token.account}", *(f"Group:{group}" for group in groups), ""]
    found = [one for name in names for one in given.get(name, ())]
    if token.account is None or namespace is None or has_placeholder(token.account):
        accounts = (name for name in given if name.startswith("ServiceAccount:") and name not in names)
        found += [one._replace(sure=None) for name in accounts for one in given[name]]
    return [one for one in found if one.binding.resource.cluster == pod.resource.cluster]
