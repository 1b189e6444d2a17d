"""Managed identities that pods can use: which ServiceAccount may be exchanged for which identity.

https://learn.microsoft.com/azure/aks/workload-identity-overview and
https://learn.microsoft.com/entra/workload-id/workload-identity-federation. A federated credential names the issuer of a
cluster and a ServiceAccount. Pods get a token for the exchange by the label `azure.workload.identity/use`, or by a
projected volume of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.cluster_of import clusters_of
from erpguard.analysis.azure.control_planes import CLUSTER
from erpguard.analysis.azure.principals import IDENTITY, PRINCIPAL, SERVICE_PRINCIPAL, Principal
from erpguard.analysis.azure.properties import read
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource, value_at
from erpguard.normalize.shapes import has_placeholder

ACCOUNT = "core/ServiceAccount"
CREDENTIAL = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"

_ISSUER: Path = ("properties", "issuer")
_SUBJECT = "system:serviceaccount:{namespace}:{name}"
_DEFAULT_ACCOUNT = "default"
_USE, _AUDIENCE = "azure.workload.identity/use", "api://AzureADTokenExchange"


class Grant(NamedTuple):
    """A ServiceAccount that may be exchanged for an identity.

    certain  whether that is so, and some pod can do it; None where it is not known
    named    whether that is so, be there such a pod or not
    pods     the workloads whose pods can, or may be able to
    """

    account: Resource
    pods: tuple[Resource, ...]
    credential: Resource
    identity: Resource
    principal: Principal
    certain: bool | None
    named: bool | None


def grants(analyses: Analyses) -> list[Grant]:
    """Every ServiceAccount that is, or may be, exchanged for an identity of the estate."""
    made: list[Grant] = analyses.once("azure.workload_identities", lambda one: list(_grants(one)))
    return made


def _grants(analyses: Analyses) -> Iterator[Grant]:
    identities = [(one, _identity_of(analyses, one)) for one in analyses.estate.of_type(CREDENTIAL)]
    for account in analyses.estate.of_type(ACCOUNT) if identities else ():
        users = [(pod, uses(pod, account)) for pod in all_pods(analyses) if _is_beside(pod, account)]
        possible = tuple(pod.resource for pod, can in users if can is not False)
        reached = any_of(can for _, can in users)
        for credential, identity in identities:
            named = _names(analyses, credential, account)
            if identity is not None and named is not False:
                certain = all_of((named, reached))
                yield Grant(account, possible, credential, identity, _principal(identity), certain, named)


def _identity_of(analyses: Analyses, credential: Resource) -> Resource | None:
    found = analyses.estate.arm(credential.parent).resource if credential.parent else None
    return found if found is not None and found.type == IDENTITY else None


def _principal(identity: Resource) -> Principal:
    found = read(identity, *PRINCIPAL)
    id_ = found.value.lower() if isinstance(found.value, str) else ""
    return Principal(id_, (identity.key, "principalid"), SERVICE_PRINCIPAL, identity.name)


def _names(analyses: Analyses, credential: Resource, account: Resource) -> bool | None:
    """Whether a credential is about a ServiceAccount of its cluster."""
    subject = read(credential, "properties", "subject")
    same: bool | None = None
    if subject.known:
        wanted = _SUBJECT.format(namespace=account.namespace, name=account.name)
        same = subject.value == wanted
        if not same and isinstance(subject.value, str) and has_placeholder(subject.value):
            same = None
    return False if same is False else all_of((same, _is_of_cluster(analyses, credential, account)))


def _is_of_cluster(analyses: Analyses, credential: Resource, account: Resource) -> bool | None:
    """Whether the issuer of a credential is the cluster that a ServiceAccount is in."""
    issuing = _issuing(analyses, credential, analyses.estate.of_type(CLUSTER))
    meant = clusters_of(analyses, account)
    if issuing is None or not meant:
        return None
    return issuing is meant[0] if len(meant) == 1 else None if issuing in meant else False


def _issuing(analyses: Analyses, credential: Resource, clusters: list[Resource]) -> Resource | None:
    """The cluster of the estate that issues the tokens; None where that is not known."""
    target, _ = credential.links.get(_ISSUER, ("", ""))
    if target:
        found = analyses.estate.arm(target).resource
        return found if found is not None and found.type == CLUSTER else None
    issuer = read(credential, *_ISSUER).value
    for cluster in clusters:
        url = read(cluster, "properties", "oidcIssuerProfile", "issuerURL").value
        if isinstance(url, str) and isinstance(issuer, str) and url.rstrip("/") == issuer.rstrip("/"):
            return cluster
    return None


def _is_beside(pod: Pod, account: Resource) -> bool:
    own = pod.resource
    return not pod.operator and (own.cluster, own.namespace) == (account.cluster, account.namespace)


def uses(pod: Pod, account: Resource) -> bool | None:
    """Whether a pod runs as a ServiceAccount and gets a token for the exchange."""
    known = pod.is_known("serviceAccountName") and pod.is_known("serviceAccount")
    name = pod.spec.get("serviceAccountName") or pod.spec.get("serviceAccount") or _DEFAULT_ACCOUNT
    same = None if not known or has_placeholder(name) else name == account.name
    return all_of((same, any_of((_is_labelled(pod), _has_token(pod)))))


def _is_labelled(pod: Pod) -> bool | None:
    value = pod.labels.get(_USE)
    if value is not None and not has_placeholder(value):
        return value == "true"
    hidden = hidden_below(pod.resource, (*pod.path[:-1], "metadata", "labels"))
    return None if value is not None or hidden & {(), (_USE,)} else False


def _has_token(pod: Pod) -> bool | None:
    """Whether a projected volume holds a token for the exchange."""
    for volume in pod.spec.get("volumes") or ():
        for source in value_at(volume, ("projected", "sources")) or ():
            if value_at(source, ("serviceAccountToken", "audience")) == _AUDIENCE:
                return True
    return None if any("volumes" in path for path in _hidden(pod)) else False


def _hidden(pod: Pod) -> list[Path]:
    return [path for path in (*pod.resource.unknown, *pod.resource.invalid) if path[: len(pod.path)] == pod.path]
