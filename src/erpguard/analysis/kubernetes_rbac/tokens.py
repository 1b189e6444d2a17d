"""Which pods get the token of their ServiceAccount, and whether any binding gives that ServiceAccount something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.kubernetes_rbac.names import SERVICE_ACCOUNT, may_be_same, namespace_of, refer
from erpguard.analysis.values.references import could_be
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

if TYPE_CHECKING:
    from erpguard.analysis.kubernetes_rbac.bindings import Binding, Subject

_BINDINGS = ("rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding")
_SETTING = "automountServiceAccountToken"


def service_account_tokens(analyses: Analyses) -> View:
    """One row per workload, at its pod's spec; operator workloads have none.

    Fields: service_account, mounted (whether pods get its token: as the pod says, else as the ServiceAccount says,
    else yes), bound (whether a binding names the ServiceAccount), set_at {resource, path} (the setting of the
    ServiceAccount, where that decides). Where one of mounted and bound settles the matter, the other may be left out.
    """
    view = View()
    accounts = _Accounts(_bindings(analyses))
    for pod in all_pods(analyses):
        if pod.operator:
            continue
        name, mounted, set_at, _ = token_of(analyses, pod)
        bound = accounts.is_bound(analyses, pod.resource, name)
        fields = {"service_account": name or "default", "mounted": mounted, "bound": bound, "set_at": set_at}
        hidden = set()
        if mounted is None and bound is not True:
            hidden.add("mounted")
        if bound is None and mounted is not False:
            hidden.add("bound")
        view.add(pod.resource, pod.path, fields, hidden)
    return view


class Token(NamedTuple):
    """The token of a pod: of which ServiceAccount (None: not known), whether it is mounted, and what says so.

    `set_at` is {resource, path} of the setting of the ServiceAccount, where that decides. `held` is whether pods have a
    token for the API server at all: the one that is mounted by itself, or one that a volume of theirs projects.
    """

    account: str | None
    mounted: bool | None
    set_at: dict[str, Any] | None
    held: bool | None


def token_of(analyses: Analyses, pod: Pod) -> Token:
    """The token that pods of a workload get, which is no operator's."""
    name = pod.spec.get("serviceAccountName") or pod.spec.get("serviceAccount") or "default"
    known = pod.is_known("serviceAccountName") and pod.is_known("serviceAccount")
    account = name if _is_text(pod, known) else None
    mounted, set_at = _mounted(analyses, pod, account)
    return Token(account, mounted, set_at, mounted or any_of((mounted, *_projected(pod))))


def _projected(pod: Pod) -> Iterator[bool | None]:
    """Whether each token that a volume projects is one for the API server; None for volumes that are not known.

    kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken: without an audience it is. One that is a
    URL may be the issuer of the cluster, which is what the API server calls itself.
    """
    for index, volume in enumerate(pod.spec.get("volumes") or ()):
        for number, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
            token = (source or {}).get("serviceAccountToken")
            if token is not None:
                at = ("volumes", index, "projected", "sources", number, "serviceAccountToken")
                yield _is_for_api(token.get("audience", "")) if pod.is_known(*at, "audience") else None
    if any(_may_hide_token(path) for path in hidden_below(pod.resource, (*pod.path, "volumes"))):
        yield None


def _may_hide_token(path: Path) -> bool:
    """Whether a path below `volumes` that is not known may be, or hold, a projected token."""
    above = len(path) < 5 and path[1:3] == ("projected", "sources")[: len(path[1:3])]
    return above or path[-1:] == ("serviceAccountToken",)


def _is_for_api(audience: str) -> bool | None:
    if not audience or audience.startswith("https://kubernetes.default.svc"):
        return True
    return None if audience.startswith("https://") else False


def _bindings(analyses: Analyses) -> list[Binding]:
    if analyses.estate.types.isdisjoint(_BINDINGS):
        return []
    from erpguard.analysis.kubernetes_rbac.bindings import all_bindings

    return all_bindings(analyses)


def _is_text(pod: Pod, name_known: bool) -> bool:
    """Whether the name is there, as a placeholder perhaps."""
    return name_known or bool(pod.spec.get("serviceAccountName"))


def _mounted(analyses: Analyses, pod: Pod, account: str | None) -> tuple[bool | None, dict[str, Any] | None]:
    """Whether the token is mounted (kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/)."""
    if not pod.is_known(_SETTING):
        return None, None
    if _SETTING in pod.spec:
        return bool(pod.spec[_SETTING]), None
    found, known = refer(analyses, pod.resource, SERVICE_ACCOUNT, namespace_of(pod.resource), account)
    if found is None:
        return (True, None) if known else (None, None)
    if not found.is_known((_SETTING,)):
        return None, None
    if _SETTING not in found.body:
        return True, None
    return bool(found.body[_SETTING]), {"resource": found.key, "path": [_SETTING]}


class _Accounts:
    """The ServiceAccounts that bindings name: by their exact name, and those that a placeholder may stand for."""

    def __init__(self, bindings: list[Binding]) -> None:
        self._exact: dict[tuple[str, str, str], list[Binding]] = {}
        self._vague: list[tuple[Binding, Subject | None]] = []
        for binding in bindings:
            if not binding.subjects_known:
                self._vague.append((binding, None))
            for subject in binding.subjects:
                if subject.kind == "ServiceAccount" and subject.known and subject.name and subject.namespace:
                    key = (binding.resource.cluster, subject.namespace, subject.name)
                    self._exact.setdefault(key, []).append(binding)
                elif not subject.known or subject.kind == "ServiceAccount":
                    self._vague.append((binding, subject))

    def is_bound(self, analyses: Analyses, pod: Resource, name: str | None) -> bool | None:
        """Whether a binding names the ServiceAccount `name` of the namespace of `pod`; None where it is not known."""
        return any_of(self._answers(analyses, pod, name))

    def _answers(self, analyses: Analyses, pod: Resource, name: str | None) -> Iterator[bool | None]:
        for (cluster, namespace, account), bindings in self._possible(pod, name):
            same = all_of((may_be_same(account, name), may_be_same(namespace, namespace_of(pod))))
            if cluster == pod.cluster and same is not False:
                for binding in bindings:
                    yield all_of((same, analyses.estate.together(pod, binding.resource)))
        for binding, subject in self._vague:
            if binding.resource.cluster == pod.cluster:
                together = analyses.estate.together(pod, binding.resource)
                yield all_of((_may_name(subject, namespace_of(pod), name), together))

    def _possible(self, pod: Resource, name: str | None) -> list[tuple[tuple[str, str, str], list[Binding]]]:
        if name is not None and pod.is_known(("metadata", "namespace")) and not has_placeholder(name):
            key = (pod.cluster, pod.namespace, name)
            return [(key, self._exact[key])] if key in self._exact else []
        return list(self._exact.items())


def _may_name(subject: Subject | None, namespace: str | None, name: str | None) -> bool | None:
    if subject is None or subject.kind is None:
        return None
    if subject.kind == "ServiceAccount":
        # Without a namespace the API server would refuse the subject: whom it means is not known.
        return all_of((may_be_same(subject.name, name), may_be_same(subject.namespace or None, namespace)))
    if subject.kind != "User":
        return False
    if name is None or namespace is None:
        return None
    return None if could_be(subject.name, f"system:serviceaccount:{namespace}:{name}") else False
