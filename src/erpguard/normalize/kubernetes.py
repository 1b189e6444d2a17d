"""A Kubernetes object as it was written -> a `Resource` in canonical spelling.

Old groups and versions are converted to the current shape with their places kept, types are checked once, and the
namespace, cluster and environment are settled here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from sys import intern
from typing import Any, NamedTuple

from erpguard.model import Origin, Path, Place, Problem, Resource, dotted
from erpguard.normalize import secrets
from erpguard.normalize.environments import environment, first_match
from erpguard.normalize.kubernetes_types import METADATA, shape_of
from erpguard.normalize.kubernetes_versions import current_group, moved_along, upgrade
from erpguard.normalize.shapes import Fit, fit

DEFAULT_CLUSTER = "default"
DEFAULT_NAMESPACE = "default"

# Kinds without a namespace, by group: `kubectl api-resources --namespaced=false` of 1.34, and of well-known operators.
_CLUSTER_SCOPED: dict[str, frozenset[str]] = {
    "core": frozenset(("Namespace", "Node", "PersistentVolume")),
    "rbac.authorization.k8s.io": frozenset(("ClusterRole", "ClusterRoleBinding")),
    "apiextensions.k8s.io": frozenset(("CustomResourceDefinition",)),
    "apiregistration.k8s.io": frozenset(("APIService",)),
    "admissionregistration.k8s.io": frozenset(
        (
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        )
    ),
    "storage.k8s.io": frozenset(("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment")),
    "scheduling.k8s.io": frozenset(("PriorityClass",)),
    "networking.k8s.io": frozenset(("IngressClass",)),
    "node.k8s.io": frozenset(("RuntimeClass",)),
    "certificates.k8s.io": frozenset(("CertificateSigningRequest",)),
    "snapshot.storage.k8s.io": frozenset(("VolumeSnapshotClass", "VolumeSnapshotContent")),
    "gateway.networking.k8s.io": frozenset(("GatewayClass",)),
    "policy": frozenset(("PodSecurityPolicy",)),
    "policy.networking.k8s.io": frozenset(("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")),
    "cert-manager.io": frozenset(("ClusterIssuer",)),
    "cilium.io": frozenset(("CiliumClusterwideNetworkPolicy",)),
    "crd.projectcalico.org": frozenset(("GlobalNetworkPolicy",)),
    "projectcalico.org": frozenset(("GlobalNetworkPolicy",)),
    "postgresql.cnpg.io": frozenset(("ClusterImageCatalog",)),
}

# Shared by all resources: an empty set of its own is larger than many an object.
_NOWHERE: frozenset[Path] = frozenset()
_NAMESPACE: frozenset[Path] = frozenset((("metadata", "namespace"),))
_METADATA_NAME: frozenset[Path] = frozenset((("metadata",), ("metadata", "name")))


class Normalized(NamedTuple):
    """One object, read: None with problems if it cannot be a resource."""

    resource: Resource | None
    problems: tuple[Problem, ...] = ()


def resource(
    body: dict[str, Any],
    origin: Origin,
    settings: Mapping[str, Any] | None = None,
    source: str = "kubernetes_manifest",
    unknown: frozenset[Path] = _NOWHERE,
    cluster: str = "",
    *,
    only_metadata: bool = False,
) -> Normalized:
    """The resource that an object with `apiVersion` and `kind` describes. `body` is taken over and changed.

    `settings` is the `estate` section of the configuration; its `namespaces`, `clusters` and `environments` map file
    globs (the last one: namespace globs) to names, the first match wins. `unknown` are paths of `body` whose value a
    plan does not know yet: nothing stands there. `cluster` is the one that it was read from.
    `only_metadata` is for those who need no more than its names: nothing else of `body` is looked at.
    """
    settings = settings or {}
    group, kind = current_group(str(body["apiVersion"]), str(body["kind"]))
    type_ = intern(f"{group}/{kind}")
    origin = upgrade(type_, body, origin)
    shape = None if only_metadata else shape_of(type_)
    checked = _checked(body, shape or {}, unknown and unknown | moved_along(origin, unknown))
    problems = [_misfit(type_, body, origin, misfit.path, misfit.message) for misfit in checked.misfits]
    if type_ == "core/Secret":
        secrets.remove_values(body)
    metadata = body.get("metadata") or {}
    name = metadata.get("name", "")
    if not name and _METADATA_NAME.isdisjoint(_paths(checked)) and not _is_below(("metadata", "name"), checked.unknown):
        name, problem = _unnamed(metadata, type_, origin)
        problems += problem
    namespace, assumed = _namespace(type_, metadata, origin.file, settings)
    cluster = cluster or first_match(settings.get("clusters"), origin.file) or DEFAULT_CLUSTER
    id_ = f"{cluster}/{type_}/{namespace}/{name}"
    labels = metadata.get("labels") or {}
    made = Resource(
        type=type_,
        id=id_,
        identity=id_,
        name=name,
        namespace=namespace,
        cluster=cluster,
        body=body,
        origin=origin,
        source=source,
        labels=labels,
        annotations=metadata.get("annotations") or {},
        environment=environment(settings, labels, name if type_ == "core/Namespace" else namespace),
        unknown=frozenset(checked.unknown) or _NOWHERE,
        invalid=_paths(checked),
        assumed=_NAMESPACE if assumed else _NOWHERE,
    )
    return Normalized(made, tuple(_named(problem, id_) for problem in problems))


def _checked(body: dict[str, Any], shape: Mapping[str, Any], unknown: frozenset[Path]) -> Fit:
    """What fits the shape of a type, but for what is not known."""
    checked = fit(body, {"metadata": METADATA, **shape})
    if unknown:
        checked.unknown |= unknown
        checked.misfits = [misfit for misfit in checked.misfits if not _is_below(misfit.path, checked.unknown)]
    return checked


def _named(problem: Problem, id_: str) -> Problem:
    """Where there is no file, the object is called by its id, in problems as in findings."""
    return problem if problem.place.file else problem._replace(place=problem.place._replace(object_id=id_))


def is_cluster_scoped(type_: str) -> bool:
    """Whether objects of this canonical type have no namespace."""
    group, _, kind = type_.rpartition("/")
    return kind in _CLUSTER_SCOPED.get(group, ())


def _is_below(path: Path, hidden: Collection[Path]) -> bool:
    return any(path[: len(other)] == other for other in hidden)


def _paths(checked: Fit) -> frozenset[Path]:
    return frozenset(misfit.path for misfit in checked.misfits) or _NOWHERE


def _misfit(type_: str, body: dict[str, Any], origin: Origin, path: Path, message: str) -> Problem:
    if type_ == "core/Secret" and path[0] != "metadata":
        message = message.partition(", not ")[0]  # what was written there may be the secret
    name = (body.get("metadata") or {}).get("name", "")
    holder = f"{type_.rpartition('/')[2]} {name}".rstrip()
    return Problem("invalid-value", f"{holder}: {dotted(path)} {message}", origin.place(path))


def _unnamed(metadata: Mapping[str, Any], type_: str, origin: Origin) -> tuple[str, list[Problem]]:
    generated = metadata.get("generateName")
    if isinstance(generated, str) and generated:
        return generated + "*", []
    place: Place = origin.place(("metadata", "name"))
    kind = type_.rpartition("/")[2]
    return "", [Problem("no-name", f"{kind} has no metadata.name: the API server would refuse it", place)]


def _namespace(type_: str, metadata: Mapping[str, Any], file: str, settings: Mapping[str, Any]) -> tuple[str, bool]:
    """The namespace, and whether it was assumed."""
    if is_cluster_scoped(type_):
        return "", False
    declared = metadata.get("namespace")
    if declared:
        return declared, False
    return first_match(settings.get("namespaces"), file) or DEFAULT_NAMESPACE, True
