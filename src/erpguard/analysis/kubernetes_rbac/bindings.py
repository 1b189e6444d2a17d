"""RoleBindings and ClusterRoleBindings with the role that they give and the subjects that get it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.kubernetes_rbac.defaults import CLUSTER_ROLES, RESERVED, ROLES
from erpguard.analysis.kubernetes_rbac.names import SERVICE_ACCOUNT, has_namesakes, name_of, namespace_of, refer
from erpguard.analysis.kubernetes_rbac.roles import (
    CLUSTER_ROLE,
    ROLE,
    Effective,
    cluster_roles,
    is_control_plane,
    read_role,
)
from erpguard.analysis.values.references import could_be
from erpguard.model import Path, Resource

ROLE_BINDING = "rbac.authorization.k8s.io/RoleBinding"
CLUSTER_ROLE_BINDING = "rbac.authorization.k8s.io/ClusterRoleBinding"

# How a ServiceAccount is called as a user: kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
_AS_USER = "system:serviceaccount:"
# Operators that create a ServiceAccount of the name of their object.
_ACCOUNT_MAKERS = ("postgresql.cnpg.io/Cluster", "postgresql.cnpg.io/Pooler")
_UNKNOWN = Effective(complete=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who gets a role. None is what is not known; a ServiceAccount without a namespace has an empty one.

    A User that is called as a ServiceAccount is one, `written_as_user`.
    """

    index: int
    kind: str | None
    name: str | None
    namespace: str | None = ""
    known: bool = True
    written_as_user: bool = False

    @property
    def principal(self) -> str:
        """`User:jane`, `Group:developers`, `ServiceAccount:velero/velero`."""
        name = f"{self.namespace}/{self.name}" if self.kind == "ServiceAccount" else self.name
        return f"{self.kind}:{name}"


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A binding. `exists` says whether its role does; `role` is what that role allows."""

    resource: Resource
    control_plane: bool | None
    subjects: tuple[Subject, ...]
    subjects_known: bool
    exists: bool | None
    role: Effective

    @property
    def cluster_wide(self) -> bool:
        """Whether it gives its role in every namespace."""
        return self.resource.type == CLUSTER_ROLE_BINDING

    @property
    def role_name(self) -> str:
        """The name of the role as it is written; empty where it is missing."""
        return str((self.resource.body.get("roleRef") or {}).get("name", ""))

    @property
    def role_kind(self) -> str:
        """The kind of the role as it is written; empty where it is missing."""
        return str((self.resource.body.get("roleRef") or {}).get("kind", ""))


def all_bindings(analyses: Analyses) -> list[Binding]:
    """Every RoleBinding and ClusterRoleBinding."""

    def make(_: Analyses) -> list[Binding]:
        return [_binding(analyses, one) for one in analyses.estate.of_type(ROLE_BINDING, CLUSTER_ROLE_BINDING)]

    made: list[Binding] = analyses.once("rbac.bindings", make)
    return made


def _binding(analyses: Analyses, resource: Resource) -> Binding:
    exists, role = _role(analyses, resource)
    hidden = resource.unknown | resource.invalid
    return Binding(
        resource=resource,
        control_plane=is_control_plane(resource),
        subjects=tuple(_subjects(resource)),
        subjects_known=("subjects",) not in hidden,
        exists=exists,
        role=role,
    )


def _subjects(resource: Resource) -> Iterator[Subject]:
    for index, body in enumerate(resource.body.get("subjects") or ()):
        path: Path = ("subjects", index)
        kind, name = body.get("kind"), body.get("name")
        if kind == "User" and name and name.startswith(_AS_USER) and name.count(":") == 3:
            _, _, namespace, account = name.split(":")
            known = resource.is_known((*path, "name"))
            yield Subject(index, "ServiceAccount", account, namespace, known, written_as_user=True)
            continue
        relevant = ("kind", "name", "namespace") if kind == "ServiceAccount" else ("kind", "name")
        known = all(resource.is_known((*path, key)) for key in relevant)
        # Without a namespace the API server would refuse a ServiceAccount; what was hidden is another matter.
        namespace = body.get("namespace", "" if resource.is_known((*path, "namespace")) else None)
        yield Subject(index, kind if resource.is_known((*path, "kind")) else None, name, namespace, known)


def _role(analyses: Analyses, binding: Resource) -> tuple[bool | None, Effective]:
    """Whether the role of a binding exists, and what it allows."""
    reference: Mapping[str, Any] = binding.body.get("roleRef") or {}
    kind, name = reference.get("kind"), reference.get("name")
    if name is None or kind not in ("Role", "ClusterRole") or not binding.is_known(("roleRef", "kind")):
        return None, _UNKNOWN
    if kind == "ClusterRole":
        return _cluster_role(analyses, binding, name)
    if binding.type == CLUSTER_ROLE_BINDING:
        return False, Effective()  # it can refer to ClusterRoles only
    found, known = refer(analyses, binding, ROLE, namespace_of(binding), name)
    if found is not None:
        role = read_role(found)
        return True, Effective(tuple((rule, True) for rule in role.rules), role.complete, (role,))
    if (binding.namespace, name) in ROLES:
        return True, Effective(tuple((rule, True) for rule in ROLES[binding.namespace, name]))
    if has_namesakes(analyses, binding, ROLE, namespace_of(binding), name):
        return True, _UNKNOWN
    return (False, Effective()) if known else (None, _UNKNOWN)


def _cluster_role(analyses: Analyses, binding: Resource, name: str) -> tuple[bool | None, Effective]:
    roles = cluster_roles(analyses, binding.cluster)
    if name == "cluster-admin":  # whatever an object of that name says: the control plane restores its rules
        return True, Effective(tuple((rule, True) for rule in CLUSTER_ROLES[name].rules))
    found, known = refer(analyses, binding, CLUSTER_ROLE, "", name)
    if found is not None:
        return True, roles.effective(roles.by_key[found.key])
    if name in roles.defaults:
        return True, roles.effective(roles.defaults[name])
    if name.startswith(RESERVED) or has_namesakes(analyses, binding, CLUSTER_ROLE, "", name):
        return True, _UNKNOWN
    return (False, Effective()) if known else (None, _UNKNOWN)


def bindings(analyses: Analyses) -> View:
    """One row per binding, at the whole. Fields: role_name, role_kind, role_exists."""
    view = View()
    for binding in all_bindings(analyses):
        fields = {
            "role_name": binding.role_name,
            "role_kind": binding.role_kind,
            "role_exists": binding.exists,
        }
        view.add(binding.resource, (), fields, ("role_exists",) if binding.exists is None else ())
    return view


def binding_subjects(analyses: Analyses) -> View:
    """One row per subject of a binding, at the subject.

    Fields: control_plane (labelled as a default of the control plane), role_name, subject_kind, subject_name,
    service_account (the name, of a ServiceAccount only), service_account_exists, principal (`User:jane`,
    `Group:developers`, `ServiceAccount:velero/velero`), cluster_administrator (the principal, where the role is
    cluster-admin in effect), secret_reader (the principal, where a ClusterRoleBinding lets it read every secret).
    """
    view = View()
    for binding in all_bindings(analyses):
        for subject in binding.subjects:
            fields, hidden = _subject_fields(analyses, binding, subject)
            view.add(binding.resource, ("subjects", subject.index), fields, hidden)
        if not binding.subjects_known:
            fields, hidden = _subject_fields(analyses, binding, Subject(0, None, None, None, known=False))
            view.add(binding.resource, ("subjects",), fields, hidden)
    return view


def _subject_fields(analyses: Analyses, binding: Binding, subject: Subject) -> tuple[dict[str, Any], set[str]]:
    is_account = subject.kind == "ServiceAccount"
    exists = account_exists(analyses, binding, subject) if is_account else None
    fields = {
        "control_plane": binding.control_plane,
        "role_name": binding.role_name,
        "subject_kind": subject.kind,
        "subject_name": subject.name,
        "service_account": subject.name if is_account else None,
        "service_account_exists": exists,
        "principal": subject.principal,
    }
    hidden = {name for name in ("subject_kind", "subject_name") if fields[name] is None}
    if not subject.known:
        hidden |= {"subject_name", "principal", "service_account"}
    if binding.control_plane is None:
        hidden.add("control_plane")
    if (is_account or subject.kind is None) and exists is None and not subject.written_as_user:
        hidden.add("service_account_exists")
    _add_power(fields, hidden, "cluster_administrator", binding.role.cluster_admin, subject)
    reads = binding.role.reads_secrets if binding.cluster_wide else False
    _add_power(fields, hidden, "secret_reader", reads, subject)
    return fields, hidden


def _add_power(fields: dict[str, Any], hidden: set[str], name: str, has_power: bool | None, subject: Subject) -> None:
    """The principal in a field of its own, so that a subject without the power need not be known."""
    if has_power is None or (has_power and not subject.known):
        hidden.add(name)
    fields[name] = subject.principal if has_power else None


def account_exists(analyses: Analyses, binding: Binding, subject: Subject) -> bool | None:
    """Whether the ServiceAccount exists that is a subject of a binding; None where that is not known."""
    exists = _account_exists(analyses, binding.resource, subject)
    if exists is False and binding.control_plane is not False:
        return binding.control_plane  # it makes the accounts of its controllers when it runs them
    return exists


def _account_exists(analyses: Analyses, binding: Resource, subject: Subject) -> bool | None:
    if subject.written_as_user or not subject.namespace:
        return None
    if subject.name == "default":
        return True  # every namespace has one
    makers = [maker for maker in analyses.estate.of_type(*_ACCOUNT_MAKERS) if maker.cluster == binding.cluster]
    if any(maker.name == subject.name and maker.namespace == subject.namespace for maker in makers):
        return True
    if subject.name is None or any(
        could_be(name_of(maker), subject.name) and could_be(namespace_of(maker), subject.namespace) for maker in makers
    ):
        return None
    lookup = refer(analyses, binding, SERVICE_ACCOUNT, subject.namespace, subject.name)
    if lookup.found is not None or has_namesakes(analyses, binding, SERVICE_ACCOUNT, subject.namespace, subject.name):
        return True
    return False if lookup.known else None
